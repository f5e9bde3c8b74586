"""Estimators as configurations: the method, its options, and what a run gives instead of the estimator."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from numbers import Integral
from typing import Any

import numpy as np

from bench.errors import UsageError
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
    if inspect.isclass(estimator):
        raise UsageError(f"methods has the class {estimator.__name__}; expected an instance: {estimator.__name__}().")
    if not callable(getattr(estimator, "get_params", None)) or not callable(getattr(estimator, "fit_predict", None)):
        raise UsageError(
            f"methods has {_shown(estimator)} of type {cls.__name__}; expected the name of a method or a scikit-learn "
            "clusterer, which has get_params and fit_predict."
        )
    values = {name: _plain(value) for name, value in estimator.get_params(deep=False).items()}
    defaults = {name: each.default for name, each in inspect.signature(cls).parameters.items()}
    try:
        target = f"{cls.__module__}:{cls.__qualname__}"
        if target in _NAMES:
            return _own(_NAMES[target], _shown(estimator), values, defaults, device)
        return _third_party(_public_path(cls), _shown(estimator), values, defaults)
    except registry.MethodError as error:
        raise UsageError(str(error)) from None


def _own(name: str, title: str, values: dict[str, Any], defaults: Mapping[str, Any], device: str) -> Configured:
    """The configuration of an estimator of `methods`."""
    declared = [parameter.name for parameter in registry.method(name).parameters]
    checked = {each: registry.check_parameter(name, each, values.pop(each)) for each in declared}
    n_clusters = _n_clusters(title, values.pop("n_clusters"))
    values.pop("verbose", None)  # a run shows its own progress
    remarks = _seed_remarks(title, values.pop("random_state"), defaults)
    preset, latent_dim = values.pop("preset", None), values.pop("latent_dim", None)
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
        if value != defaults[left]:
            raise UsageError(f"{title}: {left}={value!r} cannot be kept by a run; expected {left}={defaults[left]!r}.")
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


def _third_party(path: str, title: str, values: dict[str, Any], defaults: Mapping[str, Any]) -> Configured:
    """The configuration of any other clusterer."""
    has_clusters = "n_clusters" in values
    n_clusters = _n_clusters(title, values.pop("n_clusters")) if has_clusters else None
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
        has_default_clusters=has_clusters and n_clusters == defaults.get("n_clusters"),
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


def _n_clusters(title: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, Integral) or value < 2:
        raise UsageError(f"{title}: n_clusters={_shown(value)} is not valid; expected an integer of at least 2.")
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


def _shown(value: object) -> str:
    return " ".join(repr(value).split())[:100]
