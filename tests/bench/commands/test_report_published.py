"""`report` on published results: tables and figures are written again from cells.csv, and the rest stays."""

from pathlib import Path

import pytest
from published import Filled, everything, published, rows_of, write_rows

from bench.cli.app import main
from bench.commands.report_files import write_report
from bench.report.figures.own_files import OwnFiles
from bench.store.store import Store

pytestmark = pytest.mark.draws


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Results with records; no test changes them."""
    store = everything(tmp_path_factory.mktemp("records"))
    write_report(store)
    return store


@pytest.fixture
def copy(full: Store, tmp_path: Path) -> Store:
    return published(full, tmp_path / "results")


@pytest.fixture
def no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures take seconds."""
    monkeypatch.setattr("bench.commands.report_files.write_figures", lambda store, pdf: [])


def report(store: Store, *options: str) -> int:
    return main(["report", store.name, "--results-dir", str(store.results_dir), *options])


def test_tables_and_figures_of_numbers_are_written_and_the_rest_stays(
    full: Store, copy: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = {
        "training.svg": b"of histories",
        "tsne-dec.png": b"of arrays",
        "k.svg": b"of arrays",
        "k.csv": b"row,k,metric,mean,sd,n,n_counts\n",
    }
    OwnFiles(copy).write(kept)
    cells = copy.path("cells.csv").read_bytes()
    copy.path("table.csv").unlink()
    assert report(copy) == 0
    output, errors = capsys.readouterr()
    assert errors == ""
    assert "warning" not in output
    assert (
        "Written from cells.csv, without the records: the tracebacks and the training curves are not known." in output
    )
    assert copy.path("table.csv").read_bytes() == full.path("table.csv").read_bytes()
    assert copy.path("cells.csv").read_bytes() == cells
    assert {name: OwnFiles(copy).path(name).read_bytes() for name in kept} == kept
    for name in ("labels.svg", "silhouettes.svg"):
        assert copy.path("figures", name).read_text() == full.path("figures", name).read_text()
    assert not copy.path("assignments").exists()
    assert copy.is_published_copy()


def test_latex_and_pdf_are_written_if_they_are_asked_for(copy: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert report(copy, "--format", "latex", "--pdf") == 0
    assert f"{copy.path('table.tex')}: the tables as LaTeX." in capsys.readouterr().out
    assert r"\toprule" in copy.path("table.tex").read_text()
    assert copy.path("figures", "labels.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.usefixtures("no_figures")
def test_the_sentence_is_shown_again_and_written_into_a_document(
    copy: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = tmp_path / "document.md"
    document.write_text("<!-- begin demo -->\n<!-- end demo -->\n")
    assert report(copy, "--into", str(document)) == 0
    written = capsys.readouterr().out
    sentence = "Written from cells.csv, without the records: "
    assert sentence in document.read_text()
    assert main(["show", copy.name, "--results-dir", str(copy.results_dir)]) == 0
    assert [line for line in capsys.readouterr().out.splitlines() if sentence in line] == [
        line for line in written.splitlines() if sentence in line
    ]


@pytest.mark.usefixtures("no_figures")
def test_caveats_that_an_old_file_cannot_give_are_named(copy: Store, capsys: pytest.CaptureFixture[str]) -> None:
    write_rows(copy, [{k: v for k, v in row.items() if k != "takes_seed"} for row in rows_of(copy)])
    assert report(copy) == 0
    (line,) = (line for line in capsys.readouterr().out.splitlines() if "of the version before (1) are missing" in line)
    assert "Seeds: ward" in line
    assert report(copy) == 0
    assert "of the version before" not in capsys.readouterr().out


def test_damage_is_one_line_and_nothing_is_written(copy: Store, capsys: pytest.CaptureFixture[str]) -> None:
    rows = rows_of(copy)
    write_rows(copy, [rows[0] | {"nmi": "x"}, *rows[1:]])
    before = {path: path.read_bytes() for path in copy.path().rglob("*") if path.is_file()}
    assert report(copy) == 2
    output, errors = capsys.readouterr()
    assert errors.count("\n") == 1
    assert "cells.csv is damaged (row 1, column nmi: expected a number, found 'x')" in errors
    assert output == ""
    assert {path: path.read_bytes() for path in copy.path().rglob("*") if path.is_file()} == before


def test_without_a_cells_csv_there_is_nothing_to_write_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    filled = Filled(tmp_path)
    filled.cell("kmeans", 0)
    assert report(filled.done()) == 2
    assert "has no records here; to make them, run" in capsys.readouterr().err
