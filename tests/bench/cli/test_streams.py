"""A command without standard streams, or whose output nobody reads, does its work and has the right exit code."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from commands import command

from bench.datasets.load import load

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="the shell of POSIX closes streams")]
ROOT = Path(__file__).resolve().parents[3]
BENCH = f"'{sys.executable}' -m bench"
WITHOUT_FIGURES = shlex.join(command("", draws=False))
WITHOUT_STREAMS = """
import sys
sys.stdin = sys.stdout = sys.stderr = None  # as pythonw of Windows sets them
sys.argv = ["bench", *sys.argv[1:]]
from bench.__main__ import dec_bench
dec_bench()
"""


def shell(script: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.run(["bash", "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(("arguments", "code"), [("list methods", 0), ("show nothing-here", 2)])
def test_a_command_with_closed_streams(arguments: str, closed: str, code: int):
    done = shell(f"{BENCH} {arguments} {closed}")
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    if ">&- 2>&-" in closed:
        assert done.stdout + done.stderr == ""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_run_with_closed_streams_gives_whole_results(tmp_path: Path, jobs: str):
    run = "run --methods kmeans,pca-kmeans --dataset digits --seeds 1 --threads 1 --name demo"
    done = shell(f"{BENCH} {run} --jobs {jobs} --results-dir {tmp_path} <&- >&- 2>&-")
    assert done.returncode == 0
    assert (tmp_path / "demo/table.md").read_text().count("| kmeans") >= 1
    assert len(list((tmp_path / "demo/cells").glob("*.json"))) == 2
    for path in (tmp_path / "demo").rglob("*.json"):
        assert path.read_text().startswith("{"), f"something was printed into {path}"


def test_a_run_without_stream_objects(tmp_path: Path):
    run = [
        "run",
        "--methods",
        "kmeans",
        "--dataset",
        "digits",
        "--seeds",
        "1",
        "--threads",
        "1",
        "--name",
        "demo",
        "--results-dir",
    ]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_STREAMS, *run, str(tmp_path)], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "demo/table.md").exists()


def test_a_run_whose_reader_has_gone_goes_on(tmp_path: Path):
    run = f"run --methods kmeans --dataset digits --seeds 2 --threads 1 --name demo --results-dir {tmp_path}"
    done = shell(f"{WITHOUT_FIGURES} {run} | head -1; exit ${{PIPESTATUS[0]}}")
    assert done.returncode == 0
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
    assert len(list((tmp_path / "demo/cells").glob("*.json"))) == 2


def test_an_error_that_nobody_reads_keeps_its_exit_code():
    done = shell(f"{BENCH} run --methods nothing 2>&1 | true; exit ${{PIPESTATUS[0]}}")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


@pytest.mark.slow
def test_a_disk_without_space_for_results_is_one_line_with_the_remedy(tmp_path: Path):
    run = f"{WITHOUT_FIGURES} run --methods kmeans --dataset digits --seeds 1 --results-dir {tmp_path}"
    load("digits")  # into the cache, while there is space
    done = shell(f"ulimit -f 2 && {run}")
    assert done.returncode == 1
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("error: ")]
    assert line.startswith(f"error: cannot read or write {tmp_path}/digits/cells/kmeans-s0-")
    assert "(File too large): make space on this disk, or mend it; 0 of 1 cells are finished" in line
    assert "Traceback" not in done.stdout + done.stderr
    assert shell(run).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "what"),
    [("list methods", "standard output"), ("describe kmeans", "standard output"), ("--help", "the output or a file")],
)
def test_a_full_disk_is_one_line_that_says_what_was_written(arguments: str, what: str):
    done = shell(f"{BENCH} {arguments} >/dev/full")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: cannot ")
    assert f"{what} (No space left on device); direct" in line
