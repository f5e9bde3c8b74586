"""Lists and parameters as a user types them: their values, or one line about the first one that is not valid."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from bench.errors import UsageError
from bench.store.records import Scalar
from methods import registry
from methods.registry import did_you_mean, nearest

T = TypeVar("T")
Grid = Mapping[str, Mapping[str, tuple[Scalar, ...]]]
"""Method → parameter → its values."""

_LARGEST = 2**32 - 1


def names(option: str, text: str) -> tuple[str, ...]:
    """The names in a comma-separated list. Raises UsageError if it is empty, or if a name occurs twice."""
    _check_commas(option, text)
    return _listed(option, text, str)


def integers(option: str, text: str, low: int) -> tuple[int, ...]:
    """The integers in a comma-separated list, `low` to 2³² − 1. Raises UsageError like `names`."""

    def parse(part: str) -> int:
        is_integer = part.isascii() and part.isdigit() and len(part) <= 10
        if not is_integer or not low <= int(part) <= _LARGEST:
            raise UsageError(f"{option} {text}: '{part}' is not valid; expected integers from {low} to 2³² − 1.")
        return int(part)

    _check_commas(option, text)
    return _listed(option, text, parse)


def parse_params(texts: Sequence[str], methods: Mapping[str, str]) -> Grid:
    """The parameters of `--param METHOD.NAME=VALUE[,VALUE…]`. Raises UsageError for the first one that is not valid.

    `methods`: by name as typed, the name that the registry of methods knows.
    """
    grid: dict[str, dict[str, tuple[Scalar, ...]]] = {}
    for text in texts:
        target, equals, values = text.partition("=")
        method, dot, name = target.rpartition(".")
        if target in methods and dot:  # the dot is one of package.module:Class
            raise UsageError(f"--param {text} names no option of '{target}'; expected {target}.NAME=VALUE[,VALUE…].")
        if not (equals and dot and name):
            raise UsageError(
                f"--param {text} is not valid; expected METHOD.NAME=VALUE[,VALUE…]{_such_as(text, list(methods))}."
            )
        if method not in methods:
            hint = did_you_mean(f"{near}.{name}" for near in nearest(method, methods))
            raise UsageError(f"--param {text}: method '{method}' is not in --methods ({', '.join(methods)}).{hint}")
        if name in grid.setdefault(method, {}):
            raise UsageError(f"--param {text}: {target} is given twice; expected one list of values.")
        try:
            parse = partial(registry.parse_parameter, methods[method], name)
            grid[method][name] = _listed(f"--param {target}", values, parse)
        except registry.MethodError as error:
            raise UsageError(f"--param {text}: {error}") from None
    return grid


def _such_as(text: str, methods: Sequence[str]) -> str:
    """The parameters of methods that `text`, NAME=VALUE, may mean; empty without any, or if it has another form."""
    name, _, values = text.partition("=")
    if not values or "." in name:
        return ""
    near = registry.parameters_like(name, methods) or registry.parameters_like(name)
    return f", such as {' or '.join(f'{parameter}={values}' for parameter in near)}" if near else ""


def _listed(option: str, text: str, parse: Callable[[str], T]) -> tuple[T, ...]:
    """The values of a comma-separated list, each read by `parse`. Raises UsageError if a value occurs twice."""
    parts = [part.strip() for part in text.split(",")]
    parts = parts[: -1 if len(parts) > 1 and not parts[-1] else None]  # `4,` is a list of one value
    if parts == [""]:
        raise UsageError(f"{option} is empty; expected values separated by commas.")
    if "" in parts:
        raise UsageError(f"{option} {text} has two commas without a value between them; expected values.")
    values: list[T] = []
    for part in parts:
        value = parse(part)
        if any(value == other and type(value) is type(other) for other in values):
            raise UsageError(f"{option} {text} names '{part}' twice; expected each value once.")
        values.append(value)
    return tuple(values)


def _check_commas(option: str, text: str) -> None:
    """Raise UsageError if a space, `;`, `+`, `&` or `|` stands where a comma is expected."""
    parts = [part for part in re.split(r"[\s,]*[;+&|\s][\s,]*", text.strip()) if part]
    if len(parts) > 1 and "," not in text:
        raise UsageError(f"{option} '{text}' is not valid; expected values separated by commas: {','.join(parts)}")
