"""Estimators as configurations: the method, its options, and what a run gives instead of the estimator."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from numbers import Integral
from typing import Any

import numpy as np

from bench.errors import UsageError, usage_error
from bench.store.records import Scalar
from methods import registry

_NAMES = {method.target: method.name for method in registry.METHODS.values()}
"""The names of our methods, by `module:Class`."""


@dataclass(frozen=True)
class Configured:
    """What an estimator says about the cells to be made."""

    title: str
    """The estimator in messages."""
    method: str
    """A registered name or `package.module:Class`."""
    params: Mapping[str, Scalar]
    """The options whose values are not the defaults of the class."""
    n_clusters: int | None
    """None: the class has no such option."""
    has_default_clusters: bool
    """Whether `n_clusters` is the default of the class."""
    preset: str | None = None
    has_default_preset: bool = False
    """Whether `preset` is the default of the class."""
    latent_dim: int | None = None
    image_shape: tuple[int, ...] | None = None
    remarks: tuple[str, ...] = ()
    """What of the estimator is not used."""


def configured(estimator: Any, device: str) -> Configured:
    """The configuration of an estimator that follows scikit-learn's conventions; it may be fitted.

    `device` is the device of the run. Raises UsageError, one line, for everything that a cell cannot keep.
    """
    cls = type(estimator)
    values = {name: _plain(value) for name, value in _options(estimator).items()}
    defaults = {name: each.default for name, each in inspect.signature(cls).parameters.items()}
    try:
        target = f"{cls.__module__}:{cls.__qualname__}"
        if target in _NAMES:
            return _own(_NAMES[target], shown(estimator), values, defaults, device)
        return _third_party(cls, shown(estimator), values, defaults)
    except registry.MethodError as error:
        raise UsageError(str(error)) from None


def name_of_class(cls: type) -> str:
    """The name of a class as a method: a registered name, or `package.module:Class`. Raises UsageError."""
    return _NAMES.get(f"{cls.__module__}:{cls.__qualname__}") or _public_path(cls)


def _options(estimator: Any) -> dict[str, Any]:
    """The arguments of the constructor, from `get_params` or from attributes of these names. Raises UsageError."""
    cls, title = type(estimator), shown(estimator)
    expected = "the name of a method, or a class that clusters or an instance of it"
    try:
        registry.check_clusterer(cls, f"methods has {title} of type {cls.__name__}; expected {expected}")
    except registry.MethodError as error:
        raise usage_error(str(error), error) from None
    if callable(getattr(estimator, "get_params", None)):
        return dict(estimator.get_params(deep=False))
    names = registry.constructor_options(cls)
    if registry.takes_any_option(cls):
        raise UsageError(
            f"{title}: the class has no get_params, and its constructor does not name all of its options, as with "
            "**options; expected the class in methods, and its options in params."
        )
    if missing := [name for name in names if not hasattr(estimator, name)]:
        raise UsageError(
            f"{title}: the class has no get_params, and its instance no attribute {missing[0]}; expected "
            f"self.{missing[0]} = {missing[0]} in the constructor, or the class in methods and its options in params."
        )
    return {name: getattr(estimator, name) for name in names}


def _check_default(title: str, option: str, value: Any, defaults: Mapping[str, Any]) -> None:
    """Raise UsageError if an option that a run cannot keep has another value than the default."""
    if value != defaults[option]:
        raise UsageError(
            f"{title}: {option}={value!r} cannot be kept by a run; expected {option}={defaults[option]!r}."
        )


def _own(name: str, title: str, values: dict[str, Any], defaults: Mapping[str, Any], device: str) -> Configured:
    """The configuration of an estimator of `methods`."""
    declared = [parameter.name for parameter in registry.method(name).parameters]
    checked = {each: registry.check_parameter(name, each, values.pop(each)) for each in declared}
    n_clusters = _n_clusters(title, "n_clusters", values.pop("n_clusters"))
    values.pop("verbose", None)  # a run shows its own progress
    remarks = _seed_remarks(title, values.pop("random_state"), defaults)
    preset, latent_dim = values.pop("preset", None), values.pop("latent_dim", None)
    if registry.method(name).own_preset is not None:
        for option, value in {"preset": preset, "latent_dim": latent_dim}.items():
            _check_default(title, option, value, defaults)
        preset = None
    if preset is not None:
        registry.preset(preset)
    if latent_dim is not None and (isinstance(latent_dim, bool) or not isinstance(latent_dim, int) or latent_dim < 1):
        raise UsageError(f"{title}: latent_dim={latent_dim!r} is not valid; expected an integer, 1 or more, or None.")
    if values.pop("device", "auto") not in ("auto", device):
        raise UsageError(
            f"{title}: all methods of a run train on one device; expected device='auto' here, and run(…, device=…)."
        )
    if values.pop("pretrained", None) is not None:
        raise UsageError(f"{title}: expected pretrained=None, because a run makes the weights for each seed.")
    image_shape = values.pop("image_shape", None)
    for left, value in values.items():
        _check_default(title, left, value, defaults)
    return Configured(
        title=title,
        method=name,
        params={each: value for each, value in checked.items() if value != defaults[each]},
        n_clusters=n_clusters,
        has_default_clusters=n_clusters == defaults["n_clusters"],
        preset=preset,
        has_default_preset=preset is not None and preset == defaults["preset"],
        latent_dim=latent_dim,
        image_shape=None if image_shape is None else tuple(image_shape),
        remarks=remarks,
    )


def _third_party(cls: type, title: str, values: dict[str, Any], defaults: Mapping[str, Any]) -> Configured:
    """The configuration of any other clusterer."""
    path = _public_path(cls)
    count = registry.count_option(path)
    if count == "n_clusters" and values[count] is None:  # the class finds the number itself
        count = None
    n_clusters = None if count is None else _n_clusters(title, count, values.pop(count))
    remarks = _seed_remarks(title, values.pop("random_state", None), defaults)
    return Configured(
        title=title,
        method=path,
        params={
            name: registry.check_parameter(path, name, value)
            for name, value in values.items()
            if not _is_default(value, defaults.get(name))
        },
        n_clusters=n_clusters,
        has_default_clusters=count is not None and n_clusters == defaults.get(count),
        remarks=remarks,
    )


def _public_path(cls: type) -> str:
    """`package.module:Class` without private modules, as in `sklearn.cluster:Birch`. Raises UsageError without one."""
    parts = cls.__module__.split(".")
    public = parts[: next((number for number, part in enumerate(parts) if part.startswith("_")), len(parts))]
    for module in dict.fromkeys((".".join(public), cls.__module__)):
        if module and module != "__main__" and getattr(import_module(module), cls.__qualname__, None) is cls:
            return f"{module}:{cls.__qualname__}"
    raise UsageError(
        f"class {cls.__qualname__} of {cls.__module__} cannot be imported by other processes; expected a class at the "
        "top of a module: move it from the program or notebook to a file of its own."
    )


def _n_clusters(title: str, option: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, Integral) or value < 2:
        raise UsageError(f"{title}: {option}={shown(value)} is not valid; expected an integer of at least 2.")
    return int(value)


def _seed_remarks(title: str, random_state: Any, defaults: Mapping[str, Any]) -> tuple[str, ...]:
    if random_state is None or _is_default(random_state, defaults.get("random_state")):
        return ()
    return (f"{title}: its random_state is not used; every method gets the same seeds, from the argument seeds.",)


def _is_default(value: Any, default: Any) -> bool:
    """Whether a value is the default; 1, 1.0 and True differ."""
    scalars = bool | int | float | str
    same = isinstance(value, scalars) and type(value) is type(default) and value == default
    return value is default or same


def _plain(value: Any) -> Any:
    """A number of numpy as a number of Python."""
    return value.item() if isinstance(value, np.generic) else value


def shown(value: object) -> str:
    """A value as Python text of at most 100 characters: a class by its name, and no address in memory.

    >>> shown("som"), shown(UsageError), shown(object())
    ("'som'", 'UsageError', 'object()')
    """
    if inspect.isclass(value):
        return value.__name__
    if type(value).__repr__ is object.__repr__:
        return f"{type(value).__name__}()"
    return " ".join(repr(value).split())[:100]
