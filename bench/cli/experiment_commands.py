"""The commands that run cells: `run`, `reproduce` and `search`.

A command checks its options before it imports the code that loads torch.
"""

from dataclasses import replace
from typing import Annotated

import typer

from bench.cli.option_groups import with_option_groups
from bench.cli.options import (
    Aliases,
    Dataset,
    DataSets,
    EpochsScale,
    NClusters,
    Open,
    Params,
    Seeds,
    SeveralNClusters,
    Split,
)
from bench.cli.terminal import console, print_line, starting
from bench.datasets.catalogue import DEFAULT_SPLIT
from bench.errors import UsageError
from bench.experiments.cluster_counts import AUTO
from bench.experiments.data_sets import check_for_several, one_data_set, parse_data_sets
from bench.experiments.experiment import MAX_SEEDS, parse_experiment, parse_seeds
from bench.experiments.request import Execution, RunRequest
from bench.store.reading import Reading
from methods import registry
from methods.registry import unknown_name


@with_option_groups
def run(
    methods: Annotated[str, typer.Option(help="Methods, separated by commas; see `list methods`.")] = "dec,som,kmeans",
    dataset: DataSets = "mnist-5k",
    split: Split = DEFAULT_SPLIT,
    seeds: Seeds = "3",
    subsamples: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Fit every method and seed on N random subsamples with 80 % of the samples, so that the tables tell "
            "what varies with the data from what varies with the seed. \\[default: all samples, once]",
        ),
    ] = None,
    latent_dims: Annotated[
        str | None, typer.Option(help="Latent sizes, separated by commas. \\[default: of each preset]")
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option(
            help="Presets, separated by commas; see `list presets`. \\[default: small for bundled sets, mlp for data "
            "that are not images, else sha12]"
        ),
    ] = None,
    n_clusters: SeveralNClusters = None,
    param: Params = None,
    alias: Aliases = None,
    name: Annotated[str | None, typer.Option(help="Name of the results folder. \\[default: the data set]")] = None,
    *,
    reading: Reading,
    execution: Execution,
    force: Annotated[bool, typer.Option("--force", help="Run also the finished cells again.")] = False,
    open_: Open = False,
) -> int:
    """Run the unfinished cells of an experiment, score them, and write tables, figures and a page for a browser."""
    if open_ and execution.dry_run:
        raise UsageError("--dry-run writes no page; it excludes --open.")
    data_sets = parse_data_sets(dataset)  # raises UsageError if a name is not valid
    experiments = {
        each: parse_experiment(
            methods=methods,
            dataset=each,
            split=split,
            reading=reading,
            seeds=seeds,
            presets=preset,
            latent_dims=latent_dims,
            n_clusters=n_clusters,
            params=param or [],
            aliases=alias or [],
            subsamples=subsamples,
        )
        for each in data_sets.names
    }
    execution = replace(execution, force=force)
    if data_sets.several:
        check_for_several(reading)
        if subsamples is not None:
            raise UsageError("--subsamples is for one data set; give the command once for each data set.")
        if n_clusters == AUTO:
            raise UsageError("--n-clusters auto is for one data set; give the command once for each data set.")
        with starting():
            from bench.commands.run_sets import run_sets
            from bench.experiments.sets_request import SetsRequest, parts_of

        parts = {each: parts_of([experiment], [preset is None]) for each, experiment in experiments.items()}
        request = SetsRequest(parts, execution, name, notes=data_sets.notes)
        return _then_open(open_, run_sets(request, console()), execution, request.table)
    with starting():
        from bench.commands import run as command

    for note in data_sets.notes:
        print_line(f"warning: {note}")
    single = RunRequest(experiments[data_sets.names[0]], execution, name)
    return _then_open(open_, command.run(single, console()), execution, single.store.name)


def _then_open(wanted: bool, code: int, execution: Execution, name: str) -> int:
    """Open the page of an experiment if that is wanted; return the exit code of its run."""
    if wanted:
        from bench.commands.pages import open_page
        from bench.store.store import Store

        open_page(Store(execution.results_dir, name), console())
    return code


@with_option_groups
def reproduce(
    report: Annotated[str, typer.Argument(metavar="sha12|tanh128", help="The published report.")],
    dataset: Dataset = "mnist",
    split: Split = DEFAULT_SPLIT,
    seeds: Seeds = "3",
    n_clusters: NClusters = None,
    epochs_scale: EpochsScale = 1.0,
    name: Annotated[str | None, typer.Option(help="Name of the results folder. \\[default: reproduce-REPORT]")] = None,
    *,
    reading: Reading,
    execution: Execution,
) -> int:
    """Run the experiment of a published report, and compare each of its published claims with our result."""
    from bench.report.claims.reports import REPORTS

    if report not in REPORTS:
        raise UsageError(unknown_name("report", report, REPORTS))
    dataset = one_data_set(dataset, "reproduce")
    parse_seeds(seeds)
    with starting():
        from bench.commands import reproduce as command

    request = command.ReproduceRequest(
        report=report,
        dataset=dataset,
        split=split,
        reading=reading,
        seeds=seeds,
        n_clusters=n_clusters,
        epochs_scale=epochs_scale,
        name=name,
    )
    return command.reproduce(request, execution, console())


@with_option_groups
def search(
    preset: Annotated[str, typer.Argument(metavar="PRESET", help="The preset to search; see `list presets`.")],
    dataset: Dataset = "mnist-5k",
    split: Split = DEFAULT_SPLIT,
    folds: Annotated[int, typer.Option(metavar="K", min=2, max=MAX_SEEDS, help="Number of folds.")] = 3,
    stage: Annotated[str | None, typer.Option(help="Only this grid of the preset: autoencoder or clustering.")] = None,
    param: Params = None,
    latent_dims: Annotated[str | None, typer.Option(help="Latent sizes to search, separated by commas.")] = None,
    n_clusters: NClusters = None,
    epochs_scale: EpochsScale = 1.0,
    name: Annotated[str | None, typer.Option(help="Name of the results folder. \\[default: search-PRESET]")] = None,
    *,
    reading: Reading,
    execution: Execution,
) -> int:
    """Cross-validate a grid of options, and choose one of its points without labels.

    The grids come from the preset or, if given, from --param and --latent-dims.
    """
    dataset = one_data_set(dataset, "search")
    registry.preset(preset)
    with starting():
        from bench.commands import search as command
    from bench.experiments.search import SearchRequest

    request = SearchRequest(
        preset=preset,
        dataset=dataset,
        split=split,
        reading=reading,
        folds=folds,
        stage=stage,
        params=tuple(param or ()),
        latent_dims=latent_dims,
        n_clusters=n_clusters,
        epochs_scale=epochs_scale,
        name=name,
    )
    return command.search(request, execution, console())
