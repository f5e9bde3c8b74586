"""The example of docs/contributing/metric.md: one function and one declaration add a metric to every table."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import bench.metrics
import bench.report.tables.write  # the modules that read METRICS must be loaded before METRICS is replaced
import bench.running.runner
from bench.cli.app import main
from bench.metrics import declarations
from bench.metrics.declarations import METRICS
from bench.metrics.fit import Fit
from bench.metrics.scoring import score

PAGE = Path(__file__).resolve().parents[1] / "docs" / "contributing" / "metric.md"
FUNCTION, DECLARATION = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)


@pytest.fixture
def purity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Add the metric of the page, its function in a temporary folder of the package `bench.metrics`."""
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "purity.py").write_text(FUNCTION)
    monkeypatch.setattr(bench.metrics, "__path__", [*bench.metrics.__path__, str(folder)])
    extended = (*METRICS, eval(DECLARATION, dict(vars(declarations))))
    readers = [module for name, module in sys.modules.items() if name.startswith("bench.")]
    for module in readers:
        if getattr(module, "METRICS", None) is METRICS:
            monkeypatch.setattr(module, "METRICS", extended)
    yield
    sys.modules.pop("bench.metrics.purity", None)


@pytest.mark.usefixtures("purity")
def test_the_metric_is_scored():
    features = np.zeros((5, 2), np.float32)
    labels = np.array([0, 0, 0, 1, -1])
    scored = score([Fit(labels, features, np.array([7, 7, 8, 8, 9])), Fit(labels, features)])
    assert [values["purity"] for values in scored] == [0.8, None]


@pytest.mark.usefixtures("purity")
def test_the_metric_is_in_the_tables_of_a_run(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    run = ["run", "--methods", "kmeans", "--dataset", "digits", "--seeds", "1", "--name", "purity"]
    assert main([*run, "--results-dir", str(tmp_path)]) == 0
    capfd.readouterr()
    cells = pd.read_csv(tmp_path / "purity" / "cells.csv")
    assert cells["accuracy"].item() <= cells["purity"].item() < 1  # K-Means is good on digits, but not perfect
    block = (tmp_path / "purity" / "table.md").read_text().partition("## Compared with the true labels")[2]
    header, _, row = [line.split("|") for line in block.splitlines() if line.startswith("|")][:3]
    assert [cell.strip() for cell in header[2:6]] == ["Accuracy ↑", "ARI ↑", "NMI ↑", "Purity ↑"]
    assert row[5].strip() == f"{cells['purity'].item():.3f}"
    assert main(["list", "metrics"]) == 0
    assert "purity" in capfd.readouterr().out
