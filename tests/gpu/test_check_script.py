"""check.sh: wrong arguments, a stage that fails, and the whole rehearsal on the processor."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from documents import ROOT
from gpu_check import facts, turns
from gpu_check.goals import CLUSTPY, COMPILED, GOALS
from gpu_check.turns import OURS

SCRIPT = ROOT / "tests" / "gpu" / "check.sh"


def check(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHON": sys.executable, "DEVICE": "cpu", "SCALE": "0.01", **variables}
    command = ["bash", str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("arguments", [(), ("nowhere", "out"), (ROOT,)])
def test_wrong_arguments_are_one_line(arguments: tuple[object, ...]):
    done = check(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: bash tests/gpu/check.sh DATA OUT")
    assert len(done.stderr.splitlines()) == 1


def test_make_hands_the_folders_and_the_python_on():
    command = [
        "make",
        "--no-print-directory",
        "--dry-run",
        "gpu-check",
        "DATA=a folder",
        "OUT=out",
        "PYTHON=python3.12",
    ]
    printed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert printed == 'PYTHON=python3.12 bash tests/gpu/check.sh "a folder" "out"\n'


@pytest.mark.slow
def test_without_images_the_check_ends_and_its_page_says_why(tmp_path: Path):
    (tmp_path / "data").mkdir()
    done = check(tmp_path / "data", tmp_path / "out")
    assert done.returncode == 1
    assert f"{tmp_path / 'data'} has no Parquet file; expected all of MNIST" in done.stderr
    endings = {stage.name: stage.ending for stage in facts.stages(tmp_path / "out" / "gpu.json")}
    assert endings == {"machine": "ok", "data": "failed with exit status 1"}
    page = (tmp_path / "out" / "gpu.md").read_text()
    assert "## no GPU" in page
    assert "not measured: the stage `kmeans` did not run" in page


@pytest.mark.nightly
def test_a_rehearsal_measures_every_row(mnist: Path, tmp_path: Path):
    done = check(mnist, tmp_path, MINUTES="60", PATIENCE="5")
    assert done.returncode == 0, done.stderr
    stages = facts.stages(tmp_path / "gpu.json")
    assert [(stage.name, stage.ending, stage.last_line) for stage in stages if stage.ending != "ok"] == []
    sides = {(turn.work, turn.side) for turn in turns.read(tmp_path / "gpu.csv")}
    asked = {(goal.work, side) for goal in GOALS for side in (OURS, goal.peer) if side not in (None, CLUSTPY, COMPILED)}
    assert asked <= sides
    assert "dec" in (tmp_path / "mnist-gpu.md").read_text()
