"""The options that several commands share, each declared once."""

import inspect
import shlex
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from bench.experiments.request import Execution, Limits
from bench.machine.threads import MAX_THREADS

Name = Annotated[str, typer.Argument(metavar="NAME", help="A results folder inside the folder of --results-dir.")]
ResultsDir = Annotated[Path, typer.Option("--results-dir", help="The folder of all results folders.")]
Dataset = Annotated[str, typer.Option(help="Bundled data set, Hub id, or local folder; see `list datasets`.")]
Split = Annotated[
    str, typer.Option(help="Split expression of Hugging Face datasets; train+test: whichever of the two exist.")
]
Seeds = Annotated[
    str, typer.Option(help="Number of seeds (3: seeds 0, 1, 2) or a list (0,4,7; `4,` is the list of seed 4).")
]
NClusters = Annotated[
    int | None, typer.Option(metavar="K", min=2, help="Number of clusters. \\[default: the number of classes]")
]
Params = Annotated[
    list[str] | None,
    typer.Option("--param", metavar="METHOD.NAME=V1[,V2…]", help="Values of a parameter, a grid. Repeatable."),
]
Threads = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=1, max=MAX_THREADS, help="Threads of a cell. \\[default: OMP_NUM_THREADS, else cores / jobs]"
    ),
]


def _share(text: str) -> float:
    return _above_zero(text, 1, "a share, 0 < share ≤ 1")


def _seconds(text: str) -> float:
    return _above_zero(text, 1e9, "a number above 0, at most 1e+09")


def _gigabytes(text: str) -> float:
    return _above_zero(text, 1e6, "a number above 0, at most 1e+06")


def _above_zero(text: str, highest: float, expected: str) -> float:
    """Parse a number in (0, highest]; Typer's own bounds cannot exclude 0."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value <= highest:
        raise typer.BadParameter(f"{text} is not valid; expected {expected}.")
    return value


EpochsScale = Annotated[
    float,
    typer.Option(
        parser=_share, metavar="SHARE", help="Scales the epochs of every phase, 0 < share ≤ 1; tables say so."
    ),
]


def _execution(
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    threads: Threads = None,
    jobs: Annotated[
        int, typer.Option(metavar="N", min=1, help="Number of cells at once, each in its own process.")
    ] = 1,
    dask: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Run cells on this Dask scheduler; local:N starts N workers here."),
    ] = None,
    cell_timeout: Annotated[
        float | None,
        typer.Option(parser=_seconds, metavar="SECONDS", help="Time limit per cell. \\[default: no limit]"),
    ] = None,
    cell_memory: Annotated[
        float | None,
        typer.Option(
            parser=_gigabytes,
            metavar="GB",
            help="Memory limit per cell, excluding memory-mapped images. \\[default: no limit]",
        ),
    ] = None,
    results_dir: ResultsDir = Path("results"),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List the cells with their states; run nothing.")] = False,
) -> Execution:
    limits = Limits(cell_timeout, None if cell_memory is None else int(cell_memory * 1e9))
    command = shlex.join(["python", "-m", "bench", *sys.argv[1:]])
    return Execution(device, threads, jobs, dask, limits, results_dir, dry_run, command=command)


def with_execution_options(command: Callable[..., int]) -> Callable[..., int]:
    """Replace the argument `execution` of a command by the options that make it.

    Typer reads the options from the signature; the command receives an Execution.
    """
    options = inspect.signature(_execution, eval_str=True).parameters
    signature = inspect.signature(command, eval_str=True)

    @wraps(command)
    def command_with_options(**values: Any) -> int:
        execution = _execution(**{name: values.pop(name) for name in options})
        return command(**values, execution=execution)

    parameters: list[inspect.Parameter] = []
    for parameter in signature.parameters.values():
        replaced = options.values() if parameter.name == "execution" else [parameter]
        parameters += (each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in replaced)
    vars(command_with_options)["__signature__"] = signature.replace(parameters=parameters)
    return command_with_options
