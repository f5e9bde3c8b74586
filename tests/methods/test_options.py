"""Declarations of options: types from annotations, bounds, and mistakes in a declaration."""

from dataclasses import fields
from typing import Literal

import pytest

from methods.docstrings import entries, sections
from methods.options import ClustererOptions, Parameter, argument, of_preset, option, options, parameters_of


@options
class Example(ClustererOptions):
    """One option of each type."""

    layer: Literal["codes", "hidden"] | None = option(None, "a choice")
    share: float = option(0.5, "a number", low=0, high=1, low_included=False)
    steps: int | None = option(None, "an integer", low=1)
    keep: bool = option(False, "true or false")
    epochs: int = of_preset(30, "of the preset", low=0)
    plain: str = argument("str", "an argument", default="x")


def parameter(name: str) -> Parameter:
    (declared,) = [each for each in parameters_of(Example) if each.name == name]
    return declared


def test_types_come_from_annotations():
    kinds = {each.name: (each.kind, each.optional) for each in parameters_of(Example)}
    assert kinds == {
        "n_clusters": ("int", False),
        "layer": ("choice", True),
        "share": ("float", False),
        "steps": ("int", True),
        "keep": ("bool", False),
        "epochs": ("int", True),
    }


def test_the_constructor_has_the_declared_defaults_and_one_positional_argument():
    example = Example(7, share=0.1)
    assert (example.n_clusters, example.share, example.layer, example.epochs) == (7, 0.1, None, None)
    assert (parameter("epochs").default, parameter("epochs").preset_default) == (None, 30)
    with pytest.raises(TypeError, match="positional"):
        Example(7, "codes")  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "valid", "invalid"),
    [
        ("layer", ["codes", None], ["Codes", 1]),
        ("share", [1, 0.5, 1e-9], [0, 1.1, None, float("nan"), float("inf"), True, "0.5"]),
        ("steps", [1, None, 2**31 - 1], [0, 1.5, True, 2**31]),
        ("keep", [True, False], [None, 0, "true"]),
    ],
)
def test_values_are_checked(name: str, valid: list[object], invalid: list[object]):
    for value in valid:
        parameter(name).check(value)
    for value in invalid:
        with pytest.raises(ValueError, match=f"^{name}={value!r} is not valid; expected "):
            parameter(name).check(value)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("layer", "none", None),
        ("share", "1", 1.0),
        ("steps", "12", 12),
        ("keep", "True", True),
        ("epochs", "None", None),
    ],
)
def test_text_becomes_a_value(name: str, text: str, value: object):
    assert parameter(name).parse(text) == value


def test_a_type_that_is_not_supported_is_an_error():
    with pytest.raises(TypeError, match=r"option names: expected int, float, bool or Literal"):

        @options
        class Wrong:
            names: list[str] = option((), "names")


def test_a_misspelt_bound_is_an_error_at_the_declaration():
    with pytest.raises(TypeError, match="lowest"):
        option(1, "a number", lowest=0)


def test_the_docstring_has_types_bounds_defaults_and_meanings():
    _, found = sections(Example.__doc__ or "")
    parameters = entries(found["Parameters"])
    assert parameters["layer"] == "layer : {'codes', 'hidden'} or None, default=None\n    A choice."
    assert parameters["share"] == "share : float, 0 < share ≤ 1, default=0.5\n    A number."
    assert parameters["steps"] == "steps : int, 1 ≤ steps, or None, default=None\n    An integer."
    assert parameters["epochs"].endswith(
        "\n    Of the preset; None: the preset's own (30, if the preset does not set it)."
    )
    assert parameters["plain"] == "plain : str, default='x'\n    An argument."
    assert list(parameters) == [each.name for each in fields(Example)]
