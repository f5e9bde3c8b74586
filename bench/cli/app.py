"""Commands: 0 all well, 1 some cell failed, 2 wrong use, 130 interrupted."""

import errno
import io
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import Abort, TyperException

from bench.cli.options import (
    CellMemory,
    CellTimeout,
    DaskAddress,
    Dataset,
    Device,
    DryRun,
    EpochsScale,
    Jobs,
    Name,
    NClusters,
    ResultsDir,
    ResultsName,
    Seeds,
    Split,
    Threads,
    whole_number,
)
from bench.cli.terminal import console, print_line, print_table, warned
from bench.datasets.catalogue import DEFAULT_SPLIT, check_name, descriptions
from bench.errors import UsageError
from bench.experiments.experiment import MOST_SEEDS, parse_experiment, parse_seeds
from bench.store.records import RecordError
from methods import registry
from methods.registry import PRESETS, unknown_name

INTERRUPTED = 130


class Commands(TyperGroup):
    """A group of commands that names the nearest one when it is asked for another."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.commands:
            raise UsageError(unknown_name("command", cmd_name, self.commands))
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: Any) -> Any:
        """Ctrl-C is told of; Typer would make an exit code of it that a command could have returned."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            raise Abort(*interrupt.args) from None


app = typer.Typer(
    cls=Commands,
    help="Compare Deep Bundled Clustering with Self-Organizing Maps and K-Means, in spaces that are named.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


@app.command()
def run(
    methods: Annotated[str, typer.Option(help="Methods, separated by commas; see `list methods`.")] = "dec,som,kmeans",
    dataset: Dataset = "mnist-5k",
    split: Split = DEFAULT_SPLIT,
    seeds: Seeds = "3",
    latent_dims: Annotated[str | None, typer.Option(help="Latent sizes. \\[default: the preset's own]")] = None,
    preset: Annotated[
        str | None,
        typer.Option(help="Architectures; see `list presets`. \\[default: small on bundled sets, else sha12]"),
    ] = None,
    n_clusters: NClusters = None,
    param: Annotated[
        list[str] | None,
        typer.Option(
            metavar="METHOD.NAME=V1[,V2…]", help="Parameter of a method; several values make a grid. Repeatable."
        ),
    ] = None,
    device: Device = "auto",
    threads: Threads = None,
    jobs: Jobs = 1,
    dask: DaskAddress = None,
    cell_timeout: CellTimeout = None,
    cell_memory: CellMemory = None,
    name: ResultsName = None,
    results_dir: ResultsDir = Path("results"),
    dry_run: DryRun = False,
    force: Annotated[bool, typer.Option("--force", help="Run cells again that are finished.")] = False,
) -> int:
    """Run the cells of an experiment that are not finished, score them, and write the tables."""
    check_name(dataset)
    experiment = parse_experiment(
        methods=methods,
        dataset=dataset,
        split=split,
        seeds=seeds,
        presets=preset,
        latent_dims=latent_dims,
        n_clusters=n_clusters,
        params=param or [],
    )
    from bench.commands.run import Request, execute  # loads torch: only for a request that is valid so far

    how = _execution(device, threads, jobs, dask, cell_timeout, cell_memory, results_dir, dry_run, force)
    return execute(Request(experiment, how, name), console())


@app.command()
def reproduce(
    report: Annotated[str, typer.Argument(metavar="sha12|tanh128", help="Which report.")],
    dataset: Dataset = "mnist",
    split: Split = DEFAULT_SPLIT,
    seeds: Seeds = "3",
    n_clusters: NClusters = None,
    epochs_scale: EpochsScale = 1.0,
    device: Device = "auto",
    threads: Threads = None,
    jobs: Jobs = 1,
    dask: DaskAddress = None,
    cell_timeout: CellTimeout = None,
    cell_memory: CellMemory = None,
    name: Annotated[str | None, typer.Option(help="Results folder. \\[default: reproduce-REPORT]")] = None,
    results_dir: ResultsDir = Path("results"),
    dry_run: DryRun = False,
) -> int:
    """Run a student report's whole experiment, and hold each of its figures against what comes out."""
    from bench.report.claims.reports import REPORTS

    if report not in REPORTS:
        raise UsageError(unknown_name("report", report, REPORTS))
    check_name(dataset)
    scale = _scale(epochs_scale)
    parse_seeds(seeds)
    how = _execution(device, threads, jobs, dask, cell_timeout, cell_memory, results_dir, dry_run)
    from bench.commands.reproduce import Reproduction, reproduce

    return reproduce(Reproduction(report, dataset, split, seeds, n_clusters, scale, name), how, console())


@app.command()
def search(
    preset: Annotated[str, typer.Argument(metavar="PRESET", help="Whose grids; see `list presets`.")],
    dataset: Dataset = "mnist-5k",
    split: Split = DEFAULT_SPLIT,
    folds: Annotated[int, typer.Option(parser=whole_number, metavar="K", help="Folds of the cross-validation.")] = 3,
    stage: Annotated[
        str | None, typer.Option(help="One of the report's grids alone: autoencoder or clustering.")
    ] = None,
    param: Annotated[
        list[str] | None,
        typer.Option(metavar="METHOD.NAME=V1[,V2…]", help="A grid of your own instead of the report's. Repeatable."),
    ] = None,
    latent_dims: Annotated[str | None, typer.Option(help="Latent sizes of a grid of your own.")] = None,
    n_clusters: NClusters = None,
    epochs_scale: EpochsScale = 1.0,
    device: Device = "auto",
    threads: Threads = None,
    jobs: Jobs = 1,
    dask: DaskAddress = None,
    cell_timeout: CellTimeout = None,
    cell_memory: CellMemory = None,
    name: Annotated[str | None, typer.Option(help="Results folder. \\[default: search-PRESET]")] = None,
    results_dir: ResultsDir = Path("results"),
    dry_run: DryRun = False,
) -> int:
    """Cross-validate a grid of parameters, and choose among its points without labels."""
    check_name(dataset)
    registry.preset(preset)
    if not 2 <= folds <= MOST_SEEDS:
        raise UsageError(f"--folds {folds} is not valid; expected 2 to {MOST_SEEDS}.")
    scale = _scale(epochs_scale)
    how = _execution(device, threads, jobs, dask, cell_timeout, cell_memory, results_dir, dry_run)
    from bench.commands.search import Search
    from bench.commands.search import search as run_search

    asked = Search(preset, dataset, split, folds, stage, tuple(param or ()), latent_dims, n_clusters, scale, name)
    return run_search(asked, how, console())


@app.command()
def report(
    name: Name,
    results_dir: ResultsDir = Path("results"),
    into: Annotated[
        Path | None,
        typer.Option(help="Also put the main tables into this document, between its lines <!-- begin/end NAME -->."),
    ] = None,
) -> int:
    """Write the tables and figures of an experiment again, from its records."""
    from bench.console.progress import busy
    from bench.report.figures.write import write_figures
    from bench.report.tables.embed import embed
    from bench.report.tables.write import write_tables
    from bench.store.store import Store

    if into is not None and not into.is_file():
        raise UsageError(f"--into {into}: there is no such file.")
    with warned(Store(results_dir, name)) as store:
        with busy(console(), "writing tables and figures"):
            paths = [*write_tables(store), *write_figures(store)]
        for path in paths:
            print_line(str(path))
        if into is not None:
            embed(store, into)
            print_line(str(into))
    return 0


@app.command()
def figures(
    name: Name,
    results_dir: ResultsDir = Path("results"),
    samples: Annotated[
        int, typer.Option(parser=whole_number, metavar="N", help="Images on a t-SNE map, drawn by true class.")
    ] = 5000,
    threads: Threads = None,
) -> int:
    """Draw what needs the images: t-SNE maps, reconstructions, centres, the map of a SOM, confusion, classes."""
    if samples < 10:
        raise UsageError(f"--samples {samples} is not valid; expected 10 or more.")
    from bench.commands.figures import draw, load_for
    from bench.store.store import Store

    with warned(Store(results_dir, name)) as store:
        data = load_for(store, console())
        for path in draw(store, data, samples, threads, console()):
            print_line(str(path))
    return 0


@app.command()
def status(name: Name, results_dir: ResultsDir = Path("results")) -> int:
    """Show how far the cells of an experiment are, whoever runs them."""
    from bench.commands.status import status_lines
    from bench.store.store import Store

    with warned(Store(results_dir, name)) as store:
        for line in status_lines(store):
            print_line(line)
    return 0


@app.command("list")
def list_(what: Annotated[str, typer.Argument(metavar="methods|datasets|metrics|presets")]) -> int:
    """Name everything of a kind, a line each."""
    from bench.commands.listing import listing

    print_table(*listing(what))
    return 0


@app.command()
def describe(
    what: Annotated[
        str, typer.Argument(metavar="METHOD|DATASET", help="A method (its parameters and layers) or a data set.")
    ],
    preset: Annotated[str, typer.Option(help="The architecture of a method that learns a representation.")] = "sha12",
    latent_dim: Annotated[
        int | None, typer.Option(parser=whole_number, metavar="D", help="Latent size. \\[default: the preset's own]")
    ] = None,
    image_shape: Annotated[str, typer.Option(help="Height × width × channels of the images.")] = "28x28x1",
    diagram: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also draw the layers of a method, as PNG and SVG.")
    ] = None,
    split: Annotated[str, typer.Option(help="Split expression of a data set.")] = DEFAULT_SPLIT,
) -> int:
    """Show a method's parameters and layers, or the analysis of a data set."""
    from bench.commands.describe import dataset_analysis, layer_table, option_table, write_diagram

    if what in registry.METHODS:
        tables = [option_table(what, preset)]
        if registry.METHODS[what].learns_representation:
            tables.append(layer_table(preset, latent_dim, image_shape))
            if diagram is not None:
                write_diagram(diagram, preset, latent_dim, image_shape)
        for table in tables:
            print_table(*table)
    elif what.partition("@")[0] in descriptions() or "/" in what or Path(what).is_dir():
        for table in dataset_analysis(what, split, console()):
            print_table(*table)
    elif what in PRESETS:
        raise UsageError(f"'{what}' is a preset; expected a method with it, such as: describe dec --preset {what}")
    else:
        raise UsageError(unknown_name("method or data set", what, [*registry.METHODS, *descriptions()]))
    return 0


