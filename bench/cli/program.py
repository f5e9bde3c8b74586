"""The name of this program as the user has started it, and its version."""

import sys
from pathlib import Path

import typer

from bench.cli.terminal import print_line
from bench.machine.version import version_lines

SCRIPT = "dec-bench"
"""The console script."""


def program() -> list[str]:
    """The words that start this program again: of the console script if it was used, else of `python -m bench`."""
    return [SCRIPT] if Path(sys.argv[0]).stem == SCRIPT else ["python", "-m", "bench"]


def show_version(wanted: bool) -> None:
    """Print the version and end the command."""
    if wanted:
        for line in version_lines():
            print_line(line)
        raise typer.Exit
