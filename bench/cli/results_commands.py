"""The commands that run no cells, from `report` and `show` to `list` and `describe`."""

from pathlib import Path
from typing import Annotated

import typer

from bench.cli.option_groups import with_option_groups
from bench.cli.options import Name, Open, Pdf, ResultsDir, Threads, typed_command
from bench.cli.terminal import console, print_line, print_table
from bench.datasets.catalogue import DEFAULT_SPLIT, descriptions
from bench.errors import UsageError
from bench.store.reading import Reading
from methods import registry
from methods.registry import PRESETS, did_you_mean, near_classes, nearest, unknown_name


def report(
    name: Name,
    results_dir: ResultsDir = Path("results"),
    into: Annotated[
        Path | None,
        typer.Option(help="Also write the main tables into this document, between <!-- begin/end NAME -->."),
    ] = None,
    format_: Annotated[
        str,
        typer.Option(
            "--format", metavar="markdown|latex", help="latex: also write the tables as table.tex (booktabs)."
        ),
    ] = "markdown",
    pdf: Pdf = False,
    open_: Open = False,
) -> int:
    """Write the tables, figures and page of an experiment again from its records.

    Published results without records are written again from their cells.csv.
    """
    from bench.commands.pages import open_page
    from bench.commands.report import report as write
    from bench.commands.sets import report_sets
    from bench.console.progress import printed_warnings
    from bench.store.sets import is_over_all
    from bench.store.store import Store

    if format_ not in ("markdown", "latex"):
        raise UsageError(unknown_name("format", format_, ("latex", "markdown")))
    with printed_warnings(Store(results_dir, name), console()) as store:
        made = report_sets if is_over_all(store) else write
        made(store, into, console(), latex=format_ == "latex", pdf=pdf)
        if open_:
            open_page(store, console())
    return 0


def show(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A results folder. \\[default: list all of them]")
    ] = None,
    metric: Annotated[
        str | None, typer.Option(help="Metrics to show, separated by commas; see `list metrics`.")
    ] = None,
    sort: Annotated[
        str | None, typer.Option(help="Sort rows by a metric, best first, or by `method` or `fit_seconds`.")
    ] = None,
    wide: Annotated[bool, typer.Option("--wide", help="Show every metric.")] = False,
    errors: Annotated[bool, typer.Option("--errors", help="Show the tracebacks of failed cells instead.")] = False,
    clusters: Annotated[
        str | None,
        typer.Option(
            metavar="METHOD",
            help="Show each cluster of this row of the table instead: its size, its most typical and its least certain "
            "samples, and the file with all of them. METHOD is a name in the first column of the table.",
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="The seed for --clusters. \\[default: the lowest finished one]")
    ] = None,
    results_dir: ResultsDir = Path("results"),
) -> int:
    """Show the answer of an experiment again, or list the experiments."""
    from bench.commands import show as command
    from bench.commands.sets import show_sets, show_sets_errors
    from bench.console.progress import printed_warnings
    from bench.store.sets import is_over_all
    from bench.store.store import Store

    table_options = metric is not None or sort is not None or wide
    if name is None:
        if table_options or errors or clusters is not None or seed is not None:
            raise UsageError("--metric, --sort, --wide, --errors and --clusters need the NAME of an experiment.")
        title, columns, rows = command.experiment_table(results_dir, console())
        if rows:
            print_table(title, columns, rows)
        else:
            print_line(f"no experiment under {results_dir}; python -m bench run makes one.")
        return 0
    if errors and table_options:
        raise UsageError("--errors excludes --metric, --sort and --wide.")
    if clusters is not None and (table_options or errors):
        raise UsageError("--clusters excludes --metric, --sort, --wide and --errors.")
    if seed is not None and clusters is None:
        raise UsageError("--seed is for --clusters METHOD; the other figures are means over all seeds.")
    metrics = [part.strip() for part in metric.split(",")] if metric is not None else []
    with printed_warnings(Store(results_dir, name), console()) as store:
        over_all = is_over_all(store)
        if errors:
            (show_sets_errors if over_all else command.show_errors)(store, console())
        elif clusters is not None:
            from bench.commands.show_clusters import show_clusters
            from bench.commands.show_sets_clusters import show_sets_clusters

            (show_sets_clusters if over_all else show_clusters)(store, clusters, seed, console())
        else:
            (show_sets if over_all else command.show)(store, console(), metrics=metrics, sort=sort, wide=wide)
    return 0


def figures(
    name: Name,
    results_dir: ResultsDir = Path("results"),
    samples: Annotated[
        int,
        typer.Option(metavar="N", min=10, help="Maximum number of images in a t-SNE plot. Classes keep their shares."),
    ] = 5000,
    threads: Threads = None,
    pdf: Pdf = False,
) -> int:
    """Draw the figures that need the images: t-SNE, reconstructions, centres, SOM, confusion, classes."""
    from bench.commands.figures import draw, load_for
    from bench.commands.sets import refuse_over_all
    from bench.console.progress import printed_warnings
    from bench.store.store import Store

    with printed_warnings(Store(results_dir, name), console()) as store:
        refuse_over_all(store, "figures")
        data = load_for(store, console())
        for path in draw(store, data, samples, threads, console(), pdf=pdf):
            print_line(str(path))
    return 0


