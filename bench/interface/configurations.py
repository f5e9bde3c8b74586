"""The experiments of a call: one for each of its methods, a name or an estimator."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from numbers import Integral
from typing import Any

import numpy as np

from bench.errors import UsageError
from bench.experiments.experiment import Experiment, parse_experiment
from bench.experiments.typed import Grid
from bench.interface.instances import Configured, configured
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
) -> tuple[list[Experiment], list[Configured]]:
    """The experiments in the order of `methods`, and the estimators among `methods`. Raises UsageError."""
    items = listed(methods)
    if not items:
        raise UsageError("methods is empty; expected names of methods or estimators, such as ['som', KMeans()].")
    names = [item for item in items if isinstance(item, str)]
    common: dict[str, Any] = {"dataset": dataset, "split": split, "reading": reading, "seeds": _seeds_text(seeds)}
    for_names: dict[str, Any] = {
        "presets": None if presets is None else ",".join(_texts("presets", presets)),
        "latent_dims": None if latent_dims is None else ",".join(_texts("latent_dims", latent_dims)),
        "n_clusters": None if n_clusters is None else _counts_text(n_clusters),
    }
    parsed = {name: parse_experiment(methods=name, **common, **for_names) for name in dict.fromkeys(names)}
    grid = _grid(params or {}, [method for experiment in parsed.values() for method in experiment.methods])
    experiments: list[Experiment] = []
    estimators: list[Configured] = []
    for item in items:
        if isinstance(item, str):
            chosen = {method: grid[method] for method in parsed[item].methods if method in grid}
            experiment = replace(parsed[item], params=chosen)
        else:
            estimators.append(configured(item, device))
            experiment = _experiment_of(estimators[-1], for_names["n_clusters"], common)
        experiment.check_options()
        if experiment in experiments:
            raise UsageError(f"methods has {' '.join(repr(item).split())} twice; expected each configuration once.")
        experiments.append(experiment)
    return experiments, estimators


def listed(methods: Any) -> list[Any]:
    """The names and estimators of the argument `methods`; there is one experiment for each."""
    return list(methods) if isinstance(methods, list | tuple) else [methods]


def _experiment_of(estimator: Configured, n_clusters: Any, common: Mapping[str, Any]) -> Experiment:
    """The experiment of an estimator. A class without `n_clusters` has the number of the call, for its caveats."""
    experiment = parse_experiment(
        methods=estimator.method,
        presets=None if estimator.has_default_preset else estimator.preset,
        latent_dims=None if estimator.latent_dim is None else str(estimator.latent_dim),
        n_clusters=n_clusters if estimator.n_clusters is None else str(estimator.n_clusters),
        **common,
    )
    experiment = replace(
        experiment, params={estimator.method: {name: (each,) for name, each in estimator.params.items()}}
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
    several = isinstance(n_clusters, Iterable) and not isinstance(n_clusters, str)
    counts = list(n_clusters) if several else [n_clusters]
    if not counts or any(isinstance(each, bool) or not isinstance(each, Integral) or each < 2 for each in counts):
        expected = "an integer of at least 2, a list of them such as [5, 10], or None"
        raise UsageError(f"n_clusters={n_clusters!r} is not valid; expected {expected}.")
    return ",".join(str(int(each)) for each in counts)


def _texts(argument: str, values: Any) -> list[str]:
    """One value, or several, as texts. Raises UsageError if there is none."""
    several = isinstance(values, Iterable) and not isinstance(values, str)
    texts = [str(each) for each in (values if several else [values])]
    if not texts:
        raise UsageError(f"{argument} is empty; expected at least one value, or None.")
    return texts


def _grid(params: Mapping[str, Any], methods: Sequence[str]) -> Grid:
    """Values by method and option. Raises UsageError for a name or a value that is not valid."""
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
            checked = [registry.check_parameter(method, name, _plain(value)) for value in values]
        except registry.MethodError as error:
            raise UsageError(f"params: {error}") from None
        if not checked or len({(type(value), value) for value in checked}) < len(checked):
            raise UsageError(f"params[{target!r}]={given!r} is not valid; expected each value once, at least one.")
        grid.setdefault(method, {})[name] = tuple(checked)
    return grid


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
