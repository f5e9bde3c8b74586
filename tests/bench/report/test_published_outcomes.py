"""Published results without records: their tables are written again from manifest.json and cells.csv."""

import csv
import io
import re
from pathlib import Path

import pytest
from published import VALUES, Filled, everything, published, rows_of, write_rows

from bench.errors import UsageError
from bench.report.csv_files import csv_text
from bench.report.groups import group
from bench.report.outcomes import read
from bench.report.published_outcomes import WRITTEN, read_for_tables, read_published
from bench.report.record_columns import RECORD_COLUMNS
from bench.report.stored_answer import stored_answer
from bench.report.tables.frames import cells_frame
from bench.report.tables.write import render, write_tables
from bench.store.records import Attempt, Cell
from bench.store.store import Store

ROOT = Path(__file__).parents[3]
PUBLISHED = sorted((ROOT / "results").rglob("cells.csv"))


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Results with records; no test changes them."""
    store = everything(tmp_path_factory.mktemp("records"))
    write_tables(store)
    return store


@pytest.fixture
def copy(full: Store, tmp_path: Path) -> Store:
    return published(full, tmp_path / "clone")


def older(store: Store, *columns: str) -> None:
    """Make cells.csv that of a version without `columns`."""
    write_rows(store, [{name: text for name, text in row.items() if name not in columns} for row in rows_of(store)])


def caveats_of(store: Store) -> str:
    write_tables(store)
    return store.path("table.md").read_text().partition("\n## ")[0]


def test_the_tables_are_those_of_the_records_with_one_sentence_more(full: Store, copy: Store) -> None:
    before = full.path("cells.csv").read_bytes()
    write_tables(copy)
    assert copy.path("cells.csv").read_bytes() == before
    for name in ("table.csv", "improvements.csv"):
        assert copy.path(name).read_text() == full.path(name).read_text()
    sentence = f"{WRITTEN}the tracebacks and the training curves are not known."
    remedy = "- Tracebacks of failed cells: python -m bench show demo"
    lines = copy.path("table.md").read_text().splitlines()
    assert lines.count(sentence) == 1
    expected = [line for line in full.path("table.md").read_text().splitlines() if not line.startswith(remedy)]
    assert len([line for line in lines if line and line != sentence]) == len([line for line in expected if line])
    assert [line for line in lines if line and line != sentence] == [line for line in expected if line]


def test_the_tables_of_the_records_say_what_the_fixture_is_for(full: Store) -> None:
    """So the test above compares them."""
    text = full.path("table.md").read_text()
    for part in (
        *('- Warning: som, seeds 0, 1, 2: not "yet"', "- Failed when run again: kmeans, seed 0", "(in 2 attempts)"),
        *("- Failed: kmeans, seed 4: ValueError: second: long", "- Missing (not finished, or the record is lost)"),
        *("- Seeds: ward", "takes no random_state", "The cells ran with different code versions", "+changes"),
        *("The seconds are from different machines", "- Noise: kmeans", "ae-kmeans"),
        *("## How sure the fits are", "0.950 ± 0.000 (n=2)", "0.920 ± 0.020"),
        "loss with reconstruction: this is IDEC (Guo et al. 2017), in dec (",
    ):
        assert part in text, part
    assert "ae-kmeans" in full.path("improvements.csv").read_text()


def test_a_frame_of_the_outcomes_is_the_file(full: Store, copy: Store) -> None:
    outcomes = read_published(copy)
    assert csv_text(cells_frame(outcomes.all, "digits")) == full.path("cells.csv").read_text()
    expected = read(full)
    for made, known in zip(outcomes.all, expected.all, strict=True):
        assert (made.status, made.error, made.n_attempts) == (known.status, known.error, known.n_attempts)
        assert made.scores == known.scores
        if known.cell.implementation == "dec":
            assert made.keeps_reconstruction is known.keeps_reconstruction is not None
        if known.record is None:
            assert made.record is None
            continue
        other = {"started_at", "attempt", "environment", "arrays_bytes", "history"}
        for name in {*known.record.__struct_fields__} - other:
            assert getattr(made.record, name) == getattr(known.record, name), name
        assert made.attempt.peak_bytes == known.attempt.peak_bytes


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.parent.name)
def test_every_published_file_gives_its_own_rows_again(path: Path) -> None:
    store = Store(path.parent.parent, path.parent.name)
    outcomes = read_published(store)
    text = csv_text(cells_frame(outcomes.all, outcomes.manifest.data.name))
    made = csv.DictReader(io.StringIO(text, newline=""))
    old = rows_of(store)
    assert [{name: row[name] for name in old[0]} for row in made] == old
    assert store.warnings == []


def test_there_are_published_files() -> None:
    assert len(PUBLISHED) >= 14


def test_without_the_last_columns_nothing_is_claimed_that_is_not_known(copy: Store) -> None:
    older(copy, *RECORD_COLUMNS, "attempts", "host", "peak_bytes", "peak_gpu_bytes", "noise_share")
    head = caveats_of(copy)
    for words in ("Warning:", "Failed when run again", "Seeds: ward", "random_state", "plug-in ", "this is IDEC"):
        assert words not in head, words
    assert "of the last run" in head
    assert "Failed: kmeans, seed 2: ValueError: second (in 2 attempts)" in head
    (sentence,) = (line for line in head.splitlines() if line.startswith(WRITTEN))
    for words in (
        *("the warnings of the fits", "whether the seeds reach a method", "the same pretrained autoencoder"),
        *("the processor", "the commit", "whether a finished cell failed when it was run again"),
        "whether the loss of DEC keeps the reconstruction (IDEC)",
    ):
        assert words in sentence, words
    assert "The processor, the GPU and the commit are those of the last run." in sentence
    groups = group(read_published(copy).all)
    assert not any(each.has_equal_fits for each in groups)
    keys = {record.pretrained for each in groups for record in each.records.values() if record.cell.preset}
    assert len(keys) == 15, "no two fits count as fits from the same autoencoder"
    assert stored_answer(copy).facts[-1] == sentence


def test_what_concerns_no_cell_is_not_listed(tmp_path: Path) -> None:
    filled = Filled(tmp_path / "records")
    filled.fit(filled.cell("kmeans", 0), VALUES)
    write_tables(filled.done())
    copy = published(filled.store, tmp_path / "clone")
    older(copy, *RECORD_COLUMNS)
    sentence = read_published(copy).written_from
    assert "autoencoder" not in sentence
    assert "gets the number of clusters" not in sentence


def test_rows_in_another_order_are_found_by_their_fields(full: Store, copy: Store) -> None:
    write_rows(copy, reversed(rows_of(copy)))
    write_tables(copy)
    assert copy.path("table.csv").read_text() == full.path("table.csv").read_text()


def test_cells_that_differ_in_no_column_have_their_rows_in_order(full: Store, copy: Store) -> None:
    """dec, and dec with lr=none: in a file without keys, both have an empty field."""
    older(copy, "key")
    assert [o.record and o.record.fit_seconds for o in read_published(copy).all] == [
        o.record and o.record.fit_seconds for o in read(full).all
    ]


def test_an_old_option_with_the_name_of_a_later_column_stays_an_option(full: Store, copy: Store) -> None:
    rows = rows_of(copy)
    assert {"param_key", "param_n_iter"} <= set(rows[0])
    old = [{k: v for k, v in row.items() if k not in RECORD_COLUMNS} for row in rows]
    write_rows(copy, [{("key" if k == "param_key" else k): v for k, v in row.items()} for row in old])
    outcomes = read_published(copy)
    assert "key" in outcomes.not_known
    assert [o.cell for o in outcomes.all] == [o.cell for o in read(full).all]


def test_a_column_of_an_unknown_metric_is_named(copy: Store) -> None:
    write_rows(copy, [row | {"purity": "0.5"} for row in rows_of(copy)])
    assert read_published(copy).written_from.endswith("are left out: purity.")


def test_records_are_read_where_they_are(full: Store) -> None:
    outcomes = read_for_tables(full)
    assert outcomes.written_from == ""
    assert WRITTEN not in render(outcomes)


def changed(position: int, **fields: str):
    """A function that changes fields of a row, which is counted from 1."""
    return lambda rows: [row | fields if number == position else row for number, row in enumerate(rows, 1)]


def without(column: str):
    return lambda rows: [{name: text for name, text in row.items() if name != column} for row in rows]


DAMAGE = {
    "word": (changed(2, ari="high"), "row 2, column ari: expected a number, found 'high'"),
    "infinite": (changed(2, ari="inf"), "row 2, column ari: expected a number, found 'inf'"),
    "not a number": (changed(1, accuracy="nan"), "row 1, column accuracy: expected a number, found 'nan'"),
    "negative": (changed(3, fit_seconds="-1.0"), "row 3, column fit_seconds: expected a number of seconds"),
    "phase": (changed(1, seconds_pretrain="x"), "row 1, column seconds_pretrain: expected a number of seconds"),
    "half": (changed(4, n_iter="3.5"), "row 4, column n_iter: expected a whole number of 0 or more, found '3.5'"),
    "empty": (changed(4, code_version=""), "row 4, column code_version: expected a value, because the cell has f"),
    "truth": (changed(1, takes_seed="maybe"), "row 1, column takes_seed: expected True or False, found 'maybe'"),
    "grid": (changed(6, grid_shape="10"), "row 6, column grid_shape: expected ROWSxCOLUMNS, found '10'"),
    "json": (changed(6, warnings="[1]"), "row 6, column warnings: expected JSON as the report writes it"),
    "plugins": (changed(6, plugin_scores="{"), "row 6, column plugin_scores: expected JSON"),
    "ending": (changed(1, last_ending="fine"), "row 1, column last_ending: expected one of ok, failed"),
    "status": (changed(1, status="done"), "row 1, column status: expected ok, failed or missing, found 'done'"),
    "attempts": (changed(1, attempts="0"), "row 1, column attempts: expected 1 or more, found '0'"),
    "unfinished": (changed(1, status="missing"), "row 1, column fit_seconds: expected nothing, because the cell has n"),
    "no error": (changed(24, error=""), "row 24, column error: expected the error, because the cell has failed"),
    "other data": (changed(2, dataset="mnist"), "row 2, column dataset: expected 'digits', as in manifest.json"),
    "other cell": (changed(2, seed="7"), "row 2, columns method, preset, seed"),
    "other option": (changed(2, lr="0.004"), "no cell of manifest.json has method 'dec'"),
    "no column": (without("ari"), "there is no column 'ari'"),
    "no option": (without("lr"), "there is no column 'lr', an option in manifest.json"),
    "repeated": (lambda rows: [*rows, rows[4]], "row 27, columns .*: they repeat row 5"),
    "no row": (lambda rows: rows[:-1], "there is no row for the cell kmeans-s3-"),
}


@pytest.mark.parametrize(("change", "message"), DAMAGE.values(), ids=DAMAGE)
def test_damage_is_one_line_with_the_row_and_the_column(copy: Store, change, message: str) -> None:
    write_rows(copy, change(rows_of(copy)))
    before = {path: path.read_bytes() for path in copy.path().rglob("*") if path.is_file()}
    with pytest.raises(UsageError) as raised:
        write_tables(copy)
    line = str(raised.value)
    assert re.search(message if "*" in message else re.escape(message), line), line
    assert line.startswith(f"{copy.path('cells.csv')} is damaged (")
    assert line.endswith("; get the published file again.")
    assert "\n" not in line
    assert {path: path.read_bytes() for path in copy.path().rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is not a table in CSV"),
        ('method,"dataset\n', "is not a table in CSV"),
        ("method,method\n", "several columns are called 'method'"),
        ("method\nkmeans\n", "there is no column 'dataset'"),
    ],
)
def test_a_file_that_is_no_table_is_one_line(copy: Store, text: str, problem: str) -> None:
    copy.path("cells.csv").write_text(text)
    with pytest.raises(UsageError, match=problem):
        write_tables(copy)


def test_a_short_row_is_named(copy: Store) -> None:
    path = copy.path("cells.csv")
    path.write_text(f"{path.read_text()}kmeans,digits\n")
    with pytest.raises(UsageError, match=r"row 27 has 2 fields; expected \d+, one for each column"):
        write_tables(copy)


def test_attempts_that_are_only_counted_are_no_attempts_that_failed(copy: Store) -> None:
    outcome = next(o for o in read_published(copy).all if o.cell.method == "kmeans" and o.cell.seed == 0)
    assert outcome.n_attempts == 3
    assert [attempt.ending for attempt in outcome.attempts] == ["ok", "failed"]
    assert isinstance(outcome.attempt, Attempt)
    assert isinstance(outcome.cell, Cell)
    older(copy, "last_ending")
    outcome = next(o for o in read_published(copy).all if o.cell.method == "kmeans" and o.cell.seed == 0)
    assert (outcome.n_attempts, [attempt.ending for attempt in outcome.attempts]) == (3, ["ok"])
