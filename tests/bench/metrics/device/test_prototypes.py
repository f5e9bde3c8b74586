"""The quantization error on a device equals that of the processor."""

import numpy as np
import pytest

from bench.metrics.device.engine import DeviceEngine
from bench.metrics.prototypes import quantization_error
from bench.metrics.silhouette.pixels import LEVELS

rng = np.random.default_rng(0)


def test_by_hand(engine: DeviceEngine) -> None:
    X = np.array([[0.0, 0.0], [3.0, 4.0], [10.0, 0.0]])
    assert engine.quantization_error(X, np.array([[0.0, 0.0], [10.0, 1.0]])) == pytest.approx((0 + 5 + 1) / 3)


@pytest.mark.parametrize("n_samples", [5, 64, 200])
@pytest.mark.parametrize("offset", [0, 1e4])
def test_equal_to_the_processor_up_to_rounding(engine: DeviceEngine, n_samples: int, offset: float) -> None:
    X = (offset + rng.normal(size=(n_samples, 9))).astype(np.float32)
    prototypes = (offset + rng.normal(size=(12, 9))).astype(np.float32)
    prototypes.flags.writeable = False
    assert engine.quantization_error(X, prototypes) == pytest.approx(quantization_error(X, prototypes), rel=1e-10)
    X = LEVELS[rng.integers(0, 256, (n_samples, 30))]
    assert engine.quantization_error(X, X[:4]) == pytest.approx(quantization_error(X, X[:4]), rel=1e-10)


def test_without_prototypes_it_is_an_error(engine: DeviceEngine) -> None:
    with pytest.raises(ValueError, match="expected at least 1 prototypes, got 0"):
        engine.quantization_error(np.eye(2), np.zeros((0, 2)))
