"""Many small images as one file."""

import io

import numpy as np
from PIL import Image

from bench.analysis.page_sheets import sheet, small_images


def test_each_image_lies_at_its_place():
    tiles = np.random.RandomState(0).randint(0, 256, (7, 5, 4, 3)).astype(np.uint8)
    made = sheet(tiles, 100_000, 3)
    with Image.open(io.BytesIO(made.content)) as image:
        pixels = np.asarray(image.convert("RGB"))
    assert pixels.shape == (3 * 5, 3 * 4, 3)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, 3)
        assert (pixels[row * 5 : row * 5 + 5, column * 4 : column * 4 + 4] == tile).all()


def test_the_file_is_as_small_as_asked_for():
    tiles = np.random.RandomState(0).randint(0, 256, (600, 28, 28, 3)).astype(np.uint8)
    large = sheet(tiles, 10**9)
    made = sheet(tiles, len(large.content) // 6)
    assert len(made.content) <= len(large.content) // 6
    assert made.count == 600


def test_grey_images_are_dark_on_white_and_colours_stay():
    grey = np.zeros((1, 2, 2, 1), np.float32)
    grey[0, 0, 0] = 1.5  # out of range
    grey[0, 1, 1] = np.nan
    assert small_images([grey])[0, :, :, 0].tolist() == [[0, 255], [255, 255]]
    colour = np.array([0.0, 0.5, 1.0], np.float32).reshape(1, 1, 1, 3)
    assert small_images([colour])[0, 0, 0].tolist() == [0, 128, 255]
