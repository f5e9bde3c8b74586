"""A view of one small fit."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bench.report.figures.views import FitView


@pytest.fixture
def fit_view() -> Callable[..., FitView]:
    """Makes a view of six samples of 2 × 2 pixels in two classes and two clusters; keyword arguments replace values."""

    def make(**values: Any) -> FitView:
        defaults: dict[str, Any] = {
            "title": "kmeans seed 0",
            "arrays": {"labels": np.array([0, 0, 0, 1, 1, 1])},
            "features": np.linspace(0, 1, 24, dtype=np.float32).reshape(6, 4),
            "image_shape": (2, 2, 1),
            "classes": np.array([1, 1, 1, 0, 0, 0]),
            "class_names": ["a", "b"],
            "matched_classes": {0: 1, 1: 0},
            "assignments": None,
            "hits": None,
            "reconstructed_rows": np.arange(6),
            "tsne": lambda: pytest.fail("t-SNE was computed without need"),
        }
        return FitView(**(defaults | values))

    return make
