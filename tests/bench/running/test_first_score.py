"""The ARI of a result, compared with the score that is computed later."""

from types import SimpleNamespace

import numpy as np
import pytest
from msgspec.structs import replace
from stored import record_of

from bench.datasets.images import ImageData
from bench.experiments.folds import fold_of
from bench.metrics.fit import Fit
from bench.metrics.scoring import score
from bench.running.attempt import Result
from bench.running.first_score import first_ari
from bench.store.records import Cell

CELL = Cell(method="kmeans", seed=1, n_clusters=3)
TRUE = np.repeat(np.arange(3), 10)
FOUND = np.where(np.arange(30) % 7 == 0, -1, TRUE)


def data(labels: np.ndarray | None) -> ImageData:
    features = np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32)
    names = None if labels is None else ["a", "b", "c"]
    return ImageData("d", "s", "r", "all", features, labels, (2, 2, 1), names, digest="d")


def result(labels: np.ndarray, cell: Cell = CELL) -> Result:
    return Result(SimpleNamespace(), record_of(cell), {"labels": labels})


def test_it_is_the_metric_of_the_scoring_with_noise_too():
    loaded = data(TRUE)
    later = score([Fit(labels=FOUND, features=loaded.features, true_labels=TRUE)])[0]["ari"]
    assert first_ari(result(FOUND), loaded) == later
    assert 0 < later < 1


def test_a_cross_validated_fit_is_compared_on_its_fold():
    cell = replace(CELL, folds=3)
    rows = fold_of(cell, 30).measured
    assert first_ari(result(TRUE[rows], cell), data(TRUE)) == 1
    assert first_ari(result(TRUE, cell), data(TRUE)) is None, "labels of all samples are not those of the fold"


@pytest.mark.parametrize("labels", [TRUE[:-1], TRUE.astype(float)])
def test_arrays_that_are_not_those_of_a_fit_have_none(labels: np.ndarray):
    assert first_ari(result(labels), data(TRUE)) is None


def test_without_true_labels_or_without_a_fit_there_is_none():
    assert first_ari(result(FOUND), data(None)) is None
    assert first_ari(Result(SimpleNamespace()), data(TRUE)) is None
