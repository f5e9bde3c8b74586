"""Davies–Bouldin and Calinski–Harabasz, by hand, and where scikit-learn returns a number that is too good."""

from collections.abc import Callable

import numpy as np
import pytest
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score

from bench.metrics.fit import Fit
from bench.metrics.internal import (
    calinski_harabasz,
    calinski_harabasz_of,
    davies_bouldin,
    davies_bouldin_of,
    silhouette_of,
)
from bench.metrics.scatter import scatter
from bench.metrics.spaces import Space

Index = Callable[[Fit, Space], float | None]

LABELS = np.array([0, 0, 1, 1])


def test_by_hand() -> None:
    X = np.array([[0.0, 0.0], [0.0, 2.0], [6.0, 0.0], [6.0, 4.0]])  # centres (0, 1) and (6, 2), scatters 1 and 2
    assert davies_bouldin(scatter(X, LABELS)) == pytest.approx(3 / np.sqrt(37))
    assert calinski_harabasz(scatter(X, LABELS)) == pytest.approx(4 * 37 / 4 / ((2 + 8) / 2))


def test_noise_is_left_out() -> None:
    rng = np.random.default_rng(0)
    X, labels = rng.normal(size=(60, 3)), rng.integers(-1, 3, 60)
    kept = labels >= 0
    assert davies_bouldin(scatter(X, labels)) == pytest.approx(davies_bouldin_score(X[kept], labels[kept]), rel=1e-12)
    assert calinski_harabasz(scatter(X, labels)) == pytest.approx(
        calinski_harabasz_score(X[kept], labels[kept]), rel=1e-12
    )


def test_tiny_clusters_are_not_perfect() -> None:
    X = 1e-9 * np.array([[0.0], [2.0], [10.0], [12.0]])
    assert davies_bouldin_score(X, LABELS) == 0  # scikit-learn treats 1e-9 as zero
    assert davies_bouldin(scatter(X, LABELS)) == pytest.approx(0.2)


def test_equal_centres_have_no_davies_bouldin_index() -> None:
    X = np.array([[-1.0], [1.0], [-2.0], [2.0]])
    assert davies_bouldin_score(X, LABELS) == 0
    assert davies_bouldin(scatter(X, LABELS)) is None
    assert calinski_harabasz(scatter(X, LABELS)) == 0


def test_clusters_of_equal_samples() -> None:
    X = np.array([[0.0], [0.0], [1.0], [1.0]])
    assert davies_bouldin(scatter(X, LABELS)) == 0  # perfect indeed
    assert calinski_harabasz(scatter(X, LABELS)) is None  # a division by zero, for which scikit-learn returns 1


@pytest.mark.parametrize("index", [davies_bouldin_of, calinski_harabasz_of, silhouette_of])
def test_the_own_space_is_the_embedding_or_else_the_input(index: Index) -> None:
    rng = np.random.default_rng(0)
    X, codes = rng.normal(size=(20, 5)), rng.normal(size=(20, 2))
    labels = np.arange(20) % 2
    of_codes = index(Fit(labels=labels, features=X, embedding=codes), "own")
    assert of_codes == index(Fit(labels=labels, features=codes), "own")
    assert of_codes != index(Fit(labels=labels, features=X), "own")


@pytest.mark.parametrize("index", [davies_bouldin_of, calinski_harabasz_of, silhouette_of])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_codes_that_are_not_finite_have_no_index(index: Index, bad: float) -> None:
    codes = np.array([[0.0], [1.0], [10.0], [bad]])
    assert index(Fit(labels=LABELS, features=np.zeros((4, 1)), embedding=codes), "own") is None
