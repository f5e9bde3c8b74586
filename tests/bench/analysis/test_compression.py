"""The numbers of `compress`: true labels change accuracy and ARI only, and threads are put back."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

import methods
from bench.analysis import compression
from bench.analysis.compression import Wanted, measured
from methods.registry import Form, compressor

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::methods.fit_warnings.LostClustersWarning"),  # short fits
]
DIGITS = load_digits()
X = (DIGITS.data[:500] / 16).astype(np.float32)
WANTED = Wanted([Form("float32"), Form("pruned", 0.9)], 1, 1)


@pytest.fixture(autouse=True)
def short_timing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each form is timed for milliseconds instead of a second: no test needs an exact speed."""
    monkeypatch.setattr(compression, "LEAST_SECONDS", 0.001)
    monkeypatch.setattr(compression, "TIMED_SAMPLES", 200)


@pytest.fixture(scope="module")
def model() -> methods.DEC:
    options = {"preset": "small", "pretrain_epochs": 4, "epochs": 2, "random_state": 0, "device": "cpu"}
    return methods.DEC(n_clusters=10, **options).fit(X.reshape(-1, 8, 8))


def rows_with(model: methods.DEC, labels: np.ndarray | None, wanted: Wanted = WANTED) -> list[dict[str, object]]:
    reports: list[float] = []
    rows = measured(compressor(model, X.copy(), 0), X.copy(), labels, wanted, reports.append)
    assert reports == sorted(reports)
    assert reports[-1] == 1
    return rows


def test_true_labels_change_accuracy_and_ari_only(model: methods.DEC):
    threads = torch.get_num_threads()
    true = DIGITS.target[:500]
    ones = [rows_with(model, labels) for labels in (true, np.random.default_rng(0).permutation(true), None)]
    assert torch.get_num_threads() == threads
    timed = ("samples_per_second", "speedup")
    for first, second, third in zip(*ones, strict=True):
        assert first["accuracy"] != second["accuracy"]
        assert (third["accuracy"], third["ari"]) == (None, None)
        others = [name for name in first if name not in ("accuracy", "ari") and not name.startswith(timed)]
        assert [first[name] for name in others] == [second[name] for name in others] == [third[name] for name in others]
    plain, pruned = ones[0]
    assert (plain["agreement"], plain["ari_float32"], plain["speedup_1"]) == (1, 1, 1)
    assert pruned["agreement"] < 1
    assert pruned["deflated_bytes"] < 0.5 * pruned["bytes"]


def test_a_form_alone_is_measured_beside_float32(model: methods.DEC):
    (row,) = rows_with(model, None, Wanted([Form("pruned", 0.9)], 1, 1))
    assert row["form"] == "pruned 0.9"
    assert row["agreement"] == rows_with(model, None)[1]["agreement"]
