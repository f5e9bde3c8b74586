"""The command `report`: writes the tables, figures and missing assignments of an experiment from its records.

Published results have no records: their tables, and the figures that need only numbers, are written from cells.csv.
"""

from pathlib import Path

from rich.console import Console

from bench.commands.assignments import write_missing_assignments
from bench.commands.ending import notes_above, print_ending
from bench.commands.report_files import write_report
from bench.console.progress import busy
from bench.errors import UsageError
from bench.report.tables.embed import embed
from bench.report.tables.write import LATEX
from bench.store.store import Store


def report(store: Store, into: Path | None, console: Console, *, latex: bool = False, pdf: bool = False) -> None:
    """Write all tables and figures, and the missing assignments; print the answer.

    With `latex`, write the tables as LaTeX, too; with `pdf`, the figures as PDF. With `into`, write the main tables
    into that document, too.

    Raises UsageError if the document is missing, or if the experiment has neither records nor a cells.csv that is
    whole.
    """
    if into is not None and not into.is_file():
        raise UsageError(f"--into {into}: there is no such file.")
    with busy(console, "writing tables and figures"):
        write_report(store, latex=latex, pdf=pdf)
        if into is not None:
            embed(store, into, notes_above(store))
    if not store.is_published_copy():
        write_missing_assignments(store, console)
    lines = [f"{store.path(LATEX)}: the tables as LaTeX."] if latex else []
    lines += [] if into is None else [f"{into}: the main tables are written anew."]
    print_ending(store, console, "table.md", lines)
