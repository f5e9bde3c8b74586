"""Values of an estimator as JSON and arrays."""

import json
import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from methods.manifold import Manifold
from methods.values import Decoder, Encoder, Part


@dataclass(frozen=True)
class Pair(Part):
    """A part for the tests."""

    left: object
    right: object


def there_and_back(value: object) -> object:
    """Through JSON as text."""
    encoder = Encoder()
    text = json.dumps(encoder.encode("value", value), allow_nan=False)
    return Decoder(encoder.arrays).decode(json.loads(text))


PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
KEYS = st.text(max_size=5).filter(lambda key: not key.startswith("$"))
VALUES = st.recursive(
    PLAIN,
    lambda values: (
        st.lists(values, max_size=3)
        | st.lists(values, max_size=3).map(tuple)
        | st.dictionaries(KEYS, values, max_size=3)
        | st.builds(Pair, values, values)
    ),
    max_leaves=10,
)


def types(value: object) -> object:
    """The types in a value: True equals 1, and a tuple of JSON is a list."""
    if isinstance(value, Pair):
        return "Pair", types(value.left), types(value.right)
    if isinstance(value, dict):
        return {key: types(each) for key, each in value.items()}
    return [type(value), *map(types, value)] if isinstance(value, list | tuple) else type(value)


@given(VALUES)
def test_values_come_back_with_their_types(value: object):
    back = there_and_back(value)
    assert back == value
    assert types(back) == types(value)


@given(
    arrays.arrays(
        st.sampled_from(["float64", "float32", "float16", "int64", "int8", "uint8", "bool"]),
        arrays.array_shapes(min_dims=0, max_dims=3, min_side=0),
    ),
    st.sampled_from("CF"),
)
def test_arrays_come_back_to_the_bit_in_their_order(array: np.ndarray, order: str):
    array = np.array(array, order=order)
    back = there_and_back(array)
    assert isinstance(back, np.ndarray)
    assert (back.dtype, back.shape, back.tobytes()) == (array.dtype, array.shape, array.tobytes())
    assert (back.flags.c_contiguous, back.flags.f_contiguous) == (array.flags.c_contiguous, array.flags.f_contiguous)
    assert back.flags.writeable


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan, -0.0, 5e-324, 0.1 + 0.2])
def test_each_float_comes_back(number: float):
    back = there_and_back(number)
    assert isinstance(back, float)
    assert back == number or math.isnan(number)
    assert math.copysign(1, back) == math.copysign(1, number)


def test_numbers_of_numpy_become_numbers_of_python():
    back = there_and_back([np.float32(0.1), np.int64(3), np.bool_(True)])
    assert back == [float(np.float32(0.1)), 3, True]
    assert types(back) == [list, float, int, bool]


def test_an_array_that_occurs_twice_is_kept_once():
    array, encoder = np.arange(3), Encoder()
    encoded = encoder.encode("state", {"one": array, "two": Pair(array, array.copy())})
    assert set(encoder.arrays) == {"state.one", "state.two.right"}
    back = Decoder(encoder.arrays).decode(encoded)
    assert back["one"] is back["two"].left
    np.testing.assert_array_equal(back["two"].right, array)


def test_arrays_made_one_after_the_other_stay_apart():
    """Their memory, and so their identity, could be used again."""
    encoder = Encoder()
    encoded = [encoder.encode(str(i), np.full(3, i)) for i in range(50)]
    assert [Decoder(encoder.arrays).decode(each)[0] for each in encoded] == list(range(50))


def test_names_of_columns_come_back():
    names = np.array(["a", "b c"], dtype=object)
    back = there_and_back(names)
    assert isinstance(back, np.ndarray)
    assert (back.dtype, back.tolist()) == (object, ["a", "b c"])


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (object(), "value has the type object"),
        ({"a": [1, {2}]}, "value.a.1 has the type set"),
        ({3: 4}, "value has the key 3"),
        ({"$array": "other"}, r"value has the key '\$array'"),
        (np.array(["text"]), "value is an array of the type <U4"),
        (np.array([1j]), "value is an array of the type complex128"),
        (np.array([object()]), "value.0 has the type object"),
        ({"a.b": np.zeros(1), "a": {"b": np.zeros(1)}}, "two arrays have the name value.a.b"),
    ],
)
def test_a_value_that_cannot_be_kept_is_named(value: object, named: str):
    with pytest.raises(TypeError, match=f"^{named}"):
        Encoder().encode("value", value)


@pytest.mark.parametrize(
    ("encoded", "problem"),
    [
        ({"$array": "there", "dtype": "int64", "shape": [4]}, r"there is int64 \(3,\); expected int64 \(4,\)"),
        ({"$array": "there", "dtype": "float32", "shape": [3]}, r"there is int64 \(3,\); expected float32 \(3,\)"),
        ({"$array": "gone", "dtype": "int64", "shape": [3]}, "it has no array gone"),
        ({"$array": "there", "dtype": "int64"}, "missing 1 required positional argument: 'shape'"),
        ({"$part": "Clusterer"}, "it has a part 'Clusterer', which is not known here"),
        ({"$part": "Pair", "left": 1}, "it has no right, which Pair needs"),
        ({"$part": "Pair", "left": 1, "right": 2, "other": 3}, "it has other, which Pair does not know"),
        ({"$float": "os"}, "could not convert"),
    ],
)
def test_json_that_no_encoder_has_made_is_refused(encoded: dict, problem: str):
    with pytest.raises((ValueError, TypeError), match=problem):
        Decoder({"there": np.arange(3)}).decode(encoded)


def test_two_parts_do_not_share_a_name():
    assert Part.kinds["Manifold"] is Manifold
    with pytest.raises(TypeError, match=r"a part with the name Manifold is in methods\.manifold"):
        type("Manifold", (Part,), {"__module__": "another"})
