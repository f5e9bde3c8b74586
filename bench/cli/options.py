"""The options that several commands share, each declared once."""

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from bench.cli.program import program
from bench.experiments.request import Execution, Limits
from bench.machine.threads import MAX_THREADS

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of a results folder inside --results-dir.")]
ResultsDir = Annotated[Path, typer.Option("--results-dir", help="The folder that contains the results folders.")]
Pdf = Annotated[bool, typer.Option("--pdf", help="Also write each figure as PDF.")]
Open = Annotated[bool, typer.Option("--open", help="Open the page, report.html, in the browser at the end.")]
Dataset = Annotated[str, typer.Option(help="Bundled data set, id on the Hub, or local folder; see `list datasets`.")]
DataSets = Annotated[
    str,
    typer.Option(
        help="Bundled data set, id on the Hub, or local folder; see `list datasets`. Several, separated by commas, "
        "have a table each and one over all."
    ),
]
Split = Annotated[
    str, typer.Option(help="Split expression of Hugging Face datasets; train+test: whichever of the two exist.")
]
Seeds = Annotated[
    str, typer.Option(help="Number of seeds (3: seeds 0, 1, 2) or a list (0,4,7). `4,` means only seed 4.")
]
NClusters = Annotated[
    int | None, typer.Option(metavar="K", min=2, help="Number of clusters. \\[default: the number of classes]")
]
SeveralNClusters = Annotated[
    str | None,
    typer.Option(
        metavar="K[,K…]|auto",
        help="Numbers of clusters, separated by commas; auto proposes one number from the data, without the labels. "
        "\\[default: the number of classes]",
    ),
]
Params = Annotated[
    list[str] | None,
    typer.Option(
        "--param", metavar="METHOD.NAME=V1[,V2…]", help="Values of a method's option; several make a grid. Repeatable."
    ),
]
Aliases = Annotated[
    list[str] | None,
    typer.Option(
        "--alias",
        metavar="NAME=package.module:Class",
        help="A short name of a class, for --methods, --param and the tables. Repeatable.",
    ),
]
Threads = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=1, max=MAX_THREADS, help="Threads per cell. \\[default: OMP_NUM_THREADS, or cores/jobs]"
    ),
]


def _number_up_to(highest: float, expected: str = "a number above 0, at most {:g}") -> Callable[[str], float]:
    """A parser of a number in (0, highest]; Typer's own bounds cannot exclude 0."""

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 < value <= highest:
            raise typer.BadParameter(f"expected {expected.format(highest)}, got {text}.")
        return value

    return parse


def _jobs(text: str) -> str:
    """A parser of `auto` or a number from 1."""
    if text != "auto" and not (text.isdecimal() and int(text) > 0):
        raise typer.BadParameter(f"expected auto or a number of at least 1, got {text}.")
    return text


EpochsScale = Annotated[
    float,
    typer.Option(
        parser=_number_up_to(1, "a share, 0 < share ≤ 1"),
        metavar="SHARE",
        help="Multiplies the epochs of every phase, 0 < share ≤ 1. The tables show it as a caveat.",
    ),
]


def _gigabytes(number: float | None) -> int | None:
    """The bytes of a number of gigabytes."""
    return None if number is None else int(number * 1e9)


def typed_command() -> str:
    """The command as the user typed it, for the manifest."""
    return shlex.join([*program(), *sys.argv[1:]])


def execution_options(
    device: Annotated[str, typer.Option(help="Device for networks: auto, cpu, cuda, cuda:1 or mps.")] = "auto",
    threads: Threads = None,
    jobs: Annotated[
        str,
        typer.Option(
            parser=_jobs,
            metavar="N|auto",
            help="Number of cells at once; a GPU with CUDA has one at a time. auto: on a small data set, one cell for "
            "each core with one thread; on a large one, one cell with all cores.",
        ),
    ] = "auto",
    dask: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Run cells on this Dask scheduler; anyone who can connect to it can run code on its workers, so use "
            "tls:// outside a network that you trust. local:N starts N workers here, protected by TLS.",
        ),
    ] = None,
    cell_timeout: Annotated[
        float | None,
        typer.Option(parser=_number_up_to(1e9), metavar="SECONDS", help="Time limit per cell. \\[default: no limit]"),
    ] = None,
    cell_memory: Annotated[
        float | None,
        typer.Option(
            parser=_number_up_to(1e6),
            metavar="GB",
            help="Memory limit per cell, excluding memory-mapped images. \\[default: no limit]",
        ),
    ] = None,
    gpu_memory: Annotated[
        float | None,
        typer.Option(
            parser=_number_up_to(1e6),
            metavar="GB",
            help="Memory limit per cell on a GPU with CUDA, for PyTorch's tensors. \\[default: no limit]",
        ),
    ] = None,
    models: Annotated[
        bool,
        typer.Option(
            "--models/--no-models", help="Keep the fitted models, so that `predict` can label new data with them."
        ),
    ] = True,
    results_dir: ResultsDir = Path("results"),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List the cells and their states; run nothing.")] = False,
) -> Execution:
    limits = Limits(cell_timeout, _gigabytes(cell_memory), _gigabytes(gpu_memory))
    return Execution(
        device=device,
        threads=threads,
        jobs=None if jobs == "auto" else int(jobs),
        dask=dask,
        limits=limits,
        models=models,
        results_dir=results_dir,
        dry_run=dry_run,
        command=typed_command(),
    )