def _execution(
    device: str,
    threads: int | None,
    jobs: int,
    dask: str | None,
    cell_timeout: float | None,
    cell_memory: float | None,
    results_dir: Path,
    dry_run: bool,
    force: bool = False,
) -> Any:
    """An Execution. Raises UsageError for a limit that is none."""
    for option, limit, most in (("--cell-timeout", cell_timeout, 1e9), ("--cell-memory", cell_memory, 1e6)):
        if limit is not None and not 0 < limit <= most:
            raise UsageError(f"{option} {limit:g} is not valid; expected a number above 0, at most {most:g}.")
    from bench.commands.run import Execution  # loads torch: only for a request that is valid so far
    from bench.running.process import Limits

    limits = Limits(cell_timeout, None if cell_memory is None else int(cell_memory * 1e9))
    command = shlex.join(["python", "-m", "bench", *sys.argv[1:]])
    return Execution(device, threads, jobs, dask, limits, results_dir, dry_run, force, command)


def _scale(epochs_scale: float) -> float:
    if not 0 < epochs_scale <= 1:
        raise UsageError(f"--epochs-scale {epochs_scale:g} is not valid; expected a share, 0 < share ≤ 1.")
    return epochs_scale


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code. Wrong use is one line on standard error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # where an encoding lacks a letter, such as λ, a question mark stands
            stream.reconfigure(errors="replace")
    try:
        result = app(arguments, prog_name="python -m bench", standalone_mode=False)
    except (UsageError, TyperException, registry.MethodError) as error:
        message = error.format_message() if isinstance(error, TyperException) else str(error)
        if message:  # none where no command was given and the help stands there already
            print_line("error: " + " ".join(message.split()), error=True)
        return 2
    except RecordError as error:
        print_line(f"error: {error}", error=True)
        return 1
    except OSError as error:
        print_line(f"error: {error}", error=True)
        return (
            2
            if isinstance(error, (FileNotFoundError, NotADirectoryError, PermissionError)) or _is_read_only(error)
            else 1
        )
    except (KeyboardInterrupt, Abort) as interrupt:
        print_line(": ".join(["interrupted", *interrupt.args]), error=True)
        return INTERRUPTED
    return result if isinstance(result, int) else 0


def _is_read_only(error: OSError) -> bool:
    return error.errno == errno.EROFS
