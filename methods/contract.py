"""The contract of a third-party class: how it is constructed, and what it must have to be run as a clusterer."""

import inspect
from collections.abc import Collection, Iterator, Mapping
from types import CodeType, FunctionType
from typing import Any

from methods.names import did_you_mean, nearest

COUNT_OPTIONS = ("n_clusters", "num_clusters", "n_components", "k", "n_clusters_init")
"""Names of the option for the number of clusters. The first that a constructor has is the one."""
SEED_OPTION = "random_state"
EXAMPLE = """\
class {name}:
    def __init__(self, n_clusters=10, random_state=None): ...
    def fit(self, X, y=None):
        self.labels_ = ...  # one whole number for each row of X; -1 is noise
        return self"""
"""A class that keeps the contract, in five lines."""


class ContractError(ValueError):
    """A class lacks something; one line. `example` shows the five lines that a class needs."""

    def __init__(self, message: str, cls: type) -> None:
        super().__init__(message)
        self.example = EXAMPLE.format(name=cls.__name__)


def constructor_options(cls: type) -> dict[str, inspect.Parameter]:
    """The arguments of the constructor that can be given by name; empty for a class in C without a signature.

    >>> from collections import Counter, UserDict
    >>> list(constructor_options(inspect.Parameter)), list(constructor_options(Counter))
    (['name', 'kind', 'default', 'annotation'], [])
    """
    try:
        parameters = inspect.signature(cls).parameters.values()
    except (ValueError, TypeError):
        return {}
    return {each.name: each for each in parameters if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)}


def count_option(cls: type, given: Collection[str] = ()) -> str | None:
    """The option of a class that takes the number of clusters; None if it has none.

    `given` are the options that the user sets. If the option is among them, the result is None: the user's value stays.
    In a class with `transform`, `n_components` is the number of columns of its result, and not of clusters.

    >>> class Mixture:
    ...     def __init__(self, n_components=1): ...
    >>> class Reduction(Mixture):
    ...     def transform(self, X): ...
    >>> count_option(Mixture), count_option(Mixture, ["n_components"]), count_option(Reduction)
    ('n_components', None, None)
    """
    known = constructor_options(cls)
    reduces = hasattr(cls, "transform")
    names = [name for name in COUNT_OPTIONS if name in known and not (name == "n_components" and reduces)]
    return None if not names or names[0] in given else names[0]


