"""Transparent pixels: what a viewer shows is clustered, and hidden colours never are."""

from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
from pictures import encoded, parquet_rows

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.datasets.transparency import composed
from bench.store.reading import Reading
from bench.store.remarks import fact


def read(folder: Path, *cells: dict[str, Any], **options: Any) -> ImageData:
    return load(str(parquet_rows(folder / "set", *cells)), "train", reading=Reading(**options))


def rgba(hidden: int) -> PIL.Image.Image:
    """An opaque pixel, a transparent one that hides a colour, and one of which a fifth is opaque."""
    return PIL.Image.fromarray(np.uint8([[[100, 100, 100, 255], [hidden, 0, hidden, 0], [200, 200, 200, 51]]]))


def test_hidden_colours_do_not_reach_the_features(tmp_path: Path):
    for options in ({}, {"transparent": "black"}, {"transparent": "channel"}):
        first, second = read(tmp_path, encoded(rgba(0)), encoded(rgba(255)), **options).features
        np.testing.assert_array_equal(first, second)


def test_white_and_black_are_backgrounds(tmp_path: Path):
    data = read(tmp_path, encoded(rgba(7)))
    assert (data.features * 255).round(4).tolist() == [[100] * 3 + [255] * 3 + [244] * 3]
    assert data.how_read == (fact("1 of 1 images have transparent pixels: they were composed onto white."),)
    data = read(tmp_path, encoded(rgba(7)), transparent="black")
    assert (data.features * 255).round(4).tolist() == [[100] * 3 + [0] * 3 + [40] * 3]
    assert "composed onto black" in data.how_read[0].text


def test_a_channel_of_opacity_has_colours_multiplied_by_it(tmp_path: Path):
    opaque = PIL.Image.new("RGB", (3, 1), (0, 51, 255))
    data = read(tmp_path, encoded(opaque), encoded(rgba(7)), transparent="channel")
    assert data.image_shape == (1, 3, 4)
    np.testing.assert_allclose(data.features[0], [0, 0.2, 1, 1] * 3, rtol=1e-6)
    expected = [100 / 255] * 3 + [1] + [0] * 4 + [40 / 255] * 3 + [0.2]
    np.testing.assert_allclose(data.features[1], expected, rtol=1e-6)
    assert "1 of 2 images have transparent pixels: their opacity is the last channel" in data.how_read[0].text


def test_grey_with_opacity_has_two_channels_and_is_grey_on_a_background(tmp_path: Path):
    cell = encoded(PIL.Image.fromarray(np.uint8([[[100, 255], [9, 0]]]), "LA"))
    assert read(tmp_path, cell, transparent="channel").image_shape == (1, 2, 2)
    data = read(tmp_path, cell)
    assert data.image_shape == (1, 2, 1)
    assert (data.features * 255).tolist() == [[100, 255]]


def test_opacity_in_a_later_image_and_colour_after_it_make_four_channels(tmp_path: Path):
    cells = [
        encoded(PIL.Image.new("L", (3, 1), 51)),
        encoded(PIL.Image.fromarray(np.uint8([[[255, 255], [9, 0], [255, 255]]]), "LA")),
        encoded(PIL.Image.new("RGB", (3, 1), (255, 0, 0))),
    ]
    data = read(tmp_path, *cells, transparent="channel")
    assert data.image_shape == (1, 3, 4)
    np.testing.assert_allclose(data.features[0], [0.2, 0.2, 0.2, 1] * 3, rtol=1e-6)
    assert data.features[1].tolist() == [1] * 4 + [0] * 4 + [1] * 4
    assert data.features[2].tolist() == [1, 0, 0, 1] * 3


def _palette() -> PIL.Image.Image:
    image = PIL.Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 200, 100, 50])
    image.putdata([0, 1])
    return image


@pytest.mark.parametrize(
    ("image", "options", "kind", "shown"),
    [
        (_palette(), {"transparency": 1}, "PNG", [[10, 20, 30], [255] * 3]),
        (_palette(), {"transparency": b"\xff\x00"}, "PNG", [[10, 20, 30], [255] * 3]),
        (_palette(), {"transparency": 1}, "GIF", [[10, 20, 30], [255] * 3]),
        (_palette().convert("RGB"), {"transparency": (200, 100, 50)}, "PNG", [[10, 20, 30], [255] * 3]),
        (PIL.Image.fromarray(np.uint8([[10, 20]])), {"transparency": 20}, "PNG", [[10], [255]]),
        (PIL.Image.fromarray(np.uint8([[0, 255]])).convert("1"), {"transparency": 0}, "PNG", [[255], [255]]),
        (PIL.Image.fromarray(np.uint16([[2570, 1]])), {"transparency": 1}, "PNG", [[10], [255]]),
        (PIL.Image.fromarray(np.uint8([[[10, 20, 30, 255], [9, 9, 9, 0]]])), {}, "TIFF", [[10, 20, 30], [255] * 3]),
        (PIL.Image.fromarray(np.uint8([[[10, 20, 30, 255], [9, 9, 9, 0]]])), {"lossless": True}, "WEBP",
         [[10, 20, 30], [255] * 3]),
    ],
)  # fmt: skip
def test_each_kind_of_transparency(tmp_path: Path, image: PIL.Image.Image, options: Any, kind: str, shown: Any):
    data = read(tmp_path, encoded(image, kind, **options))
    assert (data.features.reshape(2, -1) * 255).round(3).tolist() == shown
    assert "1 of 1 images have transparent pixels" in data.how_read[-1].text


def test_opaque_images_are_not_changed(tmp_path: Path):
    opaque = PIL.Image.fromarray(np.uint8([[[10, 20, 30, 255]]]))
    data = read(tmp_path, encoded(opaque))
    assert data.how_read == ()
    assert data.digest == read(tmp_path, encoded(opaque.convert("RGB"))).digest
    data = read(tmp_path, encoded(opaque), transparent="channel")
    assert data.image_shape == (1, 1, 3)
    assert data.how_read == (fact("No image has transparent pixels: --transparent changed nothing."),)


def test_a_colour_mode_of_the_column_does_not_uncover_hidden_colours(tmp_path: Path):
    import datasets

    folder = parquet_rows(tmp_path / "set", encoded(rgba(255)), kind=datasets.Image(mode="RGB"))
    assert (load(str(folder), "train").features * 255).round(4).tolist() == [[100] * 3 + [255] * 3 + [244] * 3]


def test_composition_in_blocks_is_the_composition_of_the_whole():
    generator = np.random.default_rng(0)
    values = generator.integers(0, 256, (600, 2, 3), np.uint8)
    alpha = generator.random((600, 2), np.float32)
    expected = np.rint(alpha[..., None] * values + (1 - alpha[..., None]) * np.float32(255))
    np.testing.assert_array_equal(composed(values, alpha, (0, 255), "white"), expected)
