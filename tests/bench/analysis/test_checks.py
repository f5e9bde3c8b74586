"""Arrays that do not belong to the loaded data are refused in one line."""

from dataclasses import replace

import numpy as np
import pytest

from bench.analysis.checks import check_fits
from bench.datasets.load import load
from bench.errors import UsageError

DIGITS = load("digits")
DATA = replace(DIGITS, features=DIGITS.features[:40], labels=DIGITS.labels[:40])
RIGHT = {
    "labels": np.arange(40) % 3,
    "cluster_centers": np.zeros((3, 2), np.float32),
    "embedding": np.zeros((40, 2), np.float32),
    "prototypes": np.zeros((3, 64), np.float32),
    "reconstructions": np.zeros((32, 64), np.float32),
    "trace_labels": np.zeros((4, 40), np.int32),
    "trace_seconds": np.zeros(4),
}


def test_arrays_of_a_fit_pass(store, groups_of):
    check_fits(store, groups_of([("dec", 0, RIGHT), ("kmeans", 0, {"labels": RIGHT["labels"]})]), DATA)
    folded = {"labels": np.zeros(20, np.int64)}
    check_fits(store, groups_of([("dec", seed, folded) for seed in range(2)], folds=2), DATA)


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("labels", np.zeros(39, np.int64), "'labels' must have shape (40), got int64 of shape (39,)"),
        ("labels", np.full(40, 0.5), "'labels' must be −1 … 2, got 0.5 … 0.5"),
        ("labels", np.full(40, 3), "'labels' must be −1 … 2, got 3 … 3"),
        ("labels", np.full(40, 10**12), "'labels' must be −1 … 2"),
        ("labels", np.full(40, -2), "'labels' must be −1 … 2, got -2 … -2"),
        ("cluster_centers", np.zeros(3), "'cluster_centers' must have shape (any, any)"),
        ("embedding", np.full((40, 2), np.nan), "'embedding' must be finite"),
        ("embedding", np.zeros((41, 2)), "'embedding' must have shape (40, any)"),
        ("prototypes", np.zeros((3, 63)), "'prototypes' must have shape (any, 64)"),
        ("prototypes", np.full((3, 64), "x"), "'prototypes' must have shape (any, 64), got <U1"),
        ("reconstructions", np.zeros((31, 64)), "'reconstructions' must have shape (32, 64)"),
        ("trace_labels", np.zeros((4, 39)), "'trace_labels' must have shape (any, 40)"),
        ("trace_seconds", np.zeros(5), "'trace_seconds' must have shape (4), got float64 of shape (5,)"),
    ],
)
def test_an_array_of_other_data_is_refused_with_its_name_and_the_remedy(
    store, groups_of, name, array, message, monkeypatch
):
    # The store refuses many of these arrays before, when it reads them.
    monkeypatch.setattr("bench.store.store.check_arrays", lambda *arguments: None)
    with pytest.raises(UsageError, match="delete this file, and the same run makes the cell again") as error:
        check_fits(store, groups_of([("dec", 0, RIGHT | {name: array})]), DATA)
    assert message in str(error.value)