def arguments_of(cls: type, n_clusters: int | None, seed: int, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of the constructor: those that are given, the number of clusters and the seed."""
    count = count_option(cls, given)
    counted = {count: n_clusters} if count is not None and n_clusters is not None else {}
    seeded = {SEED_OPTION: seed} if takes_seed(cls) else {}
    return {**given, **counted, **seeded}


def takes_seed(cls: type) -> bool:
    """Whether the constructor of a class has the option `random_state`."""
    return SEED_OPTION in constructor_options(cls)


def has_predict(cls: type) -> bool:
    """Whether a class has `predict`, so that it can label samples that it was not fitted on."""
    return callable(getattr(cls, "predict", None))


def check(cls: type, given: Collection[str] | None = None) -> None:
    """Raise ContractError if a class cannot be run as a clusterer. Nothing is called.

    It needs `fit_predict(X)`, which returns the labels, or `fit(X)`, which sets `labels_`. With `given`, its
    constructor has these options and needs no others; if it lacks one of them, the error is a ValueError.
    """
    _check_clusters(cls)
    if given is not None:
        _check_constructor(cls, given)


def _check_clusters(cls: type) -> None:
    if inspect.isabstract(cls):
        lacking = ", ".join(sorted(vars(cls)["__abstractmethods__"]))
        raise ContractError(f"class {cls.__name__} is abstract: it has no {lacking}", cls)
    own = getattr(cls, "fit_predict", None)
    if own is not None and not callable(own):
        raise ContractError(f"class {cls.__name__} has a fit_predict that cannot be called; it does not cluster", cls)
    name = "fit_predict" if own is not None else "fit"
    method = getattr(cls, name, None)
    if not callable(method):
        raise ContractError(f"class {cls.__name__} has neither fit_predict nor fit with labels_", cls)
    if missing := _required(method):
        raise ContractError(
            f"{name} of class {cls.__name__} needs {', '.join(missing)}; expected {name}(X, y=None), because true "
            "labels never reach a method",
            cls,
        )
    if not _takes_samples(cls, name):
        raise ContractError(f"{name} of class {cls.__name__} takes no samples; expected {name}(X, y=None)", cls)
    if own is None and not _may_set_labels(cls):
        raise ContractError(f"class {cls.__name__} has no fit_predict, and its fit sets no labels_", cls)


def _check_constructor(cls: type, given: Collection[str]) -> None:
    known = constructor_options(cls)
    unknown = [name for name in given if name not in known]
    if unknown and not takes_any_option(cls):
        listed = ", ".join(known) or "it has none"
        raise ValueError(
            f"{cls.__name__} has no option '{unknown[0]}';{did_you_mean(nearest(unknown[0], known))} options: {listed}"
        )
    if unnamed := _by_position_only(cls):
        raise ContractError(
            f"the constructor of {cls.__name__} takes {', '.join(unnamed)} by position only; expected arguments that "
            "are given by name",
            cls,
        )
    set_here = {*given, count_option(cls, given), SEED_OPTION}
    if missing := [name for name, each in known.items() if each.default is each.empty and name not in set_here]:
        raise ContractError(
            f"the constructor of {cls.__name__} needs {', '.join(missing)}; give it with --param, or a default", cls
        )


def _by_position_only(cls: type) -> list[str]:
    """The arguments of the constructor that have no default and no name that can be given."""
    try:
        parameters = inspect.signature(cls).parameters.values()
    except (ValueError, TypeError):
        return []
    return [each.name for each in parameters if each.kind is each.POSITIONAL_ONLY and each.default is each.empty]


def takes_any_option(cls: type) -> bool:
    """Whether the constructor has `**options`, or no signature that can be read."""
    try:
        return any(each.kind is each.VAR_KEYWORD for each in inspect.signature(cls).parameters.values())
    except (ValueError, TypeError):
        return True


def _required(method: Any) -> list[str]:
    """The arguments of `fit` or `fit_predict`, beside the instance and X, that have no default."""
    try:
        parameters = list(inspect.signature(method).parameters.values())[2:]
    except (ValueError, TypeError):
        return []
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [each.name for each in parameters if each.default is each.empty and each.kind not in variable]


def _takes_samples(cls: type, name: str) -> bool:
    """Whether `fit` or `fit_predict` of an instance can be called with X; True if this is not known."""
    method = inspect.getattr_static(cls, name, None)
    if not isinstance(method, FunctionType | staticmethod | classmethod):
        return True
    n_bound = 0 if isinstance(method, staticmethod) else 1
    function = method if isinstance(method, FunctionType) else method.__func__
    parameters = inspect.signature(function).parameters.values()
    if any(each.kind is each.VAR_POSITIONAL for each in parameters):
        return True
    return sum(each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD) for each in parameters) > n_bound


def _may_set_labels(cls: type) -> bool:
    """Whether the class declares `labels_`, or its code names it. Code that is not Python may do it as well."""
    if hasattr(cls, "labels_") or hasattr(cls, "__getattr__"):
        return True
    for base in cls.__mro__[:-1]:
        if "labels_" in vars(base).get("__annotations__", ()):
            return True
        for member in vars(base).values():
            code = getattr(inspect.unwrap(member), "__code__", None) if callable(member) else None
            if code is not None and "labels_" in _names(code):
                return True
    return not hasattr(inspect.unwrap(cls.fit), "__code__")  # type: ignore[attr-defined]


def _names(code: CodeType) -> Iterator[str]:
    """The names and texts in the code of a function, and in the functions inside it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
        elif isinstance(constant, str):
            yield constant