def indices(
    name: Name,
    results_dir: ResultsDir = Path("results"),
    samples: Annotated[
        int | None,
        typer.Option(metavar="N", min=100, help="Use at most N samples, drawn at random. \\[default: all]"),
    ] = None,
    threads: Threads = None,
) -> int:
    """Measure every partition in every space: in the input, PCA, UMAP and the space of each method.

    Writes index.md, one CSV file and one figure for each index. The true labels are one row of each table.
    """
    from bench.commands.figures import load_for
    from bench.commands.indices import indices as measure
    from bench.commands.sets import refuse_over_all
    from bench.console.progress import printed_warnings
    from bench.store.store import Store

    with printed_warnings(Store(results_dir, name), console()) as store:
        refuse_over_all(store, "indices")
        data = load_for(store, console())
        for path in measure(store, data, samples, threads, console()):
            print_line(str(path))
    return 0


def merge(
    folders: Annotated[
        list[Path],
        typer.Argument(metavar="DIR…", help="Results folders of one data set, such as those of several machines."),
    ],
    name: Annotated[str, typer.Option(help="Name of the results folder that is written; results in it stay.")],
    results_dir: ResultsDir = Path("results"),
) -> int:
    """Join the records of several results folders into one experiment, and write its tables and figures.

    The folders are only read. Folders of different data, and a cell with different results in two folders, are refused.
    """
    from bench.commands.merge import merge as join
    from bench.console.progress import printed_warnings
    from bench.store.store import Store

    with printed_warnings(Store(results_dir, name), console()) as store:
        return join(folders, store, typed_command(), console())


def status(name: Name, results_dir: ResultsDir = Path("results")) -> int:
    """Show the progress of an experiment. Its cells may run in other processes and on other machines."""
    from bench.commands.status import status_lines
    from bench.console.progress import printed_warnings
    from bench.store.sets import is_over_all
    from bench.store.store import Store

    with printed_warnings(Store(results_dir, name), console()) as store:
        if is_over_all(store):
            from bench.commands.sets import sets_status  # loads pandas, which takes longer than all else here

            lines = sets_status(store)
        else:
            lines = status_lines(store)
        for line in lines:
            print_line(line)
    return 0


def list_(
    kind: Annotated[str, typer.Argument(metavar="methods|datasets|metrics|presets", help="The kind of the names.")],
) -> int:
    """List all names of one kind, each with a description."""
    from bench.commands.listing import listing

    print_table(*listing(kind))
    return 0


@with_option_groups
def describe(
    name: Annotated[str, typer.Argument(metavar="METHOD|DATASET", help="A method, a class, or a data set.")],
    preset: Annotated[str, typer.Option(help="Preset, for a method that learns a representation.")] = "sha12",
    latent_dim: Annotated[
        int | None, typer.Option(metavar="D", min=1, help="Latent size. \\[default: of the preset]")
    ] = None,
    diagram: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also draw the layers of the method, as PNG and SVG.")
    ] = None,
    split: Annotated[str, typer.Option(help="Split expression of the data set.")] = DEFAULT_SPLIT,
    *,
    reading: Reading,
) -> int:
    """Show the options and layers of a method, or the analysis of a data set.

    The layers are those for images of --image-shape, by default 28x28x1.
    """
    from bench.commands.describe import dataset_analysis, layer_table, option_table, write_diagram

    image_shape = reading.image_shape or (28, 28, 1)
    if name in registry.METHODS:
        tables = [option_table(name, preset)]
        if registry.METHODS[name].trains_network:
            preset = registry.METHODS[name].own_preset or preset
            tables.append(layer_table(preset, latent_dim, image_shape))
            if diagram is not None:
                write_diagram(diagram, preset, latent_dim, image_shape)
    elif name in registry.method_plugins() or (":" in name and not Path(name).exists()):
        from bench.commands.describe_class import class_tables

        tables = class_tables(name)
    elif name.partition("@")[0] in descriptions() or "/" in name or Path(name).exists():
        tables = dataset_analysis(name, split, reading, console())
    elif name in PRESETS:
        raise UsageError(f"'{name}' is a preset; expected a method with it, such as: describe dec --preset {name}")
    else:
        raise UsageError(_unknown(name))
    for table in tables:
        print_table(*table)
    return 0


def _unknown(name: str) -> str:
    """The error for a name that `describe` does not know. It may load scikit-learn, to find a near class."""
    known = [*registry.described(), *descriptions()]
    if nearest(name, known) or not (classes := near_classes(name) or nearest(name, PRESETS)):
        return unknown_name("method or data set", name, known)
    return f"unknown method or data set '{name}';{did_you_mean(classes)} known: {', '.join(sorted(known))}"
