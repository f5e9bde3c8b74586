"""Embedding tables into another document."""

from pathlib import Path

import pytest

from bench.errors import UsageError
from bench.report.outcomes import read
from bench.report.tables.embed import embed
from bench.report.tables.write import render
from bench.store.store import Store


def test_only_the_text_between_the_markers_is_replaced(full: Store, tmp_path: Path):
    document = tmp_path / "document.md"
    document.write_text("before\n<!-- begin demo -->\nOUTDATED\n<!-- end demo -->\nafter\n")
    embed(full, document)
    once = document.read_text()
    assert once.startswith("before\n")
    assert once.endswith("after\n")
    assert "OUTDATED" not in once
    assert "### Compared with the true labels" in once
    embed(full, document)
    assert document.read_text() == once


def test_every_row_is_a_row_of_table_md(full: Store, tmp_path: Path):
    document = tmp_path / "document.md"
    document.write_text("<!-- begin demo -->\n<!-- end demo -->\n")
    embed(full, document)
    rows = [line for line in document.read_text().splitlines() if line.startswith("|")]
    assert len(rows) == 3 * (2 + 4)
    assert set(rows) <= set(render(read(full)).splitlines())


@pytest.mark.parametrize("text", ["no markers", "<!-- end demo -->\n<!-- begin demo -->", "<!-- begin demo -->"])
def test_a_document_without_markers_is_refused_and_not_changed(full: Store, tmp_path: Path, text: str):
    document = tmp_path / "document.md"
    document.write_text(text)
    with pytest.raises(UsageError, match="expected one line '<!-- begin demo -->'"):
        embed(full, document)
    assert document.read_text() == text


def test_a_missing_document_is_refused(full: Store, tmp_path: Path):
    with pytest.raises(UsageError, match="cannot be read"):
        embed(full, tmp_path / "none.md")


def test_tables_without_records_are_not_overwritten(full: Store):
    for folder in ("cells", "attempts"):
        for path in full.path(folder).rglob("*.*"):
            path.unlink()
    with pytest.raises(UsageError, match="has no records here; to make them, run"):
        read(full)
