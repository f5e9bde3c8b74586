"""Pixels of every type: 16 and 32 bits, floats, CMYK, CIELAB and others have the values that they declare."""

from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
from pictures import encoded, parquet_rows, refusal

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.store.remarks import fact


def read(folder: Path, *cells: dict[str, Any]) -> ImageData:
    return load(str(parquet_rows(folder / "set", *cells)), "train")


def tiff(values: Any, **tags: Any) -> dict[str, Any]:
    return encoded(PIL.Image.fromarray(np.asarray(values)), "TIFF", **tags)


def test_floats_between_0_and_1_are_as_they_are(tmp_path: Path):
    data = read(tmp_path, tiff(np.float32([[0.25, 0.5]])), tiff(np.float32([[0, 0.75]])))
    assert data.features.tolist() == [[0.25, 0.5], [0, 0.75]]
    assert data.how_read == ()


def test_other_floats_have_one_range_for_all_images(tmp_path: Path):
    data = read(tmp_path, tiff(np.float32([[0, 1]])), tiff(np.float32([[-2, 2]])))
    assert data.features.tolist() == [[0.5, 0.75], [0, 1]]
    text = (
        "Pixels were scaled to [0, 1] from the range -2 to 2, the lowest and the highest value of all images together."
    )
    assert data.how_read == (fact(text),)


def test_integers_of_32_bits_have_one_range_for_all_images(tmp_path: Path):
    data = read(tmp_path, tiff(np.int32([[0, 1000]])), tiff(np.int32([[50_000, 200_000]])))
    np.testing.assert_allclose(data.features, [[0, 0.005], [0.25, 1]], rtol=1e-6)
    assert "from the range 0 to 200000" in data.how_read[0].text


def test_integers_up_to_255_are_taken_for_8_bits(tmp_path: Path):
    data = read(tmp_path, tiff(np.int32([[0, 51]])), tiff(np.int32([[102, 255]])))
    np.testing.assert_allclose(data.features, [[0, 0.2], [0.4, 1]], rtol=1e-6)
    assert "integers from 0 to 255" in data.how_read[0].text


def test_ranges_that_files_state_are_united(tmp_path: Path):
    """SMinSampleValue and SMaxSampleValue, 340 and 341; MinSampleValue and MaxSampleValue, 280 and 281."""
    wide = tiff(np.float32([[0, 50]]), tiffinfo={340: 0.0, 341: 100.0})
    data = read(tmp_path, wide, tiff(np.float32([[0, 25]]), tiffinfo={340: 0.0, 341: 50.0}))
    np.testing.assert_allclose(data.features, [[0, 0.5], [0, 0.25]], rtol=1e-6)
    assert "from the range 0 to 100, as the files state" in data.how_read[0].text
    data = read(tmp_path, tiff(np.uint16([[0, 1023]]), tiffinfo={280: 0, 281: 4092}))
    np.testing.assert_allclose(data.features, [[0, 0.25]], rtol=1e-6)


def test_the_range_of_a_constant_data_set_is_unknown(tmp_path: Path):
    message = refusal(parquet_rows(tmp_path / "set", tiff(np.int32([[1000, 1000]]))))
    assert "'set', row 0: all pixels of all images are 1000, and no range is declared; expected" in message


def test_numbers_without_a_range_are_not_mixed_with_8_bits(tmp_path: Path):
    eight = encoded(PIL.Image.new("L", (2, 1), 100))
    message = refusal(parquet_rows(tmp_path / "set", eight, tiff(np.int32([[0, 1000]]))))
    assert "row 1: pixels are integers from 0 to 1000 without a declared range, but row 0 has 8 or 16 bits" in message
    assert "convert all images to 8 or 16 bits" in message
    data = read(tmp_path, eight, tiff(np.float32([[0, 1]])))
    np.testing.assert_allclose(data.features, [[100 / 255] * 2, [0, 1]], rtol=1e-6)


def test_pixels_that_are_not_numbers_are_refused(tmp_path: Path):
    message = refusal(parquet_rows(tmp_path / "set", tiff(np.float32([[0, np.nan]]))))
    assert "row 0: an image has 1 pixels that are infinite or not a number (NaN); expected numbers" in message


def test_unsigned_integers_of_32_bits_are_not_negative(tmp_path: Path):
    """Pillow reads them as signed: the tag SampleFormat, 339, says which they are."""
    high = np.array([[0, 2**31 + 2**30]], np.uint32).view(np.int32)
    signed = tiff(high)["bytes"]
    assert signed.count(b"\x53\x01\x03\x00\x01\x00\x00\x00\x02\x00") == 1
    unsigned = signed.replace(b"\x53\x01\x03\x00\x01\x00\x00\x00\x02\x00", b"\x53\x01\x03\x00\x01\x00\x00\x00\x01\x00")
    data = read(tmp_path, {"bytes": unsigned, "path": None})
    assert data.features.tolist() == [[0, 1]]


def test_white_is_zero_in_a_file_that_says_so(tmp_path: Path):
    """The tag PhotometricInterpretation, 262, is 0."""
    black = tiff(np.uint16([[0, 65535]]))["bytes"]
    tag = b"\x06\x01\x03\x00\x01\x00\x00\x00"
    assert black.count(tag + b"\x01") == 1
    data = read(tmp_path, {"bytes": black.replace(tag + b"\x01", tag + b"\x00"), "path": None})
    assert data.features.tolist() == [[1, 0]]


@pytest.mark.parametrize(
    ("image", "kind", "expected"),
    [
        (PIL.Image.new("CMYK", (1, 1), (0, 255, 255, 0)), "TIFF", [1, 0, 0]),
        (PIL.Image.new("CMYK", (1, 1), (0, 0, 0, 255)), "JPEG", [0, 0, 0]),
        (PIL.Image.new("YCbCr", (1, 1), (255, 128, 128)), "JPEG", [1, 1, 1]),
        (PIL.Image.new("LAB", (1, 1), (255, 128, 128)), "TIFF", [1, 1, 1]),
        (PIL.Image.new("1", (1, 1), 1), "PNG", [1]),
        (PIL.Image.new("I;16", (1, 1), 65535), "PNG", [1]),
        (PIL.Image.new("I;16", (1, 1), 13107), "TIFF", [0.2]),
        (PIL.Image.new("I", (1, 1), 13107), "PPM", [0.2]),
        (PIL.Image.new("RGB", (1, 1), (255, 0, 51)).quantize(), "BMP", [1, 0, 0.2]),
    ],
)
def test_colour_modes(tmp_path: Path, image: PIL.Image.Image, kind: str, expected: list[float]):
    np.testing.assert_allclose(read(tmp_path, encoded(image, kind)).features[0], expected, atol=0.01)


def test_lab_has_its_colour(tmp_path: Path):
    """CIELAB 53, 80, 67 is pure red; Pillow stores L · 255 / 100, and a and b as signed bytes."""
    lab = PIL.Image.fromarray(np.uint8([[[135, 80, 67]]]), "LAB")
    red, green, blue = read(tmp_path, encoded(lab, "TIFF")).features[0]
    assert red > 0.95
    assert max(green, blue) < 0.15
