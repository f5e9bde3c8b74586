"""The data for tests of methods."""

import numpy as np
import pytest
from sklearn.datasets import load_digits


@pytest.fixture(scope="session")
def digits() -> np.ndarray:
    """300 real digits of 8 × 8 pixels in [0, 1], float32."""
    return (load_digits().data[:300] / 16).astype(np.float32)
