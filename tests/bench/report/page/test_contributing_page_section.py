"""The example of docs/contributing/page-section.md adds a section of the page."""

import re
import sys
from pathlib import Path

import pytest
from documents import ROOT

import bench.report.page
from bench.report.page import sections, write
from bench.report.published_outcomes import read_for_tables
from bench.store.store import Store

PAGE = (ROOT / "docs/contributing/page-section.md").read_text()
MODULE = "bench.report.page.failures"


def test_the_file_and_the_line_of_the_page_add_a_section(full: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file, line = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert line.count("\n") == 1
    folder = tmp_path / "package"  # becomes a second folder of bench.report.page
    folder.mkdir()
    (folder / "failures.py").write_text(file)
    monkeypatch.setattr(bench.report.page, "__path__", [*bench.report.page.__path__, str(folder)])
    added = eval(line, vars(sections).copy())
    monkeypatch.setattr(write, "SECTIONS", (*sections.SECTIONS, added))
    published = Store(ROOT / "results", "digits-flagship", read_only=True)
    try:
        text = write.page(full, read_for_tables(full))
        without = write.page(published, read_for_tables(published))
    finally:
        sys.modules.pop(MODULE, None)
    assert '<a href="#failures">Failures</a>' in text
    assert '<td class="number bad" data-order="1">1</td>' in text
    assert "#failures" not in without
