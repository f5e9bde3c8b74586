"""The console script, installed as pip installs it, in a folder with files that hide every kind of module."""

import json
import os
import subprocess
import sys
import sysconfig
import tomllib
import venv
from pathlib import Path

import pytest
from documents import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="the script begins with #!")]

HIDING = ("bench/__init__", "methods", "torch", "datasets", "random", "tempfile", "typing")
MINE = "from sklearn.cluster import KMeans\nclass Mine(KMeans): pass\n"


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script in a virtual environment of its own, which finds the packages of this one."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False, symlinks=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    (packages / "all.pth").write_text(f"{ROOT}\n{sysconfig.get_path('purelib')}\n")
    entry = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]["dec-bench"]
    module, function = entry.split(":")
    path = folder / "bin" / "dec-bench"
    path.write_text(
        f"#!{folder}/bin/python\nimport sys\nfrom {module} import {function}\n"
        f"if __name__ == '__main__':\n    sys.exit({function}())\n"
    )
    path.chmod(0o755)
    return path


@pytest.fixture
def crowded(tmp_path: Path) -> Path:
    """A working directory whose files end every process that loads them, and a class of the reader."""
    (tmp_path / "bench").mkdir()
    for name in HIDING:
        (tmp_path / f"{name}.py").write_text("import os\nos._exit(77)\n")
    (tmp_path / "mine.py").write_text(MINE)
    return tmp_path


def dec_bench(script: Path, arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["DEC_BENCH_CACHE"] = str(folder / "cache")
    command = [str(script), *arguments.split()]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=240)


@pytest.mark.parametrize("where", ["--jobs 2", "--dask local:2"])
def test_the_files_of_the_reader_do_not_disturb_a_run(script: Path, crowded: Path, where: str):
    """`--jobs 1` has the same kind of processes, because one method is a class of the reader."""
    done = dec_bench(script, f"run --methods kmeans,mine:Mine --dataset digits --seeds 1 {where}", crowded)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "mine:Mine seed 0: fitted" in done.stdout
    manifest = json.loads((crowded / "results/digits/manifest.json").read_text())
    assert f"dec-bench run --methods kmeans,mine:Mine --dataset digits --seeds 1 {where}" in json.dumps(manifest)


def test_the_script_names_itself(script: Path, crowded: Path):
    assert "Usage: dec-bench run" in dec_bench(script, "run --help", crowded).stdout
    wrong = dec_bench(script, "run --seed 3", crowded)
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("error: dec-bench run has no option '--seed'; did you mean '--seeds'?")


def test_python_m_bench_in_a_folder_with_another_bench_is_not_ours(crowded: Path):
    """Python finds the reader's package first, so none of this code runs: the script is the remedy."""
    assert subprocess.run([sys.executable, "-m", "bench"], cwd=crowded).returncode == 77
