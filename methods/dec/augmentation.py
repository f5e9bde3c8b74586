"""Random affine images of images, a whole batch at once, on the device of the batch."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True)
class Augmentation:
    """Shift, rotation, zoom and shear, each drawn evenly from minus to plus its largest value.

    Guo et al. 2018, "Deep Embedded Clustering with Data Augmentation", shift and rotate; zoom and shear are ours. What
    comes in from outside repeats the border, as in the authors' code.
    """

    image_shape: tuple[int, int, int]
    """Height, width, channels."""
    shift: float
    """Share of the sides."""
    rotation: float
    """Degrees."""
    zoom: float
    """Share: 0.1 makes sizes from 0.9 to 1.1."""
    shear: float
    """Degrees."""

    def __call__(self, x: Tensor, generator: torch.Generator | None) -> Tensor:
        """One image of each row of `x`, (n, height × width × channel, flattened); pixels stay in their range."""
        images = x.unflatten(1, self.image_shape).permute(0, 3, 1, 2)
        theta = self._theta(len(x), x.device, generator)
        grid = functional.affine_grid(theta, list(images.shape), align_corners=False)
        padding = "border"
        if x.device.type == "mps":  # whose grid_sample has no border
            grid, padding = onto_pixels(grid), "zeros"
        moved = functional.grid_sample(images, grid, mode="bilinear", padding_mode=padding, align_corners=False)
        return moved.permute(0, 2, 3, 1).flatten(1)

    def _theta(self, n: int, device: torch.device, generator: torch.Generator | None) -> Tensor:
        """Affine maps from a pixel of the new image to its place in the old one, (n, 2, 3), in halves of the sides."""
        height, width, _ = self.image_shape
        down, across, turn, size, slant = torch.rand(5, n, generator=generator, device=device) * 2 - 1
        angle = turn * math.radians(self.rotation)
        skew = torch.tan(slant * math.radians(self.shear))
        scale = 1 / (1 + size * self.zoom)
        cos, sin = torch.cos(angle), torch.sin(angle)
        aspect = height / width  # a turn is one of pixels, whatever the sides
        rows = [
            torch.stack([scale * cos, scale * (skew * cos - sin) * aspect, across * 2 * self.shift], 1),
            torch.stack([scale * sin / aspect, scale * (skew * sin + cos), down * 2 * self.shift], 1),
        ]
        return torch.stack(rows, 1)


def onto_pixels(grid: Tensor) -> Tensor:
    """Pull places, (n, height, width, 2) in halves of the sides, in to the middle of the outermost pixels, in place.

    So the border is repeated, but for rounding: a place may end a millionth of a pixel outside.
    """
    height, width = grid.shape[1:3]
    across, down = grid.unbind(-1)
    across.clamp_(1 / width - 1, 1 - 1 / width)
    down.clamp_(1 / height - 1, 1 - 1 / height)
    return grid
