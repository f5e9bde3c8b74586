"""Quantization and topographic error: by hand, after a change of the prototypes, and equal to MiniSom."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from minisom import MiniSom

from bench.metrics import prototypes as module
from bench.metrics.arrays import row_blocks
from bench.metrics.fit import Fit
from bench.metrics.prototypes import (
    nearest_prototypes,
    quantization_error,
    topographic_error,
    topographic_error_of,
)


def test_quantization_error_by_hand() -> None:
    X = np.array([[0.0, 0.0], [3.0, 4.0], [10.0, 0.0]])
    assert quantization_error(X, np.array([[0.0, 0.0], [10.0, 1.0]])) == pytest.approx((0 + 5 + 1) / 3)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 9999), n=st.integers(2, 40), units=st.integers(1, 10))
def test_more_prototypes_never_raise_the_error_and_the_samples_as_prototypes_have_none(
    seed: int, n: int, units: int
) -> None:
    rng = np.random.default_rng(seed)
    X, prototypes = 100 + rng.normal(size=(n, 3)).astype(np.float32), rng.normal(size=(units, 3)).astype(np.float32)
    error = quantization_error(X, prototypes)
    assert quantization_error(X, np.vstack([prototypes, X[:1]])) <= error
    assert quantization_error(X, np.vstack([prototypes, X])) == 0


def test_the_size_of_row_blocks_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    X, prototypes = rng.normal(size=(50, 3)), rng.normal(size=(6, 3))
    whole = quantization_error(X, prototypes), topographic_error(X, prototypes, (2, 3))
    monkeypatch.setattr(module, "row_blocks", partial(row_blocks, size=7))
    assert (quantization_error(X, prototypes), topographic_error(X, prototypes, (2, 3))) == pytest.approx(whole)


def test_nearest_prototypes_are_in_order_and_the_lower_index_wins_a_tie() -> None:
    ((_, best),) = nearest_prototypes(np.array([[0.0], [1.9]]), np.array([[1.0], [-1.0], [2.0], [-2.0]]), 2)
    assert best.tolist() == [[0, 1], [2, 0]]


@pytest.mark.parametrize(
    ("best_two", "error"),
    [
        pytest.param((0, 1), 0.0, id="beside"),
        pytest.param((0, 3), 0.0, id="below"),
        pytest.param((0, 4), 0.0, id="diagonal"),
        pytest.param((0, 2), 1.0, id="two columns apart"),
        pytest.param((2, 3), 1.0, id="next index, but in another row"),
        pytest.param((0, 6), 1.0, id="two rows apart"),
    ],
)
def test_a_unit_has_eight_neighbours(best_two: tuple[int, int], error: float) -> None:
    prototypes = np.full((9, 1), 50.0)
    prototypes[list(best_two)] = [[0.0], [1.0]]
    assert topographic_error(np.array([[0.1]]), prototypes, (3, 3)) == error


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 9999), rows=st.integers(2, 5), columns=st.integers(2, 5))
def test_both_equal_minisom(seed: int, rows: int, columns: int) -> None:
    X = np.random.default_rng(seed).normal(size=(40, 3))
    som = MiniSom(rows, columns, 3, random_seed=seed)
    som.train(X, 50)
    codebook = som.get_weights().reshape(-1, 3)
    assert quantization_error(X, codebook) == pytest.approx(som.quantization_error(X))
    assert topographic_error(X, codebook, (rows, columns)) == pytest.approx(som.topographic_error(X))


def test_a_map_of_one_unit_has_no_topographic_error() -> None:
    fit = Fit(labels=np.zeros(2, int), features=np.eye(2), prototypes=np.ones((1, 2)), grid_shape=(1, 1))
    assert topographic_error_of(fit) is None


def test_wrong_shapes_are_errors() -> None:
    with pytest.raises(ValueError, match="needs 6 units, got 4"):
        topographic_error(np.eye(2), np.zeros((4, 2)), (2, 3))
    with pytest.raises(ValueError, match="at least 1 prototypes, got 0"):
        quantization_error(np.eye(2), np.zeros((0, 2)))
