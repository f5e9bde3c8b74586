"""The values of a fitted estimator as JSON and named arrays, and back. No name in the JSON is imported or called.

JSON has no arrays, tuples, NaN or objects. Each is an object of JSON whose first key begins with `$`.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray

_KINDS = "biuf"
"""Booleans, integers and floating-point numbers."""


class OtherVersionError(ValueError):
    """Saved values are whole, but have other names than this version expects; one line without its end."""


def check_names(owner: str, came: Collection[str], expected: Collection[str], allowed: Collection[str] = ()) -> None:
    """Raise OtherVersionError if saved values are not those that `owner` expects, besides those that are allowed.

    >>> check_names("SOM", ["labels_"], ["labels_", "unit_wins_"])
    Traceback (most recent call last):
    ...
    methods.values.OtherVersionError: it has no unit_wins_, which SOM needs
    """
    if missing := sorted({*expected} - {*came}):
        raise OtherVersionError(f"it has no {missing[0]}, which {owner} needs")
    if unknown := sorted({*came} - {*expected} - {*allowed}):
        raise OtherVersionError(f"it has {unknown[0]}, which {owner} does not know")


class Part:
    """A part of a fitted estimator that is kept with it: a frozen dataclass whose fields are values or other parts.

    A part with other attributes overrides `state`, `names` and `of_state`.
    """

    kinds: ClassVar[dict[str, type["Part"]]] = {}
    """All parts by the name of their class."""

    def __init_subclass__(cls) -> None:
        known = Part.kinds.setdefault(cls.__name__, cls)
        if known.__module__ != cls.__module__:
            raise TypeError(f"a part with the name {cls.__name__} is in {known.__module__}; give it another name.")

    def state(self) -> dict[str, Any]:
        """The values from which `of_state` makes an equal part."""
        return {each.name: getattr(self, each.name) for each in fields(self)}  # type: ignore[arg-type]

    @classmethod
    def names(cls) -> Collection[str]:
        """The names of the values in `state`."""
        return [each.name for each in fields(cls)]  # type: ignore[arg-type]

    @classmethod
    def of_state(cls, state: dict[str, Any]) -> Self:
        """The part with these values, which have the names `names`."""
        return cls(**state)


class Encoder:
    """Values to JSON. `arrays` gets the arrays by name; an array that occurs twice is kept once."""

    def __init__(self) -> None:
        self.arrays: dict[str, NDArray[Any]] = {}
        self._known: dict[int, tuple[str, NDArray[Any]]] = {}
        """Name and array by identity. They hold the arrays, so that no identity is given to another array."""

    def encode(self, name: str, value: Any) -> Any:
        """`value` in types that JSON has. `name` is for its arrays and for errors.

        Raises TypeError if the value, or a value in it, cannot be kept.
        """
        if isinstance(value, np.generic):
            value = value.item()
        if value is None or isinstance(value, bool | int | str):
            return value
        if isinstance(value, float):
            return value if math.isfinite(value) else {"$float": str(value)}
        if isinstance(value, np.ndarray):
            return self._encode_array(name, value)
        if isinstance(value, list | tuple):
            values = [self.encode(f"{name}.{i}", each) for i, each in enumerate(value)]
            return values if isinstance(value, list) else {"$tuple": values}
        if isinstance(value, Part):
            return {"$part": type(value).__name__, **self._encode_all(f"{name}.", value.state())}
        if isinstance(value, dict):
            return self._encode_all(f"{name}.", value)
        raise TypeError(f"{name} has the type {type(value).__name__}")

    def _encode_all(self, prefix: str, values: Mapping[str, Any]) -> dict[str, Any]:
        for key in values:
            if not isinstance(key, str) or key.startswith("$"):
                raise TypeError(f"{prefix.removesuffix('.')} has the key {key!r}")
        return {key: self.encode(f"{prefix}{key}", value) for key, value in values.items()}

    def _encode_array(self, name: str, array: NDArray[Any]) -> dict[str, Any]:
        """The name of the array and what is needed to check it; `order` is the order of its values in memory.

        The order matters, to the bit: sums of matrix products depend on it.
        """
        if array.dtype == object and array.ndim == 1:  # the names of a DataFrame's columns
            return {"$objects": [self.encode(f"{name}.{i}", each) for i, each in enumerate(array.tolist())]}
        if array.dtype.kind not in _KINDS:
            raise TypeError(f"{name} is an array of the type {array.dtype}")
        known, _ = self._known.setdefault(id(array), (name, array))
        fortran = array.flags.f_contiguous and not array.flags.c_contiguous
        if known == name:
            if name in self.arrays:
                raise TypeError(f"two arrays have the name {name}")
            self.arrays[name] = np.asarray(array.T if fortran else array, order="C")
        order = {"order": "F"} if fortran else {}
        return {"$array": known, "dtype": str(array.dtype), "shape": list(array.shape), **order}


class Decoder:
    """JSON and arrays to values."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """`arrays` as `Encoder.arrays` had them."""
        self._arrays = arrays
        self._copies: dict[str, NDArray[Any]] = {}

    def decode(self, value: Any) -> Any:
        """The value that `Encoder.encode` was given.

        Raises OtherVersionError if a part has other values than this version expects. Raises ValueError, TypeError,
        KeyError or AttributeError if `value` is not what an encoder made.
        """
        if isinstance(value, list):
            return [self.decode(each) for each in value]
        if not isinstance(value, dict):
            return value
        if "$array" in value:
            return self._decode_array(**{key.removeprefix("$"): entry for key, entry in value.items()})
        if "$float" in value:
            return float(value["$float"])
        if "$tuple" in value:
            return tuple(self.decode(each) for each in value["$tuple"])
        if "$objects" in value:
            return np.array([self.decode(each) for each in value["$objects"]], dtype=object)
        entries = {key: self.decode(each) for key, each in value.items() if key != "$part"}
        if "$part" not in value:
            return entries
        if value["$part"] not in Part.kinds:
            raise OtherVersionError(f"it has a part {value['$part']!r}, which is not known here")
        kind = Part.kinds[value["$part"]]
        check_names(kind.__name__, entries, kind.names())
        return kind.of_state(entries)

    def _decode_array(self, array: str, dtype: str, shape: list[int], order: Literal["C", "F"] = "C") -> NDArray[Any]:
        """A copy: it can be written to, and does not keep the content of the whole file in memory."""
        if array not in self._arrays:
            raise ValueError(f"it has no array {array}")
        stored = self._arrays[array].T if order == "F" else self._arrays[array]
        if (str(stored.dtype), list(stored.shape)) != (dtype, shape):
            came = f"{stored.dtype} {stored.shape}"
            raise ValueError(f"the array {array} is {came}; expected {dtype} {tuple(shape)}")
        if array not in self._copies:
            self._copies[array] = stored.copy(order=order)
        return self._copies[array]
