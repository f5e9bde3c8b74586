"""Agreement of fits, on labels whose adjusted Rand index is known."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from bench.analysis import agreement
from bench.analysis.agreement import agreement_of_fits, comparable_fits

ONE, OTHER = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 0, 0, 1, 1, 1])


def test_the_agreement_of_fits_is_the_agreement_of_their_labels(store, groups_of):
    fits = [("dec", 0, {"labels": ONE}), ("kmeans", 0, {"labels": OTHER}), ("kmeans", 1, {"labels": 1 - OTHER})]
    frame = agreement_of_fits(store, comparable_fits(groups_of(fits)))
    assert list(frame.index) == list(frame.columns) == ["dec, seed 0", "kmeans, seed 0", "kmeans, seed 1"]
    np.testing.assert_array_equal(frame.to_numpy(), frame.to_numpy().T)
    np.testing.assert_array_equal(np.diag(frame), 1)
    assert frame.loc["kmeans, seed 0", "kmeans, seed 1"] == 1  # names of clusters do not matter
    assert frame.loc["dec, seed 0", "kmeans, seed 0"] == pytest.approx(adjusted_rand_score(ONE, OTHER))
    assert frame.loc["dec, seed 0", "kmeans, seed 0"] < 1


def test_folds_are_not_compared(store, groups_of):
    assert comparable_fits(groups_of([("dec", seed, {"labels": ONE}) for seed in range(2)], folds=2)) == {}


def test_one_fit_and_too_many_fits_are_not_compared(store, groups_of, monkeypatch):
    fits = [("dec", seed, {"labels": ONE}) for seed in range(3)]
    keys = comparable_fits(groups_of(fits))
    assert agreement_of_fits(store, dict(list(keys.items())[:1])).empty
    monkeypatch.setattr(agreement, "MAX_FITS", 2)
    assert len(agreement_of_fits(store, dict(list(keys.items())[:2]))) == 2
    assert agreement_of_fits(store, keys).empty
