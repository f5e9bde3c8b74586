"""The command `search`: a grid over cross-validated cells, and which point an unsupervised criterion chooses."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from bench.commands.run import Execution, Request, execute
from bench.console.progress import decoding_bar
from bench.datasets.load import load
from bench.errors import UsageError
from bench.experiments.experiment import Experiment, parse_experiment
from bench.experiments.schedule import check_schedule, epochs, folder, note
from bench.report.tables.search import write_search
from bench.store.records import Cell
from bench.store.store import Store
from methods import registry
from methods.registry import SearchGrid, unknown_name


@dataclass(frozen=True)
class Search:
    """What `search` was asked for."""

    preset: str
    dataset: str
    split: str
    folds: int
    stage: str | None
    params: tuple[str, ...]
    latent_dims: str | None
    n_clusters: int | None
    epochs_scale: float
    name: str | None


def search(asked: Search, how: Execution, console: Console) -> int:
    """Run the cells that are not finished, write the tables, and return the exit code: the worst of all stages.

    Raises UsageError before anything runs if a stage is none for these data, or the folder holds another search.
    """
    stages = stages_of(asked)
    name = asked.name or folder("search", asked.preset, asked.epochs_scale, how.results_dir)
    told = note(asked.preset, asked.epochs_scale)
    requests = [Request(_experiment(asked, stage), how, name, told) for stage in stages]
    store = requests[0].store
    check_schedule(store, told)
    with decoding_bar(console) as decoded:
        data = load(asked.dataset, asked.split, progress=decoded).summary()
    for request in requests:
        _check_grid(store, request.experiment.cells(data))
    code = 0
    written: list[Path] = []
    for request in requests:
        code = max(code, execute(request, console))
        if not how.dry_run:
            written = write_search(store, asked.folds, search_criteria())
    for path in written:
        console.print(str(path), markup=False, highlight=False, soft_wrap=True)
    return code


def _check_grid(store: Store, cells: Sequence[Cell]) -> None:
    """Raise UsageError if the folder holds a grid over other parameters, or of other folds, of the cells' method.

    Points of two grids are none of one: what one of them does not name has a value there, too.
    """
    manifest = store.manifest()
    for old in manifest.cells if manifest else []:
        for cell in cells[:1]:
            same = old.folds == cell.folds and set(old.params) == set(cell.params)
            if old.folds is not None and old.method == cell.method and not same:
                raise UsageError(
                    f"results '{store.name}' hold another search of {cell.method}: over {', '.join(old.params)}, in "
                    f"{old.folds} folds; this one is over {', '.join(cell.params)}, in {cell.folds}; choose another "
                    "--name."
                )


def stages_of(asked: Search) -> list[SearchGrid]:
    """The grids: those that were typed, a stage a method, or those of the report.

    Raises UsageError if there are none, or a method has no criterion.
    """
    if asked.params or asked.latent_dims:
        if asked.stage is not None:
            raise UsageError(
                "--stage names a grid of the report, --param and --latent-dims make one; give one of them."
            )
        criteria = search_criteria()
        methods = list(dict.fromkeys(text.partition("=")[0].rpartition(".")[0] for text in asked.params)) or ["dec"]
        for method in methods:
            if not method:
                raise UsageError(f"--param {asked.params[0]} is not valid; expected --param METHOD.NAME=VALUES.")
            if method not in criteria:
                raise UsageError(unknown_name("method to search with --param METHOD.NAME=VALUES", method, criteria))
        if asked.latent_dims and not any(registry.method(method).learns_representation for method in methods):
            raise UsageError(f"--latent-dims: none of {', '.join(methods)} learns a representation.")
        return [_typed(method, asked) for method in methods]
    known = registry.preset(asked.preset).grids
    if not known:
        raise UsageError(f"preset {asked.preset} names no grids; give them with --param METHOD.NAME=V1,V2 …")
    if asked.stage is None:
        return list(known.values())
    if asked.stage not in known:
        raise UsageError(unknown_name("stage", asked.stage, known))
    return [known[asked.stage]]


def search_criteria() -> dict[str, tuple[str, ...]]:
    """By method, the metrics by which a search of it chooses; a method without any cannot be searched."""
    return {name: method.criteria for name, method in registry.METHODS.items() if method.criteria}


def _typed(method: str, asked: Search) -> SearchGrid:
    learns = registry.method(method).learns_representation
    params = tuple(text for text in asked.params if text.startswith(f"{method}."))
    return SearchGrid(method, params, asked.latent_dims if learns else None)


def _experiment(asked: Search, stage: SearchGrid) -> Experiment:
    given = {text.partition("=")[0] for text in stage.params}
    learns = registry.method(stage.method).learns_representation
    declared = {parameter.name for parameter in registry.method(stage.method).parameters}
    phases = {
        f"{stage.method}.{name}": count
        for name, count in epochs(asked.preset, asked.epochs_scale).items()
        if learns and name in declared
    }
    both = [name for name in phases if name in given]
    if both and asked.epochs_scale != 1:
        raise UsageError(f"--epochs-scale sets the epochs of every phase, --param {both[0]} those of one; give one.")
    scaled = [f"{name}={count}" for name, count in phases.items() if name not in given]
    experiment = parse_experiment(
        methods=stage.method,
        dataset=asked.dataset,
        split=asked.split,
        seeds=str(asked.folds),
        presets=asked.preset,
        latent_dims=stage.latent_dims,
        n_clusters=asked.n_clusters,
        params=[*stage.params, *scaled],
    )
    return replace(experiment, folds=asked.folds)
