"""The site builds without a warning, and a fault on a page stops the build."""

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from documents import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        find_spec("sphinx") is None or find_spec("myst_nb") is None,
        reason="Sphinx is not installed: `make docs` installs it and builds the site",
    ),
]


def build(sources: Path, site: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sphinx", "--builder", "html", "--fail-on-warning", "--quiet", sources, site]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_the_site_has_every_page_and_its_tables_and_pictures(tmp_path: Path):
    done = build(ROOT / "docs", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "0.991 ± 0.001" in (tmp_path / "results/mnist.html").read_text(encoding="utf-8")
    assert "fit_predict" in (tmp_path / "reference/api.html").read_text(encoding="utf-8")
    assert list((tmp_path / "_images").glob("labels*.png"))
    assert list((tmp_path / "_downloads").rglob("claims.md"))


def test_a_link_that_leads_nowhere_stops_the_build(tmp_path: Path):
    sources = tmp_path / "project" / "docs"
    sources.mkdir(parents=True)
    shutil.copy(ROOT / "pyproject.toml", sources.parent)
    shutil.copy(ROOT / "docs" / "conf.py", sources)
    shutil.copytree(ROOT / "docs" / "_static", sources / "_static")
    (sources / "index.md").write_text("# Title\n\n[nowhere](other.md#nothing)\n", encoding="utf-8")
    done = build(sources, tmp_path / "site")
    assert done.returncode == 1
    assert "other.md" in done.stderr
