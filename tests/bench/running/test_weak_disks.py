"""A run on a disk without hard links, syncing of folders and renaming over a file, which two drivers share."""

import json
import os
from pathlib import Path

import pytest
from commands import bench, start
from in_process import here

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[3]
WEAK = """
import errno, os, stat
fsync, replace = os.fsync, os.replace
def refuse(*arguments, **options):
    raise OSError(errno.EOPNOTSUPP, "Operation not supported")
def weak_fsync(file):
    return refuse() if stat.S_ISDIR(os.fstat(file).st_mode) else fsync(file)
def weak_replace(source, target):
    return refuse() if os.path.exists(target) else replace(source, target)
os.link, os.fsync, os.replace = refuse, weak_fsync, weak_replace
"""
"""The system calls answer as on such a disk."""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "weak").mkdir()
    (tmp_path / "weak/sitecustomize.py").write_text(WEAK)
    path = os.pathsep.join([str(tmp_path / "weak"), str(ROOT)])
    return {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}


def test_two_drivers_make_each_cell_once_and_each_says_once_what_the_disk_lacks(
    environment: dict[str, str], tmp_path: Path
):
    command = "run --methods kmeans,pca-kmeans,som --dataset digits --seeds 4 --name demo --threads 1 "
    command += f"--param som.n_steps=1000 --results-dir {tmp_path / 'results'}"
    drivers = [start(command, tmp_path, environment, draws=False) for _ in range(2)]
    for driver in drivers:
        output, errors = driver.communicate(timeout=180)
        assert driver.returncode == 0, output + errors
        assert (output + errors).count("lacks hard links") == 1
        assert "corrupt" not in output + errors
    cells = tmp_path / "results/demo/cells"
    assert len(list(cells.glob("*.json"))) == len(list(cells.glob("*.npz"))) == 12
    attempts = [json.loads(path.read_text()) for path in (tmp_path / "results/demo/attempts").rglob("*.json")]
    assert [attempt["ending"] for attempt in attempts] == ["ok"] * 12


def test_the_tables_equal_those_of_a_local_disk(environment: dict[str, str], tmp_path: Path):
    tables = {}
    for name in ("weak", "local"):
        folder = tmp_path / f"results-{name}"
        command = f"run --methods kmeans --dataset digits --seeds 2 --name demo --threads 1 --results-dir {folder}"
        done = (
            bench(command, tmp_path, environment, draws=False)
            if name == "weak"
            else here(command, tmp_path, dict(os.environ))
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert ("lacks hard links" in done.stdout) == (name == "weak")
        lines = (folder / "demo/table.md").read_text().splitlines()
        tables[name] = [line.split("|")[:5] for line in lines if line.startswith("| kmeans")]
    assert tables["weak"] == tables["local"]
