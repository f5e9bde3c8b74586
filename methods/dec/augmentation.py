"""Random changes of images, for a whole batch, on the device of the batch."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from methods.dec.padding import Padding, onto_pixels, reflected


@dataclass(frozen=True)
class Augmentation:
    """Shift, rotation, zoom and shear, each drawn uniformly between minus and plus its largest value; and three others.

    Guo et al. 2018, "Deep Embedded Clustering with Data Augmentation", use shift and rotation. Zoom and shear are
    additions of this project. `padding` says what is outside the image; in the authors' code, it is the border.

    The three others are off by default. `flip` mirrors an image left to right. `crop` enlarges a window of the image to
    the whole image (Szegedy et al. 2015, section 6). It is not zoom and shift together: the window is always inside the
    image, so nothing is padded, and its sides change by different factors. `intensity` replaces each pixel x in [0, 1]
    by x^γ, a gamma correction, with one γ for all pixels and channels of an image; log γ is uniform (Isensee et al.
    2021, nnU-Net, use gamma corrections). Black and white stay, and no value leaves [0, 1].
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
    flip: float = 0.0
    """Share of the images that are mirrored."""
    intensity: float = 0.0
    """Largest change of γ: 0.5 gives exponents from 1 / 1.5 to 1.5."""
    crop: float = 0.0
    """Largest share of the area that a crop cuts off."""
    padding: Padding = "border"
    """Outside the image: its outermost pixels (border), or the image, mirrored (reflection)."""

    @property
    def n_amounts(self) -> int:
        """The number of changes that `draw_amounts` has to draw for each image."""
        return N_AMOUNTS + (N_FURTHER if self.flip or self.intensity or self.crop else 0)

    def __call__(self, x: Tensor, amounts: Tensor) -> Tensor:
        """One augmented image for each row of `x`, (n, height × width × channel, flattened); same pixel range.

        `amounts`, (n_amounts, n), are the changes that `draw_amounts` has drawn, on the device of `x`.
        """
        images = x.unflatten(1, self.image_shape).permute(0, 3, 1, 2)
        grid = functional.affine_grid(self._theta(amounts), list(images.shape), align_corners=False)
        padding: str = self.padding
        if x.device.type == "mps":  # grid_sample on MPS has no padding mode border
            inside = reflected(grid) if padding == "reflection" else grid
            grid, padding = onto_pixels(inside), "zeros"
        moved = functional.grid_sample(images, grid, mode="bilinear", padding_mode=padding, align_corners=False)
        if self.intensity:
            moved = moved.clamp(0, 1) ** ((1 + self.intensity) ** amounts[_GAMMA])[:, None, None, None]
        return moved.permute(0, 2, 3, 1).flatten(1)

    def _theta(self, amounts: Tensor) -> Tensor:
        """Affine maps from pixels of the new image to positions in the old image, (n, 2, 3), in half sides."""
        height, width, _ = self.image_shape
        down, across, turn, size, slant = amounts[:N_AMOUNTS]
        angle = turn * math.radians(self.rotation)
        skew = torch.tan(slant * math.radians(self.shear))
        scale = 1 / (1 + size * self.zoom)
        cos, sin = torch.cos(angle), torch.sin(angle)
        aspect = height / width  # the angle is an angle of pixels, for any sides
        rows = [
            torch.stack([scale * cos, scale * (skew * cos - sin) * aspect, across * 2 * self.shift], 1),
            torch.stack([scale * sin / aspect, scale * (skew * sin + cos), down * 2 * self.shift], 1),
        ]
        theta = torch.stack(rows, 1)
        if self.flip:
            theta = torch.cat([theta[:, :, :1] * _signs(amounts[_MIRROR], self.flip), theta[:, :, 1:]], 2)
        return self._of_window(theta, amounts[_WINDOW]) if self.crop else theta

    def _of_window(self, theta: Tensor, amounts: Tensor) -> Tensor:
        """`theta`, (n, 2, 3), for a window of each image instead of the image; `amounts` are (4, n).

        The sides of a window have at most the ratio 4/3 to each other, in shares of the sides of the image, as in
        Szegedy et al. 2015, and less where the window would not fit.
        """
        share, shape, across, down = amounts
        area = 1 - self.crop * (share + 1) / 2
        ratio = torch.exp(shape * (-torch.log(area)).clamp(max=_LARGEST_RATIO))
        sides = torch.stack([(area * ratio).sqrt(), (area / ratio).sqrt()], 1)[:, :, None]  # at most 1
        middle = torch.stack([across, down], 1)[:, :, None] * (1 - sides)
        return torch.cat([theta[:, :, :2] * sides, theta[:, :, 2:] * sides + middle], 2)


N_AMOUNTS = 5
"""Changes of an image: down, across, rotation, size, shear."""
N_FURTHER = 6
"""Further changes: mirror image, γ, and of the window: area, ratio of its sides, across, down."""
_MIRROR, _GAMMA, _WINDOW = N_AMOUNTS, N_AMOUNTS + 1, slice(N_AMOUNTS + 2, N_AMOUNTS + N_FURTHER)
_LARGEST_RATIO = math.log(4 / 3)


def draw_amounts(n_views: int, n_samples: int, generator: torch.Generator, n_amounts: int = N_AMOUNTS) -> Tensor:
    """Changes, (n_views, n_amounts, n_samples), uniform in [−1, 1): shares of the largest changes.

    `generator` is one of the processor, so that every device gets the same changes. The further changes come from a
    generator of their own, which is derived from it. So they leave all other random numbers as they are.
    """
    amounts = torch.rand(n_views, N_AMOUNTS, n_samples, generator=generator)
    if n_amounts > N_AMOUNTS:
        further = torch.Generator()
        further.set_state(generator.get_state())
        further.manual_seed(int(torch.randint(2**62, (), generator=further)))
        more = torch.rand(n_views, n_amounts - N_AMOUNTS, n_samples, generator=further)
        amounts = torch.cat([amounts, more], 1)
    return amounts * 2 - 1


def _signs(amounts: Tensor, share: float) -> Tensor:
    """−1 for this share of the images, otherwise 1: (n, 1, 1); `amounts` are (n,)."""
    return 1 - 2 * (amounts + 1 < 2 * share).to(amounts.dtype)[:, None, None]
