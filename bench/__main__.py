"""Entry point of `python -m bench` and of the console script `dec-bench`."""

import sys
from collections.abc import Callable
from typing import NoReturn

from bench.machine.search_path import in_the_way, put_working_directory_last
from bench.machine.streams import open_missing_streams


def dec_bench() -> NoReturn:
    """The console script: the working directory hides no module, and its classes are found."""
    open_missing_streams()
    put_working_directory_last()
    _run(lambda: None)


def python_m_bench() -> NoReturn:
    """`python -m bench`: one line if a file in the working directory hides a module that is needed."""
    open_missing_streams()
    _refuse_obstacle()
    try:
        _run(_refuse_obstacle)
    except Exception:  # perhaps because a file of the reader was loaded in place of a module
        _refuse_obstacle()
        raise


def _refuse_obstacle() -> None:
    if line := in_the_way():
        sys.stderr.write(f"{line}\n")
        sys.exit(2)


def _run(check: Callable[[], None]) -> NoReturn:
    """Run the command in `sys.argv`, and end this process with its exit code. `check` is called after the imports."""
    from bench.machine.interrupt import handle_signals, ignore_signals, was_interrupted

    handle_signals()  # before the slow imports

    import os
    from contextlib import suppress

    from bench.cli.app import main

    check()
    code = main()
    if was_interrupted():  # threads and exit handlers of libraries would print their own errors, or wait
        with suppress(OSError):  # the reader of a pipe was interrupted, too
            sys.stdout.flush()
        os._exit(code)
    ignore_signals()
    sys.exit(code)


if __name__ == "__main__":  # a spawned worker imports this module, too
    python_m_bench()
