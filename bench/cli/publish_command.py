"""The command `publish`."""

from pathlib import Path
from typing import Annotated

import typer

from bench.cli.terminal import console


def publish(
    path: Annotated[
        Path, typer.Argument(metavar="LIST", help="A list of experiments, such as docs/results/experiments.toml.")
    ],
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Run this experiment of the list; may be repeated.")
    ] = None,
    anew: Annotated[
        bool,
        typer.Option(
            "--anew", help="Set aside, in results/.earlier, what is in the way: of another code version or device."
        ),
    ] = False,
    threads: Annotated[int, typer.Option(metavar="N", min=1, help="Threads per cell.")] = 1,
    jobs: Annotated[int, typer.Option(metavar="N", min=1, help="Number of cells at once.")] = 2,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List the experiments, their states and minutes; run nothing.")
    ] = False,
) -> int:
    """Run the experiments of a list whose tables are published, and check the published figures.

    A folder has one code version and one device. Finished experiments are left as they are, and after an interruption,
    the same command continues. `results/published.csv` says how each was made.
    """
    from bench.commands.publish import PublishRequest
    from bench.commands.publish import publish as run_all

    request = PublishRequest(path=path, only=tuple(only or ()), dry_run=dry_run, anew=anew, threads=threads, jobs=jobs)
    return run_all(request, console())
