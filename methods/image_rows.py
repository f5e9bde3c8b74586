"""Arrays of images as rows of features: an array with three or four dimensions has images, one with two has a table."""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

ImageShape = tuple[int, int, int]
"""Height, width, channels."""


def as_rows(X: Any) -> tuple[Any, ImageShape | None]:
    """`X` with one row for each sample, and the shape of its images; None for a table, which is returned unchanged.

    Images are (n_samples, height, width) or (n_samples, height, width, channels).

    >>> rows, shape = as_rows(np.zeros((5, 4, 3)))
    >>> rows.shape, shape
    ((5, 12), (4, 3, 1))
    >>> as_rows(np.zeros((5, 12)))[1] is None
    True
    """
    if (X.ndim if hasattr(X, "ndim") else np.asarray(X).ndim) not in (3, 4):
        return X, None
    images = np.asarray(X)
    height, width, channels = (*images.shape[1:], 1)[:3]
    return images.reshape(len(images), prod(images.shape[1:])), (height, width, channels)


def declared_shape(image_shape: Any) -> ImageShape:
    """The option `image_shape` as three integers. Raises ValueError if it is not valid."""
    valid = isinstance(image_shape, Sequence) and len(image_shape) == 3
    if not valid or not all(isinstance(side, int | np.integer) and side > 0 for side in image_shape):
        raise ValueError(f"image_shape={image_shape!r} must be (height, width, channels), three integers above 0.")
    height, width, channels = map(int, image_shape)
    return height, width, channels


def check_equal(name: str, expected: ImageShape | None, shape: ImageShape | None) -> None:
    """Raise ValueError if both shapes are known and differ; `name` says which shape is expected."""
    if None not in (expected, shape) and expected != shape:
        raise ValueError(f"X has images of shape {shape} (height, width, channels), but {name} is {expected}.")
