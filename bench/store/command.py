"""The commands that messages tell a reader to give, for an experiment in its results folder."""

import shlex
from pathlib import Path

from bench.store.store import Store

RESULTS_DIR = Path("results")
"""The results folder of a command without --results-dir."""


def command(verb: str, name: str, results_dir: Path, *options: str) -> str:
    """The command `python -m bench VERB NAME` for an experiment; it works when it is pasted into a shell.

    >>> command("report", "demo", Path("my results"))
    "python -m bench report demo --results-dir 'my results'"
    """
    words = ["python", "-m", "bench", verb, name, *options]
    if results_dir != RESULTS_DIR:
        words += ["--results-dir", str(results_dir)]
    return shlex.join(words)


def errors_command(store: Store) -> str:
    """The command that prints the tracebacks of an experiment."""
    return command("show", store.name, store.results_dir, "--errors")
