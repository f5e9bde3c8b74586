"""The analysis of a set whose answers are known by hand."""

from math import log

import numpy as np
import pytest

from bench.datasets.analysis import analyse
from bench.datasets.images import ImageData


def images(features: list[list[float]], labels: list[int] | None, names: list[str] | None) -> ImageData:
    return ImageData(
        name="n",
        source="s",
        revision="r",
        split="all",
        features=np.array(features, dtype=np.float32),
        labels=None if labels is None else np.array(labels),
        image_shape=(1, 2, 1),
        class_names=names,
        digest="d",
    )


def test_by_hand():
    found = analyse(images([[0, 1], [0, 1], [0.5, 0.5], [0, 1]], [0, 0, 1, 0], ["a", "b"]))
    assert (found.n_samples, found.n_features, found.image_shape, found.dtype) == (4, 2, (1, 2, 1), "float32")
    assert (found.min, found.max, found.mean) == (0, 1, 0.5)
    assert found.std == pytest.approx(np.sqrt(6 * 0.25 / 8))
    assert found.duplicates == 2
    assert found.class_counts == {"a": 3, "b": 1}
    assert found.balance == pytest.approx(1 / 3)
    assert found.entropy == pytest.approx(-(0.75 * log(0.75) + 0.25 * log(0.25)) / log(2))


def test_a_class_without_samples_is_counted():
    found = analyse(images([[0, 1], [1, 1]], [0, 2], ["a", "b", "c"]))
    assert found.class_counts == {"a": 1, "b": 0, "c": 1}
    assert found.balance == 0
    assert found.entropy == pytest.approx(log(2) / log(3))


def test_without_labels_nothing_is_said_of_classes():
    found = analyse(images([[0, 1]], None, None))
    assert (found.class_counts, found.balance, found.entropy) == (None, None, None)


def test_pieces_give_the_whole():
    values = np.random.default_rng(0).random((9001, 2), dtype=np.float32)
    found = analyse(images(values.tolist(), None, None))
    assert found.mean == pytest.approx(values.mean(dtype=np.float64))
    assert found.std == pytest.approx(values.std(dtype=np.float64))
    assert found.duplicates == len(values) - len(np.unique(values, axis=0))
