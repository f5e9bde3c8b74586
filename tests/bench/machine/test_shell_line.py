"""A line for the shell: its variables, its Python, and the end of all of its processes."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.machine import shell_line

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no POSIX shell")


def test_a_line_has_its_variables_and_this_python(tmp_path: Path) -> None:
    out = tmp_path / "out"
    line = f'python -c "import sys; print(sys.executable)" > {out}; echo "$PLACE" >> {out}; exit 3'
    assert shell_line.run_line(line, {"PLACE": "a b"}) == 3
    python, place = out.read_text().splitlines()
    assert Path(python).resolve() == Path(sys.executable).resolve()
    assert place == "a b"


def test_processes_that_ignore_the_signal_are_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell_line, "_TIDY_SECONDS", 0.5)
    child = tmp_path / "child"
    line = f'trap "" TERM; sleep 600 & echo $! > {child}; wait'
    process = subprocess.Popen(["sh", "-c", line], start_new_session=True)
    deadline = time.monotonic() + 60
    while not (child.exists() and child.read_text().strip()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    shell_line._end(process)
    assert process.wait() == -9
    with pytest.raises(ProcessLookupError):
        os.kill(int(child.read_text()), 0)
