"""The statistics of data sets that are small enough to compute them by hand."""

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
    result = analyse(images([[0, 1], [0, 1], [0.5, 0.5], [0, 1]], [0, 0, 1, 0], ["a", "b"]))
    assert (result.n_samples, result.n_features, result.image_shape, result.dtype) == (4, 2, (1, 2, 1), "float32")
    assert (result.min, result.max, result.mean) == (0, 1, 0.5)
    assert result.std == pytest.approx(np.sqrt(6 * 0.25 / 8))
    assert result.duplicates == 2
    assert result.class_counts == {"a": 3, "b": 1}
    assert result.balance == pytest.approx(1 / 3)
    assert result.entropy == pytest.approx(-(0.75 * log(0.75) + 0.25 * log(0.25)) / log(2))


def test_a_class_without_samples_is_counted():
    result = analyse(images([[0, 1], [1, 1]], [0, 2], ["a", "b", "c"]))
    assert result.class_counts == {"a": 1, "b": 0, "c": 1}
    assert result.balance == 0
    assert result.entropy == pytest.approx(log(2) / log(3))


def test_without_labels_the_class_statistics_are_none():
    result = analyse(images([[0, 1]], None, None))
    assert (result.class_counts, result.balance, result.entropy) == (None, None, None)


def test_blocks_of_rows_give_the_statistics_of_all_rows():
    values = np.random.default_rng(0).random((9001, 2), dtype=np.float32)
    result = analyse(images(values.tolist(), None, None))
    assert result.mean == pytest.approx(values.mean(dtype=np.float64))
    assert result.std == pytest.approx(values.std(dtype=np.float64))
    assert result.duplicates == len(values) - len(np.unique(values, axis=0))
