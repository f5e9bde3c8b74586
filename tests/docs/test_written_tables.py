"""The tables of README.md and of the pages in docs/results are those that write_tables.py writes from the CSV files."""

import doctest
import shutil
from pathlib import Path

import pandas as pd
import pytest
import write_tables
from documents import RESULTS, marked, table_rows
from write_tables import BLOCKS, CONSENSUS, is_written

NAMES = [(page, name) for page, blocks in BLOCKS.items() for name in blocks]


@pytest.mark.parametrize(("page", "name"), NAMES)
def test_a_table_is_as_it_is_written(page: str, name: str) -> None:
    table = BLOCKS[page][name]()
    assert is_written(page, name, table)
    header, *rows = [line.count("|") for line in table.splitlines()]
    assert len(rows) > 1
    assert set(rows) == {header}


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The pages in a folder of their own."""
    for page in BLOCKS:
        (tmp_path / page).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(write_tables.ROOT / page, tmp_path / page)
    monkeypatch.setattr(write_tables, "ROOT", tmp_path)
    return tmp_path


def test_a_changed_figure_is_found_and_written_again(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    readme = copied / "README.md"
    before = readme.read_text()
    shown = table_rows(marked("README.md", "headline"))[0][2]
    readme.write_text(before.replace(shown, "0.999 ± 0.001", 1))
    assert write_tables.main(["--check"]) == 1
    assert capsys.readouterr().err == "README.md: table 'headline' is not that of its CSV file.\n"
    assert write_tables.main([]) == 0
    assert readme.read_text() == before
    assert write_tables.main(["--check"]) == 0


def test_a_missing_file_is_one_line_and_the_other_tables_are_written(
    copied: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = copied / "docs/results/consensus.md"
    before = page.read_text()
    page.write_text(before.replace("0.", "9."))
    monkeypatch.setattr(write_tables, "means", lambda folder: pd.read_csv(copied / folder / "table.csv"))
    assert write_tables.main([]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert f"README.md: table 'headline': there is no file {copied}/mnist-flagship/table.csv." in lines
    rows = table_rows(page.read_text())
    assert rows[: len(CONSENSUS)] == table_rows(before)[: len(CONSENSUS)]


def test_a_page_without_a_marker_is_one_line(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    readme = copied / "README.md"
    readme.write_text(readme.read_text().replace("<!-- end headline -->", ""))
    assert write_tables.main([]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("README.md: table 'headline' cannot be written: expected one line '<!-- begin headline -->'")


def test_wrong_use_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert write_tables.main(["--fix"]) == 2
    assert capsys.readouterr().err == "usage: python docs/results/write_tables.py [--check]\n"


def test_the_headline_has_the_means_of_five_seeds() -> None:
    cells = pd.read_csv(RESULTS / "mnist-flagship" / "cells.csv")
    flagship = cells[(cells.method == "dec") & (cells.preset == "flagship") & cells.epochs.isna()]
    assert sorted(flagship.seed) == [0, 1, 2, 3, 4]
    row = table_rows(marked("README.md", "headline"))[0]
    assert row[2] == f"{flagship.accuracy.mean():.3f} ± {flagship.accuracy.std():.3f}"


@pytest.mark.parametrize("folder", CONSENSUS)
def test_every_folder_of_consensus_has_five_seeds_of_every_row(folder: str) -> None:
    ari = write_tables.cells(folder, "ari")
    assert ari.notna().all().all()
    assert len(ari) == 5


def test_the_examples_of_the_script_are_right() -> None:
    assert doctest.testmod(write_tables).failed == 0
