"""The examples of docs/contributing for methods and options work as they are written."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import commands
import pandas as pd
import pytest

import methods
from bench.cli.app import main
from methods import registry

ROOT = Path(__file__).parents[1]


def code_blocks(page: str, language: str) -> list[str]:
    text = (ROOT / "docs" / "contributing" / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


def replace_once(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path.name} has {text.count(old)} times: {old}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_method_costs_one_file_and_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    file, line = code_blocks("method.md", "python")
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "bisecting_kmeans.py").write_text(file, encoding="utf-8")
    monkeypatch.setattr(methods, "__path__", [*methods.__path__, str(tmp_path / "package")])
    monkeypatch.setenv("DEC_BENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    method = eval(line, {"Method": registry.Method})
    monkeypatch.setitem(registry.METHODS, method.name, method)
    param = f"{method.name}.split=largest_cluster"
    try:
        assert main(["run", "--methods", method.name, "--dataset", "digits", "--seeds", "1", "--param", param]) == 0
        assert main(["run", "--methods", method.name, "--dataset", "digits", "--param", f"{method.name}.n_init=0"]) == 2
    finally:
        sys.modules.pop("methods.bisecting_kmeans", None)
    assert "bisecting-kmeans.n_init=0 is not valid; expected an integer, 1 ≤ n_init" in capsys.readouterr().err
    (row,) = pd.read_csv(tmp_path / "results" / "digits" / "cells.csv").itertuples()
    assert (row.method, row.status) == ("bisecting-kmeans", "ok")
    assert row.accuracy > 0.5


@pytest.mark.slow
def test_an_option_of_dec_costs_one_declaration_and_its_use(tmp_path: Path):
    """In a copy of `methods`, which the benchmark then uses."""
    shutil.copytree(ROOT / "methods", tmp_path / "methods", ignore=shutil.ignore_patterns("__pycache__"))
    (declaration,) = code_blocks("dec-option.md", "python")
    class_docstring = '    """The options of `dec`."""\n\n'
    replace_once(tmp_path / "methods/dec/options.py", class_docstring, class_docstring + declaration)
    (use,) = code_blocks("dec-option.md", "diff")
    old, new = (change[1:] for change in use.splitlines())
    replace_once(tmp_path / "methods/dec/estimator.py", old, new)

    def bench(arguments: str) -> subprocess.CompletedProcess[str]:
        paths = os.pathsep.join([str(tmp_path), str(ROOT)])
        environment = {**os.environ, "DEC_BENCH_CACHE": str(tmp_path / "cache"), "PYTHONPATH": paths}
        return commands.bench(arguments, folder, environment, draws=False)

    folder = tmp_path / "elsewhere"  # a folder `methods` in the working directory would be refused
    folder.mkdir()
    options = {"pretrain_epochs": 1, "epochs": 1, "final_assignment": "kmeans", "final_n_init": 3}
    params = " ".join(f"--param dec.{name}={value}" for name, value in options.items())
    ran = bench(f"run --methods dec --dataset digits --seeds 1 {params}")
    assert ran.returncode == 0, ran.stderr
    (row,) = pd.read_csv(folder / "results/digits/cells.csv").itertuples()
    assert (row.status, row.final_n_init) == ("ok", 3)
    refused = bench("run --methods dec --dataset digits --param dec.final_n_init=0")
    assert refused.returncode == 2
    assert "dec.final_n_init=0 is not valid; expected an integer, 1 ≤ final_n_init" in refused.stderr
    assert "restarts of K-Means with final_assignment=kmeans" in " ".join(bench("describe dec").stdout.split())
