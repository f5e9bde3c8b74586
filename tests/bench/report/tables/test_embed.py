"""Tables inside another document."""

from pathlib import Path

import pytest

from bench.errors import UsageError
from bench.report.results import read
from bench.report.tables.embed import embed
from bench.report.tables.write import render
from bench.store.store import Store


def test_what_stands_between_the_markers_is_replaced_and_nothing_else(full: Store, tmp_path: Path):
    document = tmp_path / "document.md"
    document.write_text("before\n<!-- begin demo -->\nOUTDATED\n<!-- end demo -->\nafter\n")
    embed(full, document)
    once = document.read_text()
    assert once.startswith("before\n")
    assert once.endswith("after\n")
    assert "OUTDATED" not in once
    assert "### Against the true labels" in once
    embed(full, document)
    assert document.read_text() == once


def test_every_row_is_one_of_the_experiments_table(full: Store, tmp_path: Path):
    document = tmp_path / "document.md"
    document.write_text("<!-- begin demo -->\n<!-- end demo -->\n")
    embed(full, document)
    rows = [line for line in document.read_text().splitlines() if line.startswith("|")]
    assert len(rows) == 3 * (2 + 4)
    assert set(rows) <= set(render(read(full)).splitlines())


@pytest.mark.parametrize("text", ["no markers", "<!-- end demo -->\n<!-- begin demo -->", "<!-- begin demo -->"])
def test_a_document_without_markers_is_refused_and_left_alone(full: Store, tmp_path: Path, text: str):
    document = tmp_path / "document.md"
    document.write_text(text)
    with pytest.raises(UsageError, match="expected one line '<!-- begin demo -->'"):
        embed(full, document)
    assert document.read_text() == text


def test_a_document_that_is_not_there_is_refused(full: Store, tmp_path: Path):
    with pytest.raises(UsageError, match="cannot be read"):
        embed(full, tmp_path / "none.md")


def test_tables_of_an_experiment_whose_records_are_elsewhere_are_left_alone(full: Store):
    for folder in ("cells", "attempts"):
        for path in full.path(folder).rglob("*.*"):
            path.unlink()
    with pytest.raises(UsageError, match="has no records here, so its tables stay as they are"):
        read(full)
