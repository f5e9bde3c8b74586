"""Randomly changed images: the largest change of each amount, and the properties that do not change."""

import math

import pytest
import torch
from torch.nn import functional

from methods.dec.augmentation import N_AMOUNTS, Augmentation, draw_amounts
from methods.dec.padding import onto_pixels, reflected


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


def augmented(x: torch.Tensor, shape: tuple[int, int, int], **amounts: float | str) -> torch.Tensor:
    nothing = {"shift": 0.0, "rotation": 0.0, "zoom": 0.0, "shear": 0.0}
    augmentation = Augmentation(shape, **{**nothing, **amounts})
    (drawn,) = draw_amounts(1, len(x), torch.Generator().manual_seed(0), augmentation.n_amounts)
    return augmentation(x, drawn)


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


def test_without_reflection_padding_positions_outside_are_mirrored():
    x, grid = torch.rand(50, 1, 28, 28), 9 * torch.rand(50, 28, 28, 2) - 4.5
    reflection = functional.grid_sample(x, grid, padding_mode="reflection", align_corners=False)
    mirrored = functional.grid_sample(x, onto_pixels(reflected(grid)), align_corners=False)
    torch.testing.assert_close(mirrored, reflection, atol=1e-4, rtol=0)


def test_a_reflection_shows_the_image_where_a_border_shows_stripes():
    """Rows of noise, moved down: the border repeats the first row, and a reflection has the rows below it."""
    x = torch.rand(28, 1).expand(28, 28).flatten().repeat(300, 1)
    border, reflection = (augmented(x, (28, 28, 1), shift=0.3, padding=p) for p in ("border", "reflection"))
    top = [moved.unflatten(1, (28, 28))[:, :6, 14] for moved in (border, reflection)]
    stripes = [(rows.diff(dim=1).abs() < 1e-6).all(1).float().mean() for rows in top]
    assert float(stripes[0]) > 0.2
    assert float(stripes[1]) == 0


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


@pytest.mark.parametrize("channels", [1, 3])
def test_a_flip_mirrors_its_share_of_the_images_and_leaves_the_others(channels: int):
    x = torch.rand(2000, 12 * 10 * channels)
    mirrored = x.unflatten(1, (12, 10, channels)).flip(2).flatten(1)
    flipped = augmented(x, (12, 10, channels), flip=0.25)
    is_same, is_mirrored = ((flipped - each).abs().amax(1) < 1e-5 for each in (x, mirrored))
    assert bool((is_same ^ is_mirrored).all())
    assert float(is_mirrored.float().mean()) == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize("channels", [1, 3])
def test_an_intensity_is_one_gamma_correction_for_all_pixels_of_an_image(channels: int):
    x = torch.rand(500, 64 * channels) * 0.98 + 0.01
    exponents = augmented(x, (8, 8, channels), intensity=0.5).log() / x.log()
    torch.testing.assert_close(exponents, exponents[:, :1].expand_as(exponents), atol=2e-3, rtol=0)
    logs = exponents.mean(1).log()
    assert float(logs.max()) == pytest.approx(math.log(1.5), abs=0.01)
    assert float(logs.min()) == pytest.approx(-math.log(1.5), abs=0.01)
    assert float(logs.mean()) == pytest.approx(0, abs=0.03)


def test_all_changes_together_keep_the_range_of_pixels_and_black_and_white():
    x = torch.rand(200, 8 * 8 * 3)
    changes = {"shift": 0.3, "rotation": 30.0, "zoom": 0.3, "shear": 20.0, "flip": 0.5, "intensity": 9.0, "crop": 0.9}
    moved = augmented(x, (8, 8, 3), **changes)
    assert 0 <= float(moved.min()) <= float(moved.max()) <= 1
    for x in (torch.zeros(50, 64), torch.ones(50, 64)):
        torch.testing.assert_close(augmented(x, (8, 8, 1), **changes), x, atol=1e-5, rtol=0)


def test_a_crop_shows_a_window_inside_the_image_with_sides_of_different_lengths():
    """The values of a pixel are its row and its column, so that a crop shows where its corners are."""
    rows, columns = torch.meshgrid(torch.arange(24.0), torch.arange(32.0), indexing="ij")
    places = torch.stack([rows, columns, torch.zeros(24, 32)], -1)
    cropped = augmented(places.flatten().repeat(2000, 1), (24, 32, 3), crop=0.4).unflatten(1, (24, 32, 3))
    down, across = cropped[:, 10:14, 16, 0].diff(dim=1).mean(1), cropped[:, 12, 14:18, 1].diff(dim=1).mean(1)
    area, ratio = down * across, across / down
    assert float(area.min()) == pytest.approx(0.6, abs=0.01)
    assert float(area.max()) == pytest.approx(1.0, abs=0.01)
    assert float(area.mean()) == pytest.approx(0.8, abs=0.02)
    assert 1.25 < float(ratio.max()) < 4 / 3 + 0.01
    assert 3 / 4 - 0.01 < float(ratio.min()) < 0.8
    for value, side in zip(cropped.unbind(-1)[:2], (24, 32), strict=True):  # no window is outside the image
        assert float(value.min()) >= 0
        assert float(value.max()) <= side - 1
    middle = cropped[:, 11:13, 15:17].mean((1, 2))  # windows are drawn all over the image
    assert float(middle[:, 0].std()) > 0.8
    assert float(middle[:, 1].std()) > 0.8


FURTHER = {"flip": 0.5, "intensity": 0.5, "crop": 0.3}


@pytest.mark.parametrize("name", FURTHER)
def test_an_amount_that_is_off_leaves_the_numbers_of_the_others(name: str):
    """Each of the three further amounts is the same alone and with the two others."""
    of_all, of_one = (Augmentation((8, 8, 1), 0.1, 10.0, 0.0, 0.0, **each) for each in (FURTHER, {name: FURTHER[name]}))
    assert of_all.n_amounts == of_one.n_amounts > N_AMOUNTS
    assert Augmentation((8, 8, 1), 0.1, 10.0, 0.1, 10.0).n_amounts == N_AMOUNTS


def test_the_further_amounts_leave_all_other_random_numbers():
    plain, more = torch.Generator().manual_seed(3), torch.Generator().manual_seed(3)
    for _ in range(2):
        affine, both = draw_amounts(2, 50, plain), draw_amounts(2, 50, more, N_AMOUNTS + 6)
        assert torch.equal(both[:, :N_AMOUNTS], affine)
        assert torch.equal(torch.randperm(50, generator=plain), torch.randperm(50, generator=more))
        assert -1 <= float(both.min()) < -0.9 < 0.9 < float(both.max()) < 1
        assert abs(float(torch.corrcoef(both.transpose(0, 1).flatten(1)).fill_diagonal_(0).max())) < 0.5
        later = draw_amounts(2, 50, more, N_AMOUNTS + 6)
        assert not torch.equal(later[:, N_AMOUNTS:], both[:, N_AMOUNTS:])
        draw_amounts(2, 50, plain)
