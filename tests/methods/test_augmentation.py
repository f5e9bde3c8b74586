"""Random affine images: the largest change of each amount, and the properties that do not change."""

import math

import pytest
import torch
from torch.nn import functional

from methods.dec.augmentation import Augmentation, draw_amounts, onto_pixels


def blob(height: int = 28, width: int = 28, channels: int = 1) -> torch.Tensor:
    """500 equal images, flattened: a bar with a bright end, right of the middle."""
    image = torch.zeros(height, width, channels)
    image[height // 2 - 1 : height // 2 + 1, width // 2 : width // 2 + 8] = 0.5
    image[height // 2 - 1 : height // 2 + 1, width // 2 + 6 : width // 2 + 8] = 1.0
    return image.flatten().repeat(500, 1)


def moments(images: torch.Tensor, height: int, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Centre of brightness of each image in pixels, (row, column), and the angle of its long axis in degrees."""
    grey = images.unflatten(1, (height, width, -1)).sum(-1)
    mass = grey.sum((1, 2))
    rows, columns = torch.arange(height).float()[:, None], torch.arange(width).float()
    row, column = (grey * rows).sum((1, 2)) / mass, (grey * columns).sum((1, 2)) / mass
    down, across = rows - row[:, None, None], columns - column[:, None, None]
    mixed = (grey * down * across).sum((1, 2))
    angle = 0.5 * torch.atan2(2 * mixed, (grey * (across**2 - down**2)).sum((1, 2)))
    return torch.stack([row, column], 1), torch.rad2deg(angle)


def augmented(x: torch.Tensor, shape: tuple[int, int, int], **amounts: float) -> torch.Tensor:
    nothing = {"shift": 0.0, "rotation": 0.0, "zoom": 0.0, "shear": 0.0}
    (drawn,) = draw_amounts(1, len(x), torch.Generator().manual_seed(0))
    return Augmentation(shape, **{**nothing, **amounts})(x, drawn)


def test_amounts_of_zero_change_nothing():
    x = torch.rand(5, 12 * 10 * 3)
    torch.testing.assert_close(augmented(x, (12, 10, 3)), x, atol=1e-5, rtol=0)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_shift_moves_by_at_most_its_share_of_the_sides(channels: int):
    x = blob(channels=channels)
    before, angle = moments(x, 28, 28)
    after, angle_after = moments(augmented(x, (28, 28, channels), shift=0.1), 28, 28)
    moved = (after - before).abs()
    assert float(moved.max()) == pytest.approx(2.8, abs=0.1)
    assert moved.mean(0).tolist() == pytest.approx([1.4, 1.4], abs=0.1)
    torch.testing.assert_close(angle_after, angle, atol=0.5, rtol=0)


@pytest.mark.parametrize(("height", "width"), [(28, 28), (28, 56), (48, 32)])
def test_a_rotation_turns_pixels_by_at_most_its_angle_for_any_sides(height: int, width: int):
    x = blob(height, width)
    _, angle = moments(augmented(x, (height, width, 1), rotation=20.0), height, width)
    assert float(angle.abs().max()) == pytest.approx(20, abs=1)
    assert float(angle.mean()) == pytest.approx(0, abs=1.5)
    assert float(angle.abs().mean()) == pytest.approx(10, abs=1)


def test_a_zoom_changes_the_size_by_at_most_its_share():
    size = augmented(blob(), (28, 28, 1), zoom=0.2).sum(1) / blob().sum(1)
    assert float(size.max()) == pytest.approx(1.2**2, abs=0.1)
    assert float(size.min()) == pytest.approx(0.8**2, abs=0.1)


def test_a_shear_moves_rows_against_each_other_and_keeps_them():
    upright = torch.zeros(28, 28)
    upright[4:24, 13:15] = 1
    sheared = augmented(upright.flatten().repeat(500, 1), (28, 28, 1), shear=10.0).unflatten(1, (28, 28))
    columns = torch.arange(28).float()
    top = (sheared[:, 5] * columns).sum(1) / sheared[:, 5].sum(1)
    bottom = (sheared[:, 22] * columns).sum(1) / sheared[:, 22].sum(1)
    assert float((top - bottom).abs().max()) == pytest.approx(17 * math.tan(math.radians(10)), abs=0.2)
    torch.testing.assert_close(sheared.sum(2)[:, 5:23], torch.full((500, 18), 2.0), atol=0.02, rtol=0)


def test_pixels_stay_in_their_range_and_the_border_is_repeated():
    x = torch.rand(50, 64)
    moved = augmented(x, (8, 8, 1), shift=0.3, rotation=30.0, zoom=0.3, shear=20.0)
    assert 0 <= float(moved.min()) <= float(moved.max()) <= 1
    white = torch.ones(50, 28 * 28)
    torch.testing.assert_close(augmented(white, (28, 28, 1), shift=0.5, rotation=45.0), white, atol=1.2e-7, rtol=0)


def test_without_border_padding_positions_outside_move_to_the_border():
    x, grid = torch.rand(50, 1, 28, 28), 3 * torch.rand(50, 28, 28, 2) - 1.5
    border = functional.grid_sample(x, grid, padding_mode="border", align_corners=False)
    torch.testing.assert_close(functional.grid_sample(x, onto_pixels(grid), align_corners=False), border)


def test_every_image_is_changed_differently_and_a_seed_repeats_the_change():
    moved = augmented(blob(), (28, 28, 1), shift=0.1, rotation=10.0)
    assert len({tuple(image) for image in moved.tolist()}) == 500
    assert torch.equal(moved, augmented(blob(), (28, 28, 1), shift=0.1, rotation=10.0))


@pytest.mark.parametrize("channels", [2, 4])
def test_all_channels_move_together(channels: int):
    x = blob(channels=channels)[:5]
    moved = augmented(x, (28, 28, channels), shift=0.1, rotation=10).unflatten(1, (28, 28, channels))
    assert not torch.equal(moved.flatten(1), x)
    torch.testing.assert_close(moved, moved[..., :1].expand(-1, -1, -1, channels))
