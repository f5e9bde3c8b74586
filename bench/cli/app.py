"""The program `python -m bench`, which is also the console script `dec-bench`.

Exit codes: 0 success, 1 failed cell or damaged file, 2 wrong use; 130, 143 or 129 after Ctrl-C, SIGTERM or SIGHUP.
"""

import errno
import io
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Any

import typer
from typer.exceptions import Abort, TyperException

from bench.cli.choose_command import choose
from bench.cli.compare_command import compare
from bench.cli.experiment_commands import reproduce, run, search
from bench.cli.matplotlib_folder import give_matplotlib_a_folder
from bench.cli.model_commands import compress, export, predict
from bench.cli.program import program, show_version
from bench.cli.publish_command import publish
from bench.cli.results_commands import describe, figures, indices, list_, merge, report, show, status
from bench.cli.terminal import OutputError, print_line
from bench.cli.wrong_use import Command, Commands
from bench.commands.plugins import plugin_problems
from bench.errors import UsageError
from bench.machine.interrupt import exit_code, interruption, was_interrupted
from bench.store.records import RecordError
from methods import registry

app = typer.Typer(
    cls=Commands,
    help="Compare Deep Embedded Clustering with Self-Organizing Maps and K-Means; every score names its space.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
for command in (
    *(run, reproduce, search, report, merge, show, compare, indices, choose),
    *(figures, predict, export, compress, publish, status, describe),
):
    app.command(cls=Command)(command)
app.command("list", cls=Command)(list_)


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=show_version,
            is_eager=True,
            help="Show the versions of this project, Python and torch.",
        ),
    ] = False,
) -> None:
    """Options of the program itself. Its help is the help of `app`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code. Wrong use is one line on standard error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # an encoding without a letter, such as λ, prints a question mark
            stream.reconfigure(errors="replace")
    give_matplotlib_a_folder()
    for line in plugin_problems():
        print_line(f"warning: {line}", error=True)
    try:
        result = app(arguments, prog_name=" ".join(program()), standalone_mode=False)
    except BaseException as error:
        if was_interrupted() or isinstance(error, KeyboardInterrupt | Abort):  # a library may have changed the error
            return _interrupted(error)
        return _failed(error)
    return result if isinstance(result, int) else 0


def _interrupted(error: BaseException) -> int:
    detail = " ".join(map(str, error.args)) if isinstance(error, KeyboardInterrupt | Abort) else ""
    with suppress(OSError):  # the terminal has been closed
        print_line(interruption(detail or "give the same command again."), error=True)
    return exit_code()


def _failed(error: BaseException) -> int:
    """Print one line about the error and return the exit code. An unexpected error is raised again."""
    if isinstance(error, UsageError | TyperException | registry.MethodError):
        message = _typer_message(error) if isinstance(error, TyperException) else str(error)
        if message:  # empty without a command: the help is printed already
            print_line("error: " + " ".join(message.split()), error=True)
        for line in "\n".join(getattr(error, "__notes__", ())).splitlines():  # of code that mends it
            print_line(f"  {line}", error=True)
        return 2
    if isinstance(error, RecordError | OSError | OutputError):
        print_line(f"error: {_os_message(error) if isinstance(error, OSError) else error}", error=True)
        wrong_path = isinstance(error, FileNotFoundError | NotADirectoryError | PermissionError)
        return 2 if wrong_path or (isinstance(error, OSError) and error.errno == errno.EROFS) else 1
    raise error


def _os_message(error: OSError) -> str:
    """The file, the reason and the remedy. Without a file it may be the output, which a library prints for the help."""
    if not error.strerror:
        return str(error)
    if not error.filename:
        return (
            f"cannot read or write the output or a file ({error.strerror}); direct the output to another file or disk"
        )
    return (
        f"cannot read or write {error.filename} ({error.strerror}); mend its permissions or the disk, or choose "
        "another --results-dir."
    )


_EXPECTED = {
    "int_parsing": "an integer",
    "greater_than_equal": "a number of at least {ge}",
    "less_than_equal": "a number of at most {le}",
}
"""The valid values of an option in words, by the type of pydantic's error."""


def _typer_message(error: Any) -> str:
    """Typer's message or, for a value that pydantic refuses, the option, the value and the valid values."""
    from pydantic import ValidationError  # Typer checks values with pydantic

    if not isinstance(error.__cause__, ValidationError):
        return str(error.format_message())
    problem = error.__cause__.errors()[0]
    expected = _EXPECTED.get(problem["type"], problem["msg"]).format(**problem.get("ctx", {}))
    return f"{error.param.opts[0]} {problem['input']} is not valid; expected {expected}."
