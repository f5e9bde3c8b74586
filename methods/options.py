"""The options of a method: each is declared once, as a field of a class; everything else reads the declaration."""

import math
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass, replace
from functools import cache
from numbers import Integral, Real
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, dataclass_transform, get_args, get_origin, get_type_hints

from methods.docstrings import document

__all__ = ["ClustererOptions", "Parameter", "argument", "documented", "of_preset", "option", "options", "parameters_of"]

_UPPER_BOUND = 2.0**31
"""Upper bound for integers: the libraries use 32-bit integers."""

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One option: its name, type, default, meaning and valid values.

    Name, type, `choices` and `optional` are read from the field that declares the option; see `parameters_of`.
    """

    name: str = ""
    kind: Literal["int", "float", "choice", "bool"] = "float"
    default: Any
    """Default of the constructor."""
    help: str
    low: float = -math.inf
    high: float = math.inf
    low_included: bool = True
    high_included: bool = True
    choices: tuple[str, ...] = ()
    optional: bool = False
    """Whether None is valid; `help` says what None means."""
    source: str = "this project"
    """The paper or report that the option comes from."""
    of_preset: bool = False
    """Whether None means the value of the preset."""
    preset_default: Any = None
    """With `of_preset`: the value of a preset that does not set the option."""
    provided: bool = False
    """Whether it is not a `--param`: the command line has an option of its own for it, such as --n-clusters, or it is
    about more than one fit, such as warm_start."""

    @property
    def expected(self) -> str:
        """The valid values, in words.

        >>> Parameter(name="tol", default=1e-3, help="", low=0, high=1).expected
        'a number, 0 ≤ tol ≤ 1'
        """
        if self.kind == "choice":
            text = "one of " + ", ".join(self.choices)
        elif self.kind == "bool":
            text = "true or false"
        else:
            text = ("an integer" if self.kind == "int" else "a number") + self._bounds
        return text + (", or none" if self.optional else "")

    @property
    def documented(self) -> tuple[str, str, str]:
        """Name, type and meaning, for the docstring of a class.

        >>> Parameter(name="tol", default=1e-3, help="least change", low=0, source="Xie et al. 2016").documented
        ('tol', 'float, 0 ≤ tol, default=0.001', 'least change. Source: Xie et al. 2016.')
        """
        text = "{" + ", ".join(map(repr, self.choices)) + "}" if self.choices else self.kind + self._bounds
        none = (", or None" if self._bounds else " or None") if self.optional else ""
        value = self.preset_default
        own = f" ({value!r}, if the preset does not set it)" if self.of_preset and value is not None else ""
        source = "" if self.source == "this project" else f". Source: {self.source}."
        return self.name, f"{text}{none}, default={self.default!r}", f"{self.help}{own}{source}"

    @property
    def _bounds(self) -> str:
        """A comma and the bounds of a number, or nothing."""
        below = f"{self.low:g} {'≤' if self.low_included else '<'} " if self.low > -math.inf else ""
        above = f" {'≤' if self.high_included else '<'} {self.high:g}" if self.high < math.inf else ""
        return f", {below}{self.name}{above}" if below or above else ""

    def check(self, value: Any) -> None:
        """Raises ValueError if `value` is not valid."""
        if not (value is None and self.optional) and not self._accepts(value):
            raise ValueError(f"{self.name}={value!r} is not valid; expected {self.expected}.")

    def _accepts(self, value: Any) -> bool:
        if self.kind == "choice":
            return value in self.choices
        if self.kind == "bool" or isinstance(value, bool):
            return self.kind == "bool" and isinstance(value, bool)
        if not isinstance(value, Integral if self.kind == "int" else Real):
            return False
        number = float(value)
        if self.kind == "int" and abs(number) >= _UPPER_BOUND:
            return False
        above = number >= self.low if self.low_included else number > self.low
        below = number <= self.high if self.high_included else number < self.high
        return math.isfinite(number) and above and below

    def parse(self, text: str) -> Any:
        """The value that a user typed as `text`. Raises ValueError if it is not valid.

        >>> Parameter(name="epochs", kind="int", default=30, help="", low=0).parse("12")
        12
        >>> Parameter(name="epochs", kind="int", default=30, help="", low=0).parse("many")
        Traceback (most recent call last):
        ...
        ValueError: epochs='many' is not valid; expected an integer, 0 ≤ epochs.
        """
        value: Any = text
        if self.optional and text.lower() == "none":
            return None
        if self.kind == "bool":
            value = {"true": True, "false": False}.get(text.lower(), text)
        elif self.kind in ("int", "float"):
            try:
                value = int(text) if self.kind == "int" else float(text)
            except ValueError:
                value = text
        self.check(value)
        return value


def argument(type_: str, help: str, **default: Any) -> Any:
    """A field that declares an argument of the constructor which is not an option of the command line.

    `type_` and `help` are its type and meaning in the docstring. Without `default=…` the argument has to be given.
    """
    return field(**default, kw_only=True, metadata={"argument": (type_, help)})


def option(default: Any, help: str, **declared: Any) -> Any:
    """A field that declares an option. `declared`: bounds, `source` and `provided`, as `Parameter` has them."""
    return field(default=default, metadata={"parameter": Parameter(default=default, help=help, **declared)})


def of_preset(value: Any, help: str, **declared: Any) -> Any:
    """A field that declares an option whose default, None, means the value of the preset.

    `value` is the value of a preset that does not set the option. The field is annotated with the type of that value.
    """
    return option(None, f"{help}; none: the preset's own", of_preset=True, preset_default=value, **declared)


@dataclass_transform(kw_only_default=True, eq_default=False)
def options(cls: type[T]) -> type[T]:
    """Class decorator: the annotated fields of the class body become keyword arguments of its constructor.

    The docstring gets a section Parameters with their meanings, and the attributes of the docstrings of the bases.
    """
    return documented(dataclass(kw_only=True, eq=False, repr=False)(cls))


def documented(cls: type[T]) -> type[T]:
    """Class decorator: the docstring gets the arguments of the constructor, and the attributes of the bases."""
    declared = {parameter.name: parameter.documented for parameter in parameters_of(cls)}  # type: ignore[arg-type]
    arguments = [declared.get(each.name) or _argument(each) for each in fields(cls)]  # type: ignore[arg-type]
    document(cls, arguments)
    return cls


def _argument(declared: "Field[Any]") -> tuple[str, str, str]:
    """Name, type and meaning of a field that is not an option."""
    type_, help = declared.metadata.get("argument", ("object", "not documented"))
    default = "" if declared.default is MISSING else f", default={declared.default!r}"
    return declared.name, f"{type_}{default}", help


@cache
def parameters_of(cls: type) -> tuple[Parameter, ...]:
    """The options that a class and its bases declare, in order; empty for a class without declared options.

    The annotation gives the type: int, float, bool or Literal["a", "b"], or one of these with `| None`. Raises
    TypeError for any other annotation.

    >>> @options
    ... class Example:
    ...     layer: Literal["codes", "hidden"] = option("codes", "the layer to cluster")
    ...     epochs: int = of_preset(30, "epochs, at most", low=0)
    >>> [(p.name, p.default, p.preset_default, p.expected) for p in parameters_of(Example)]
    [('layer', 'codes', None, 'one of codes, hidden'), ('epochs', None, 30, 'an integer, 0 ≤ epochs, or none')]
    """
    if not is_dataclass(cls):
        return ()
    declared = [each for each in fields(cls) if "parameter" in each.metadata]
    types = get_type_hints(cls)
    return tuple(_complete(each.metadata["parameter"], each.name, types[each.name]) for each in declared)


def _complete(parameter: Parameter, name: str, annotation: Any) -> Parameter:
    """The parameter with its name and with the type that the annotation gives."""
    union = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    types = [each for each in union if each is not NoneType]
    choices = get_args(types[0]) if get_origin(types[0]) is Literal else ()
    kinds: dict[Any, Literal["int", "float", "bool"]] = {int: "int", float: "float", bool: "bool"}
    if len(types) != 1 or not (choices or types[0] in kinds):
        raise TypeError(
            f"option {name}: expected int, float, bool or Literal[…], with or without None; got {annotation}"
        )
    return replace(
        parameter,
        name=name,
        kind="choice" if choices else kinds[types[0]],
        choices=choices,
        optional=parameter.of_preset or NoneType in union,
    )


@dataclass(eq=False, repr=False)
class ClustererOptions:
    """The options that every method has."""

    n_clusters: int = option(10, "number of clusters", low=1, provided=True)
    random_state: Any = argument(  # noqa: RUF009 - it returns a field
        "int, RandomState or None",
        "the seed, an integer of 0 or more: equal seeds give equal fits; none: another fit each time",
        default=None,
    )
    verbose: bool = argument(
        "bool",
        "whether `fit` shows its progress: bars in a terminal and in a notebook, otherwise one line for each phase",
        default=False,
    )
