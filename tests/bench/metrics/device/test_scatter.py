"""Davies–Bouldin and Calinski–Harabasz on a device equal those of the processor and scikit-learn's."""

from dataclasses import fields

import numpy as np
import pytest
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score

from bench.metrics.device.engine import DeviceEngine
from bench.metrics.internal import calinski_harabasz, davies_bouldin
from bench.metrics.scatter import Scatter, scatter
from bench.metrics.silhouette.pixels import LEVELS

rng = np.random.default_rng(0)
LABELS = rng.integers(-1, 3, 200) * 5
SPACES = {
    "points": rng.normal(size=(200, 7)).astype(np.float32),
    "far from the origin": 1e6 + rng.normal(size=(200, 3)),
    "tiny": 1e-200 * rng.normal(size=(200, 3)),
    "images": LEVELS[rng.integers(0, 256, (200, 50))],
}


@pytest.mark.parametrize("space", SPACES)
def test_equal_to_the_processor_up_to_rounding(engine: DeviceEngine, space: str) -> None:
    X = SPACES[space]
    found, expected = engine.scatter(X, LABELS), scatter(X, LABELS)
    # Far from the origin, the distances are 1e-6 of the numbers, of which float64 has 16 digits.
    for field in fields(Scatter):
        np.testing.assert_allclose(getattr(found, field.name), getattr(expected, field.name), rtol=1e-8)
    assert davies_bouldin(found) == pytest.approx(davies_bouldin(expected), rel=1e-8)
    assert calinski_harabasz(found) == pytest.approx(calinski_harabasz(expected), rel=1e-8)


def test_equal_to_scikit_learn(engine: DeviceEngine) -> None:
    X, kept = SPACES["points"].astype(float), LABELS >= 0
    found = engine.scatter(SPACES["points"], LABELS)
    assert davies_bouldin(found) == pytest.approx(davies_bouldin_score(X[kept], LABELS[kept]), rel=1e-12)
    assert calinski_harabasz(found) == pytest.approx(calinski_harabasz_score(X[kept], LABELS[kept]), rel=1e-12)


def test_a_cluster_of_one_sample_has_no_dispersion(engine: DeviceEngine) -> None:
    found = engine.scatter(np.array([[1.0, 2.0], [5.0, 5.0], [7.0, 5.0]]), np.array([4, 0, 0]))
    assert found.sizes.tolist() == [2, 1]
    assert found.centres.tolist() == [[6, 5], [1, 2]]
    assert found.distances.tolist() == [1, 0]


def test_the_bits_repeat(engine: DeviceEngine) -> None:
    one, two = engine.scatter(SPACES["points"], LABELS), engine.scatter(SPACES["points"].copy(), LABELS)
    for field in fields(Scatter):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(two, field.name))


def test_only_noise_is_an_error(engine: DeviceEngine) -> None:
    with pytest.raises(ValueError, match="expected at least one sample that is not noise, got only noise"):
        engine.scatter(SPACES["points"], np.full(200, -1))
