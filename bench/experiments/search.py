"""The request of a search, and the grids that it searches."""

from dataclasses import dataclass, replace

from bench.errors import UsageError, usage_error
from bench.experiments.class_check import Check, check_classes
from bench.experiments.experiment import Experiment, parse_experiment
from bench.experiments.schedule import scaled_epochs
from bench.store.reading import Reading
from methods import registry
from methods.registry import SearchGrid, unknown_name


@dataclass(frozen=True, kw_only=True)
class SearchRequest:
    """The options of `search`."""

    preset: str
    dataset: str
    split: str
    reading: Reading
    folds: int
    stage: str | None
    """Name of one grid of the preset; None: all grids."""
    params: tuple[str, ...]
    """Grids as in `--param`; they replace the grids of the preset."""
    latent_dims: str | None
    n_clusters: int | None
    epochs_scale: float
    name: str | None
    """Name of the results folder; None: the default."""


def grids_of(request: SearchRequest) -> list[SearchGrid]:
    """One grid for each method in `params`, or else the grids of the preset.

    Raises UsageError if there is no grid, or if a method is unknown or cannot label the samples that are held out.
    """
    if request.params or request.latent_dims:
        if request.stage is not None:
            raise UsageError("--stage excludes --param and --latent-dims; expected a grid of the preset or your own.")
        return _own_grids(request)
    grids = registry.preset(request.preset).grids
    if not grids:
        raise UsageError(f"preset {request.preset} has no grids; give them with --param METHOD.NAME=V1,V2 …")
    if request.stage is None:
        return list(grids.values())
    if request.stage not in grids:
        raise UsageError(unknown_name("stage", request.stage, grids))
    return [grids[request.stage]]


def _own_grids(request: SearchRequest) -> list[SearchGrid]:
    methods = list(dict.fromkeys(map(_method_of, request.params))) or ["dec"]
    first: dict[str, str] = {}
    for param in request.params:
        first.setdefault(_method_of(param), param)
    for param in first.values():
        _check_method(param)
    learning = [method for method in methods if registry.method(method).learns_representation]
    if request.latent_dims and not learning:
        raise UsageError(
            f"--latent-dims needs a method that learns a representation; --param has {', '.join(methods)}."
        )
    return [
        SearchGrid(
            method,
            tuple(param for param in request.params if _method_of(param) == method),
            request.latent_dims if method in learning else None,
        )
        for method in methods
    ]


def _method_of(param: str) -> str:
    """The method in METHOD.NAME=VALUES; empty if there is none."""
    return param.partition("=")[0].rpartition(".")[0]


def _check_method(param: str) -> None:
    """Raise UsageError if the method of a --param is unknown, or cannot label the samples that are held out."""
    method = _method_of(param)
    if not method:
        raise UsageError(f"--param {param} is not valid; expected --param METHOD.NAME=VALUES.")
    try:
        if method not in registry.METHODS:
            check_classes([Check(registry.method(method).target, method)])
        labels_new_samples = registry.labels_new_samples(method)
    except registry.MethodError as error:
        raise usage_error(f"--param {param}: {error}", error) from None
    if not labels_new_samples:
        raise UsageError(
            f"--param {param}: {method} has no `predict`, and a search needs it to label the fold that is held out; "
            "`run` compares such fits."
        )


def grid_experiment(request: SearchRequest, grid: SearchGrid) -> Experiment:
    """The cross-validated experiment of one grid. Raises UsageError if an option is not valid."""
    params = {text.partition("=")[0] for text in grid.params}
    phases = scaled_epochs([grid.method], request.preset, request.epochs_scale)
    both = [name for name in phases if name in params]
    if both and request.epochs_scale != 1:
        raise UsageError(f"--epochs-scale and --param {both[0]} both set the epochs of a phase; give one of them.")
    experiment = parse_experiment(
        methods=grid.method,
        dataset=request.dataset,
        split=request.split,
        reading=request.reading,
        seeds=str(request.folds),
        presets=request.preset,
        latent_dims=grid.latent_dims,
        n_clusters=None if request.n_clusters is None else str(request.n_clusters),
        params=[*grid.params, *(f"{name}={count}" for name, count in phases.items() if name not in params)],
    )
    return replace(experiment, folds=request.folds)
