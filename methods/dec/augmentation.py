"""Affine transformations of images, drawn at random, for a whole batch, on the device of the batch."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True)
class Augmentation:
    """Shift, rotation, zoom and shear, each drawn uniformly between minus and plus its largest value.

    Guo et al. 2018, "Deep Embedded Clustering with Data Augmentation", use shift and rotation. Zoom and shear are
    additions of this project. Pixels from outside the image repeat the border, as in the authors' code.
    """

    image_shape: tuple[int, int, int]
    """Height, width, channels."""
    shift: float
    """Largest shift, as a share of the sides."""
    rotation: float
    """Degrees."""
    zoom: float
    """Largest change of size, as a share: 0.1 gives sizes from 0.9 to 1.1."""
    shear: float
    """Degrees."""

    def __call__(self, x: Tensor, amounts: Tensor) -> Tensor:
        """One augmented image for each row of `x`, (n, height × width × channel, flattened); same pixel range.

        `amounts`, (5, n), are the changes that `draw_amounts` has drawn, on the device of `x`.
        """
        images = x.unflatten(1, self.image_shape).permute(0, 3, 1, 2)
        grid = functional.affine_grid(self._theta(amounts), list(images.shape), align_corners=False)
        padding = "border"
        if x.device.type == "mps":  # grid_sample on MPS has no padding mode border
            grid, padding = onto_pixels(grid), "zeros"
        moved = functional.grid_sample(images, grid, mode="bilinear", padding_mode=padding, align_corners=False)
        return moved.permute(0, 2, 3, 1).flatten(1)

    def _theta(self, amounts: Tensor) -> Tensor:
        """Affine maps from pixels of the new image to positions in the old image, (n, 2, 3), in half sides."""
        height, width, _ = self.image_shape
        down, across, turn, size, slant = amounts
        angle = turn * math.radians(self.rotation)
        skew = torch.tan(slant * math.radians(self.shear))
        scale = 1 / (1 + size * self.zoom)
        cos, sin = torch.cos(angle), torch.sin(angle)
        aspect = height / width  # the angle is an angle of pixels, for any sides
        rows = [
            torch.stack([scale * cos, scale * (skew * cos - sin) * aspect, across * 2 * self.shift], 1),
            torch.stack([scale * sin / aspect, scale * (skew * sin + cos), down * 2 * self.shift], 1),
        ]
        return torch.stack(rows, 1)


N_AMOUNTS = 5
"""Changes of an image: down, across, rotation, size, shear."""


def draw_amounts(n_views: int, n_samples: int, generator: torch.Generator) -> Tensor:
    """Changes, (n_views, 5, n_samples), uniform in [−1, 1): shares of the largest changes.

    `generator` is one of the processor, so that every device gets the same changes.
    """
    return torch.rand(n_views, N_AMOUNTS, n_samples, generator=generator) * 2 - 1


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
