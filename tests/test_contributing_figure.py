"""The example of docs/contributing/figure.md adds a figure."""

import re
import sys
from pathlib import Path

import pytest

import bench.report.figures
from bench.cli.app import main
from bench.report.figures import declarations, write

PAGE = (Path(__file__).resolve().parents[1] / "docs/contributing/figure.md").read_text()
MODULE = "bench.report.figures.cluster_sizes"


@pytest.mark.slow
def test_the_file_and_the_line_of_the_page_add_a_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file, line = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert line.count("\n") == 1
    package = tmp_path / "package"  # becomes a second folder of bench.report.figures
    package.mkdir()
    (package / "cluster_sizes.py").write_text(file)
    monkeypatch.setattr(bench.report.figures, "__path__", [*bench.report.figures.__path__, str(package)])
    added = eval(line, vars(declarations).copy())
    monkeypatch.setattr(write, "FIGURES", (*declarations.FIGURES, added))
    here = ["--threads", "1", "--results-dir", str(tmp_path)]
    try:
        assert main(["run", "--dataset", "digits", "--methods", "kmeans", "--seeds", "2", *here]) == 0
        assert main(["figures", "digits", *here]) == 0
    finally:
        sys.modules.pop(MODULE, None)
    drawn = {path.name for path in (tmp_path / "digits/figures").iterdir()}
    assert {"sizes-kmeans.png", "sizes-kmeans.svg", "confusion-kmeans.png"} <= drawn
    assert "kmeans, seed 0" in (tmp_path / "digits/figures/sizes-kmeans.svg").read_text()
