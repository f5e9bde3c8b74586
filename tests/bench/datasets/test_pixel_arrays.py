"""Arrays and nested lists as images: the shapes and types that are read, and one line for all others."""

from typing import Any

import numpy as np
import pytest

from bench.datasets.pixel_arrays import picture_of
from bench.errors import UsageError


@pytest.mark.parametrize("channels", [(), (1,), (3,)])
@pytest.mark.parametrize(
    ("kind", "limits"),
    [("uint8", (0, 255)), ("uint16", (0, 65535)), ("bool", (0, 1)), ("int64", None), ("float32", None)],
)
def test_the_range_of_an_array_is_that_of_its_type(channels: tuple[int, ...], kind: str, limits: Any):
    picture = picture_of(np.ones((4, 5, *channels), kind))
    assert picture.size == (4, 5)
    assert picture.values.shape == (4, 5, *(channels or (1,)))
    assert picture.limits == limits
    assert picture.alpha is None


def test_nested_lists_and_arrays_of_arrays_are_the_same_image():
    rows = [[0.0, 0.5], [1.0, 0.25]]
    arrays = np.empty(2, object)
    arrays[:] = [np.array(row) for row in rows]
    for value in (rows, arrays, np.array(rows)):
        np.testing.assert_array_equal(picture_of(value).values[..., 0], rows)


@pytest.mark.parametrize(
    ("values", "opaque"), [(np.uint8([255, 51]), [1, 0.2]), (np.float64([1, 0.5]), [1, 0.5]), ([255, 0], [1, 0])]
)
def test_the_fourth_channel_is_the_opacity(values: Any, opaque: list[float]):
    pixels = np.zeros((1, 2, 4), np.asarray(values).dtype)
    pixels[..., 3] = values
    picture = picture_of(pixels)
    assert picture.values.shape == (1, 2, 3)
    assert picture.alpha is not None
    np.testing.assert_allclose(picture.alpha, [opaque], rtol=1e-6)


def test_a_fourth_channel_that_is_opaque_everywhere_is_no_transparency():
    assert picture_of(np.full((2, 2, 4), 255, np.uint8)).alpha is None


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "no image"),
        ("cat.png", "str is not an image"),
        ({"bytes": b""}, "dict is not an image"),
        ([["a"]], "expected numbers of the shape"),
        ([[1, 2], [3]], "expected rows of equal length"),
        ([[2**70]], "is not an image"),
        ([1, 2], "shape (2,); expected (height, width)"),
        (np.zeros((3, 8, 8)), "array.transpose(1, 2, 0)"),
        (np.zeros((8, 8, 7)), "expected (height, width), or"),
        (np.zeros((0, 3)), "without pixels"),
        (np.zeros((2, 2), complex), "complex128"),
        ([[np.nan, 1.0]], "1 pixels that are infinite or not a number"),
        (np.full((2, 2, 4), 300), "4 channels of type int64 has values from 300 to 300"),
    ],
)
def test_everything_else_is_refused_in_one_line(value: Any, message: str):
    with pytest.raises(UsageError) as caught:
        picture_of(value)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
