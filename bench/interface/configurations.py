"""The experiments of a call: one for each of its methods, a name or an estimator."""

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import replace
from numbers import Integral
from typing import Any

import numpy as np

from bench.errors import UsageError
from bench.experiments.aliases import check_alias
from bench.experiments.cluster_counts import AUTO
from bench.experiments.experiment import Experiment, parse_experiment
from bench.experiments.typed import Grid
from bench.interface.instances import Configured, configured, name_of_class, shown
from bench.store.reading import Reading
from bench.store.records import Scalar
from methods import registry


def experiments_of(
    methods: Any,
    *,
    dataset: str,
    split: str,
    reading: Reading,
    seeds: Any,
    presets: Any,
    latent_dims: Any,
    n_clusters: Any,
    params: Mapping[str, Any] | None,
    device: str,
    subsamples: int | None = None,
) -> tuple[list[Experiment], list[Configured]]:
    """The experiments in the order of `methods`, and the estimators among `methods`. Raises UsageError."""
    items = [(alias, name_of_class(item) if inspect.isclass(item) else item) for alias, item in _titled(methods)]
    if not items:
        raise UsageError("methods is empty; expected names of methods or estimators, such as ['som', KMeans()].")
    common: dict[str, Any] = {"dataset": dataset, "split": split, "reading": reading, "seeds": _seeds_text(seeds)}
    common["subsamples"] = subsamples
    for_names: dict[str, Any] = {
        "presets": None if presets is None else ",".join(_texts("presets", presets)),
        "latent_dims": None if latent_dims is None else ",".join(_texts("latent_dims", latent_dims)),
        "n_clusters": None if n_clusters is None else _counts_text(n_clusters),
    }
    parsed = {
        (alias, item): parse_experiment(**_named(alias, item), **common, **for_names)
        for alias, item in items
        if isinstance(item, str)
    }
    grid = _grid(
        params or {},
        {method: each.implementation(method) for each in parsed.values() for method in each.methods},
    )
    experiments: list[Experiment] = []
    estimators: list[Configured] = []
    for alias, item in items:
        if isinstance(item, str):
            experiment = parsed[alias, item]
            chosen = {method: grid[method] for method in experiment.methods if method in grid}
            experiment = replace(experiment, params=chosen)
        else:
            estimators.append(configured(item, device))
            experiment = _experiment_of(estimators[-1], alias, for_names["n_clusters"], common)
        experiment.check_options()
        if experiment in experiments:
            raise UsageError(f"methods has {shown(item)} twice; expected each configuration once.")
        experiments.append(experiment)
    return experiments, estimators


def listed(methods: Any) -> list[Any]:
    """The names, classes and estimators of the argument `methods`; there is one experiment for each."""
    return [item for _, item in _titled(methods)]


def shown_methods(methods: Any) -> str:
    """The argument `methods` as Python text, without addresses in memory."""
    if isinstance(methods, Mapping):
        return f"{{{', '.join(f'{alias!r}: {shown(item)}' for alias, item in methods.items())}}}"
    texts = ", ".join(map(shown, listed(methods)))
    return f"[{texts}]" if isinstance(methods, list | tuple) else texts


def _titled(methods: Any) -> list[tuple[str, Any]]:
    """The items of the argument `methods`, each after its short name; empty text: it has none."""
    if not isinstance(methods, Mapping):
        return [("", item) for item in (methods if isinstance(methods, list | tuple) else [methods])]
    for alias in methods:
        check_alias(f"methods has the key {alias!r}", str(alias))
    return [(str(alias), item) for alias, item in methods.items()]


def _named(alias: str, method: str) -> dict[str, Any]:
    """The methods, and the alias if there is one, as the command line has them."""
    if alias and method in registry.described():
        raise UsageError(
            f"methods has {method} under the name {alias!r}; expected a list for methods with a name of their own, "
            "whose rows are told apart by their options."
        )
    return {"methods": alias, "aliases": [f"{alias}={method}"]} if alias else {"methods": method}


