"""The search for the space of a published index."""

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from bench.analysis import space_search
from bench.analysis.space_search import search_spaces
from bench.datasets.load import load
from bench.metrics.device.engine import DeviceEngine
from bench.metrics.engine import PROCESSOR


@pytest.mark.slow
def test_every_space_is_tried_with_every_clustering_and_indices_agree_with_scikit_learn(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(space_search, "SIZES", (60,))
    X = np.asarray(load("digits").features)[:120]
    labels = np.arange(120) % 3
    shares: list[float] = []
    fits = {
        "dec": {"labels": 2 - labels, "embedding": X[:, 20:24]},
        "kmeans": {"labels": labels, "prototypes": X[:3]},
        "som": {"labels": labels, "prototypes": X[:4]},
    }
    frame = search_spaces(X, fits, (2, 2), 3, 1, shares.append)
    positions, codebook = "places of the winning units on the map", "codebook of the map"
    kinds = ("{}", "two principal components of {}", "t-SNE of {}")
    spaces = {kind.format(space) for kind in kinds for space in ("pixels", "codes of dec")}
    assert set(frame["space"]) == spaces | {positions, codebook}
    for space, rows in frame.groupby("space"):
        sizes = {4} if space == codebook else {60} if str(space).startswith("t-SNE") else {60, 120}
        assert set(rows["samples"]) == sizes, space
    assert set(frame["clustered"]) == {
        *("in pixels by kmeans", "in pixels by som", "there by K-Means", "there by a map of 3 units")
    }
    assert shares == sorted(shares)
    assert shares[-1] == 1
    rows = np.sort(np.random.default_rng(0).permutation(120)[:60])
    row = frame.query("space == 'pixels' and clustered == 'in pixels by kmeans'").iloc[0]
    assert row["silhouette"] == pytest.approx(metrics.silhouette_score(X[rows], labels[rows]), abs=1e-5)


def test_without_a_map_its_spaces_are_left_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(space_search, "SIZES", (40,))
    X = np.asarray(load("digits").features)[:40]
    fits = {"kmeans": {"labels": np.arange(40) % 2, "prototypes": X[:2]}}
    frame = search_spaces(X, fits, None, 2, 1, lambda share: None)
    assert not any("map" in space for space in frame["space"])


def test_a_device_computes_all_indices(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(space_search, "SIZES", (40,))
    X = np.asarray(load("digits").features)[:40]
    arguments = X, {"kmeans": {"labels": np.arange(40) % 2, "prototypes": X[:2]}}, None, 2, 1, lambda share: None
    expected = search_spaces(*arguments)
    monkeypatch.setattr(type(PROCESSOR), "silhouettes", lambda *_: pytest.fail("computed on the processor"))
    pd.testing.assert_frame_equal(search_spaces(*arguments, DeviceEngine("cpu")), expected, rtol=0, atol=1e-5)
