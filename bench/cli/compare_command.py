"""The command `compare`."""

from pathlib import Path
from typing import Annotated

import typer

from bench.cli.options import ResultsDir
from bench.cli.terminal import console


def compare(
    names: Annotated[
        list[str], typer.Argument(metavar="NAME [NAME]", help="One results folder, or two with the same data.")
    ],
    method: Annotated[
        list[str] | None,
        typer.Option(help="A row of the table; repeat it for each row. \\[default: all rows]"),
    ] = None,
    across: Annotated[
        bool, typer.Option("--across", help="Compare each row of the first with each row of the second folder.")
    ] = False,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Also write the differences over seeds into this file.")
    ] = None,
    results_dir: ResultsDir = Path("results"),
) -> int:
    """Compare rows of one or two experiments: intervals and tests over seeds and over images."""
    from bench.commands.compare import compare as run
    from bench.commands.sets import refuse_over_all
    from bench.console.progress import printed_warnings
    from bench.store.store import Store

    stores = [Store(results_dir, name) for name in names]
    for store in stores:
        refuse_over_all(store, "compare")
    with printed_warnings(stores[0], console()):
        run(stores, method or [], across, to, console())
    return 0
