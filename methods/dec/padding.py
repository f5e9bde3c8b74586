"""Padding of moved images: what they show where the image has no pixels, chosen without labels."""

from typing import Literal

import numpy as np
from torch import Tensor

from methods.base import FloatArray
from methods.image_rows import ImageShape

Padding = Literal["border", "reflection"]

EMPTY = 0.95
"""Margins are empty if at least so many of the images have an empty margin."""
ALIKE = 1 / 16
"""The margin of an image is empty if its pixels differ by at most this share of the range of all pixels."""


def fitting_padding(X: FloatArray, image_shape: ImageShape) -> Padding:
    """The padding that smears no image: `border` if the margins are empty, else `reflection`.

    `X` has shape (n_samples, height × width × channels). `border` repeats the outermost pixels. This continues an empty
    background, and it draws stripes if an object touches the border. The margin of an image is its outermost pixels on
    all four sides. It is empty if these pixels are alike in each channel, with a tolerance of 1/16 of the range of `X`.
    Margins are empty if 95 % of the images have an empty margin. Of the first 20,000 images of MNIST, these are 98.8 %,
    and of the 20,000 images of Fashion-MNIST 0.4 %.

    >>> fitting_padding(np.eye(64, dtype=np.float32)[[27, 35]], (8, 8, 1))
    'border'
    >>> fitting_padding(np.eye(64, dtype=np.float32)[[27, 3]], (8, 8, 1))
    'reflection'
    """
    images = X.reshape(-1, *image_shape)
    sides = (images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1])
    highest = np.max([side.max(axis=1) for side in sides], axis=0)  # (n_samples, channels)
    lowest = np.min([side.min(axis=1) for side in sides], axis=0)
    is_empty = (highest - lowest <= ALIKE * (X.max() - X.min())).all(axis=1)
    return "border" if is_empty.mean() >= EMPTY else "reflection"


def onto_pixels(grid: Tensor) -> Tensor:
    """Move positions outside the image to the middle of its outermost pixels, in place.

    `grid` is (n, height, width, 2), in half sides. So the border is repeated, up to rounding: a position may end a
    millionth of a pixel outside.
    """
    height, width = grid.shape[1:3]
    across, down = grid.unbind(-1)
    across.clamp_(1 / width - 1, 1 - 1 / width)
    down.clamp_(1 / height - 1, 1 - 1 / height)
    return grid


def reflected(grid: Tensor) -> Tensor:
    """Positions outside the image, in half sides, mirrored at its edges, as often as needed, into the image."""
    return 1 - ((grid + 1) % 4 - 2).abs_()
