"""Resized images: their size, their shape, no false patterns, and the sentence that says what was done."""

from pathlib import Path
from typing import Any, Literal

import numpy as np
import PIL.Image
import pytest
from pictures import encoded, parquet_rows, refusal, save_grey

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.datasets.resizing import resized
from bench.store.reading import Reading
from bench.store.remarks import fact

BITS_8 = (0.0, 255.0)


def read(folder: Path, *cells: dict[str, Any], **options: Any) -> ImageData:
    return load(str(parquet_rows(folder / "set", *cells)), "train", reading=Reading(**options))


def halves(height: int, width: int) -> np.ndarray:
    """The left half is black and the right half is white."""
    return np.where(np.arange(width) < width / 2, np.uint8(0), np.uint8(255))[None].repeat(height, 0)[..., None]


def test_crop_takes_the_middle_and_keeps_the_aspect_ratio():
    bars = np.zeros((40, 120, 1), np.uint8)
    bars[:, 40:80] = 255  # the square in the middle
    assert resized(bars, 20, "crop", BITS_8).mean() > 250
    turned = resized(bars.transpose(1, 0, 2), 20, "crop", BITS_8)
    np.testing.assert_array_equal(turned[..., 0], resized(bars, 20, "crop", BITS_8)[..., 0].T)


def test_pad_takes_the_whole_image_and_repeats_its_border():
    result = resized(halves(40, 80), 16, "pad", BITS_8)[..., 0]
    assert result.shape == (16, 16)
    assert set(result[:, 0]) == {0}
    assert set(result[:, -1]) == {255}
    assert (result == result[0]).all()


@pytest.mark.parametrize("mode", ["crop", "pad"])
@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (7, 5), (8, 8), (64, 48)])
@pytest.mark.parametrize("kind", ["uint8", "float32"])
def test_every_size_becomes_the_same(mode: Literal["crop", "pad"], size: tuple[int, int], kind: str):
    limits = BITS_8 if kind == "uint8" else (0.0, 1.0)
    result = resized(np.full((*size, 3), limits[1], kind), 8, mode, limits)
    assert result.shape == (8, 8, 3)
    np.testing.assert_allclose(result, limits[1], rtol=1e-6)


@pytest.mark.parametrize("kind", ["uint8", "float32"])
def test_a_fine_pattern_becomes_grey_and_not_a_coarse_pattern(kind: str):
    """Without antialiasing, every seventh pixel of a chequerboard is a chequerboard again."""
    board = (np.indices((56, 56)).sum(axis=0) % 2)[..., None]
    values, limits = (np.uint8(board * 255), BITS_8) if kind == "uint8" else (np.float32(board), (0.0, 1.0))
    result = resized(values, 8, "crop", limits) / limits[1]
    assert abs(result - 0.5).max() < 0.05


def test_values_do_not_leave_the_limits():
    result = resized(np.float32(halves(64, 64)) / 255, 12, "crop", (0.0, 1.0))
    assert result.min() == 0
    assert result.max() == 1


def test_images_of_several_sizes_are_one_data_set_with_resize(tmp_path: Path):
    cells = [encoded(PIL.Image.new("RGB", size, (255, 0, 51))) for size in ((64, 48), (30, 40), (10, 8))]
    data = read(tmp_path, *cells, resize=16)
    assert data.image_shape == (16, 16, 3)
    np.testing.assert_allclose(data.features, [[1, 0, 0.2] * 256] * 3, rtol=1e-6)
    said = (
        "Images were resized to 16 × 16 pixels (crop): the shorter side became 16 pixels, and the centre was cut out. "
        "1 of 3 images were smaller and were enlarged."
    )
    assert data.how_read == (fact(said),)
    assert "(pad): the longer side" in read(tmp_path, *cells, resize=16, resize_mode="pad").how_read[0].text
    assert data.summary().how_read == [said]


def test_a_jpeg_that_is_decoded_smaller_is_as_the_whole_one(tmp_path: Path):
    rows, columns = np.indices((800, 1200))
    values = np.stack([rows / 800, columns / 1200, (rows + columns) / 2000], axis=2) * 255
    photograph = PIL.Image.fromarray(values.astype(np.uint8))
    data = read(tmp_path, encoded(photograph, "JPEG", quality=95), encoded(photograph), resize=32)
    assert abs(data.features[0] - data.features[1]).max() < 0.02
    assert "were smaller" not in data.how_read[0].text


def test_a_turned_jpeg_is_turned_before_it_is_cut(tmp_path: Path):
    exif = PIL.Image.Exif()
    exif[0x0112] = 6  # turn by 90° clockwise
    picture = PIL.Image.fromarray(halves(40, 80)[..., 0])
    data = read(tmp_path, encoded(picture, "JPEG", exif=exif), resize=8, resize_mode="pad")
    turned = data.features.reshape(8, 8)
    assert turned[0].max() < 0.1
    assert turned[-1].min() > 0.9


def test_transparent_pixels_are_composed_before_they_are_resized(tmp_path: Path):
    """Else the hidden black would darken the edges."""
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[:, :32] = 255
    assert read(tmp_path, encoded(PIL.Image.fromarray(pixels)), resize=7).features.min() == 1
    data = read(tmp_path, encoded(PIL.Image.fromarray(pixels)), resize=7, transparent="channel")
    colours = data.features.reshape(7, 7, 4)
    np.testing.assert_allclose(colours[..., :3], colours[..., 3:].repeat(3, 2), atol=1e-6)


def test_threads_change_no_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    generator = np.random.default_rng(0)
    cells = [
        encoded(PIL.Image.fromarray(generator.integers(0, 256, (20 + row, 50 - row, 3), np.uint8))) for row in range(30)
    ]
    digests = []
    for number, threads in enumerate(["1", "4"]):
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
        folder = parquet_rows(tmp_path / str(number), *cells)
        digests.append(load(str(folder), "train", reading=Reading(resize=8)).digest)
    assert digests[0] == digests[1]


def test_the_message_about_several_sizes_proposes_one(tmp_path: Path):
    for number, size in enumerate([(100, 80), (90, 70), (90, 70), (50, 40), (300, 200)]):
        save_grey(tmp_path / "set" / "a" / f"{number}.png", size=size)
    message = refusal(tmp_path / "set")
    assert "has images of several sizes (height × width): 80 × 100 and 70 × 90" in message
    assert "most common 70 × 90 (2 of 5 images), smallest 40 × 50; expected one size: --resize 64 makes" in message
    assert load(str(tmp_path / "set"), "train", reading=Reading(resize=64)).image_shape == (64, 64, 1)


def test_the_proposed_size_of_tiny_images_is_theirs(tmp_path: Path):
    cells = [encoded(PIL.Image.new("L", size)) for size in ((5, 6), (6, 5))]
    assert "--resize 5 makes" in refusal(parquet_rows(tmp_path / "set", *cells))