def _experiment_of(estimator: Configured, alias: str, n_clusters: Any, common: Mapping[str, Any]) -> Experiment:
    """The experiment of an estimator, with the alias if it is not empty."""
    experiment = parse_experiment(
        **_named(alias, estimator.method),
        presets=None if estimator.has_default_preset else estimator.preset,
        latent_dims=None if estimator.latent_dim is None else str(estimator.latent_dim),
        n_clusters=n_clusters if estimator.n_clusters is None else str(estimator.n_clusters),
        **common,
    )
    experiment = replace(
        experiment, params={alias or estimator.method: {name: (each,) for name, each in estimator.params.items()}}
    )
    return replace(experiment, preset_of_images=estimator.preset) if estimator.preset else experiment


def _seeds_text(seeds: Any) -> str:
    """Seeds as the command line has them: a number of seeds, or a list with a comma."""
    if isinstance(seeds, Iterable) and not isinstance(seeds, str):
        listed = list(seeds)
        if not listed:
            raise UsageError("seeds is empty; expected a number of seeds, or a list such as [0, 4].")
        return ",".join(map(str, listed)) + ","
    if isinstance(seeds, bool) or not isinstance(seeds, Integral) or seeds < 1:
        expected = "a number of seeds, at least 1, or a list such as [0, 4]; [0] means only seed 0"
        raise UsageError(f"seeds={seeds!r} is not valid; expected {expected}.")
    return str(int(seeds))


def _counts_text(n_clusters: Any) -> str:
    """Numbers of clusters as the command line has them."""
    if isinstance(n_clusters, str) and n_clusters == AUTO:
        return AUTO
    several = isinstance(n_clusters, Iterable) and not isinstance(n_clusters, str)
    counts = list(n_clusters) if several else [n_clusters]
    if not counts or any(isinstance(each, bool) or not isinstance(each, Integral) or each < 2 for each in counts):
        expected = 'an integer of at least 2, a list of them such as [5, 10], "auto", or None'
        raise UsageError(f"n_clusters={n_clusters!r} is not valid; expected {expected}.")
    return ",".join(str(int(each)) for each in counts)


def _texts(argument: str, values: Any) -> list[str]:
    """One value, or several, as texts. Raises UsageError if there is none."""
    several = isinstance(values, Iterable) and not isinstance(values, str)
    texts = [str(each) for each in (values if several else [values])]
    if not texts:
        raise UsageError(f"{argument} is empty; expected at least one value, or None.")
    return texts


def _grid(params: Mapping[str, Any], methods: Mapping[str, str]) -> Grid:
    """Values by method and option. Raises UsageError for a name or a value that is not valid.

    `methods`: by name as given, the name that the registry of methods knows.
    """
    if not isinstance(params, Mapping):
        raise UsageError(f"params={params!r} is not valid; expected a dictionary such as {{'som.sigma': [1, 2]}}.")
    grid: dict[str, dict[str, tuple[Scalar, ...]]] = {}
    for target, given in params.items():
        method, dot, name = str(target).rpartition(".")
        if not dot or method not in methods:
            expected = f"METHOD.NAME, METHOD one of the names in methods: {', '.join(methods) or 'there is none'}"
            raise UsageError(f"params has {target!r}; expected {expected}. An estimator has its own options.")
        values = list(given) if isinstance(given, list | tuple | range | np.ndarray) else [given]
        try:
            checked = [registry.check_parameter(methods[method], name, _plain(value)) for value in values]
        except registry.MethodError as error:
            raise UsageError(f"params: {error}") from None
        if not checked or len({(type(value), value) for value in checked}) < len(checked):
            raise UsageError(f"params[{target!r}]={given!r} is not valid; expected each value once, at least one.")
        grid.setdefault(method, {})[name] = tuple(checked)
    return grid


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
