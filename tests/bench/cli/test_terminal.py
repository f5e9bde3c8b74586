"""Lines and tables on the terminal, with texts that would act on it."""

import io

import pytest
from rich.console import Console

from bench.cli.terminal import print_line, print_table
from bench.console import progress

EVIL = "\x1b[2J[red]a[/red] :smile:\n\t\r\u202eb\udc80"
SHOWN = "\\x1b[2J[red]a[/red] :smile:\\n\\t\\r\\u202eb\\udc80"


@pytest.mark.parametrize("error", [False, True])
def test_a_line_is_one_line(capfd: pytest.CaptureFixture[str], error: bool):
    print_line(EVIL, error=error)
    output, errors = capfd.readouterr()
    assert (errors if error else output) == f"{SHOWN}\n"


def test_a_line_of_a_run_is_one_line():
    stream = io.StringIO()
    progress.print_line(Console(file=stream, force_terminal=True), EVIL)
    assert stream.getvalue() == f"{SHOWN}\n"


def test_a_row_of_a_table_is_one_line(capfd: pytest.CaptureFixture[str]):
    print_table(EVIL, [EVIL, "n"], [[EVIL, "1"], ["b", "2"]])
    lines = [line.split() for line in capfd.readouterr().out.splitlines()]
    assert lines == [SHOWN.split(), [*SHOWN.split(), "n"], [*SHOWN.split(), "1"], ["b", "2"]]
