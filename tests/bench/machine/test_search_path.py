"""Files of the reader in the working directory, and the modules that this program needs."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from documents import ROOT

from bench.machine.search_path import NEEDED, module_command


def bench(folder: Path) -> subprocess.CompletedProcess[str]:
    """`python -m bench list presets` in a folder. PYTHONPATH of the tests stands in for the installed package."""
    command = [sys.executable, "-m", "bench", "list", "presets"]
    return subprocess.run(command, cwd=folder, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)


def test_the_modules_of_all_dependencies_are_needed():
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.split(r"[<>=]", one)[0].lower().replace("-", "_") for one in dependencies}
    of_module = {
        module: {name.lower().replace("-", "_") for name in distributions}
        for module, distributions in packages_distributions().items()
    }
    assert {name for module in NEEDED[1:] for name in of_module[module]} == names
    assert NEEDED[0] == "methods"


@pytest.mark.slow
@pytest.mark.parametrize("file", ["methods", "methods/__init__", "torch", "datasets/__init__", "random"])
def test_a_file_in_the_way_is_one_line(tmp_path: Path, file: str):
    path = tmp_path / f"{file}.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text("")
    done = bench(tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {path} is in the way: it hides the module '")
    assert done.stderr.endswith("use the command `dec-bench`, or another folder.\n")
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
def test_other_files_are_not_in_the_way(tmp_path: Path):
    for file in ("mine.py", "code.py", "umap.py"):
        (tmp_path / file).write_text("raise RuntimeError")
    for folder in ("datasets", "methods", "results"):  # without __init__.py: the installed package goes before it
        (tmp_path / folder).mkdir()
    done = bench(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_a_new_python_gets_the_search_path_of_this_one_and_not_its_working_directory(tmp_path: Path):
    (tmp_path / "random.py").write_text("raise RuntimeError")
    (tmp_path / "shown.py").write_text("import sys, random; print(*sys.path, *sys.argv[1:], sep='\\n')")
    code = (
        f"import subprocess, sys; sys.path += [{str(ROOT)!r}, {str(tmp_path)!r}]; "
        "from bench.machine.search_path import module_command; "
        "print(*sys.path, 'an argument', sep='\\n'); sys.stdout.flush(); "
        "subprocess.run(module_command('shown', 'an argument'), check=True)"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert lines[: len(lines) // 2] == lines[len(lines) // 2 :]
    assert lines[-1] == "an argument"


def test_the_command_of_a_module_names_it():
    assert "'bench.running.worker'" in module_command("bench.running.worker")[-1]
