"""The answer of a results folder with records, and of published tables without records."""

import re
import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from bench.errors import UsageError
from bench.experiments.development import development_notes
from bench.report.answer import Answer
from bench.report.stored_answer import FOLDS, stored_answer
from bench.report.tables.write import write_tables
from bench.store.store import Store

ROOT = Path(__file__).parents[3]


def published(store: Store, folder: Path) -> Store:
    """A copy of the tables without the records, as in a clone of the repository."""
    copy = Store(folder, store.name)
    write_tables(store, ["Presets a and b were tuned."])
    copy.path().mkdir(parents=True)
    for name in ("manifest.json", "table.csv", "table.md", "cells.csv", "improvements.csv"):
        shutil.copy(store.path(name), copy.path(name))
    assert copy.is_published_copy()
    return copy


def test_published_tables_give_the_answer_of_their_records(full, tmp_path) -> None:
    above = ["Presets a and b were tuned."]
    expected = stored_answer(full, above)
    assert expected.title == "demo: mnist-5k, 5,000 samples"
    assert expected.above == ("Presets a and b were tuned.",)
    assert expected.caveats[0] == "Failed: dec, seed 1: FloatingPointError: loss is nan in epoch 3"
    assert any("som, seed 2" in caveat for caveat in expected.caveats)
    assert stored_answer(published(full, tmp_path / "clone"), above) == expected


def test_caveats_are_plain_text_in_the_answer_and_markdown_in_the_table(lab, scores, tmp_path) -> None:
    lab.ok(lab.cell("kmeans", 0), scores("kmeans", 0), warnings=["W: a_b | *c* <d> &lt; _e_ \\ http://f"])
    store = lab.done()
    clone = published(store, tmp_path / "clone")
    written = r"- Warning: kmeans, seed 0: W: a_b \| \*c\* &lt;d> &amp;lt; \_e\_ \\ http\://f"
    assert written in clone.path("table.md").read_text()
    for each in (store, clone):
        assert stored_answer(each).caveats == (r"Warning: kmeans, seed 0: W: a_b | *c* <d> &lt; _e_ \ http://f",)


def test_a_label_that_looks_like_a_missing_value_or_a_number_stays_a_label(lab, scores, tmp_path) -> None:
    for value in ("NA", "1\n2", "3"):
        lab.ok(lab.cell("dec", 0, {"name": value}), scores("dec", 0))
    store = lab.done()
    expected = stored_answer(store)
    assert [row[0] for row in expected.rows] == ["dec (name=NA)", "dec (name=1\n2)", "dec (name=3)"]
    assert stored_answer(published(store, tmp_path / "clone")) == expected


def test_notes_of_the_manifest_stand_above(lab, scores) -> None:
    lab.ok(lab.cell("kmeans", 0), scores("kmeans", 0))
    store = lab.done()
    store.write_manifest(replace(store.manifest(), notes=["Every phase is scaled."]))
    assert stored_answer(store, ["Tuned."]).above == ("Every phase is scaled.", "Tuned.")


def test_labelled_data_have_the_usual_columns_though_every_cell_failed(lab, tmp_path) -> None:
    lab.failed(lab.cell("dec", 0), "a reason")
    store = lab.done()
    for each in (store, published(store, tmp_path / "clone")):
        made = stored_answer(each)
        assert made.columns[1:4] == ("Accuracy ↑", "ARI ↑", "NMI ↑")
        assert made.rows == (("dec", *["n/a"] * 5, "0 of 1, 1 failed"),)


def test_folds_are_named(lab, scores) -> None:
    lab.ok(replace(lab.cell("kmeans", 0), folds=2), scores("kmeans", 0))
    made = stored_answer(lab.done())
    assert (made.facts, made.above, made.caveats) == ((FOLDS,), (), ())


def test_facts_about_the_data_are_not_caveats_also_in_published_tables(lab, scores, tmp_path) -> None:
    lab.ok(lab.cell("kmeans", 0), scores("kmeans", 0))
    store = lab.done()
    manifest = store.manifest()
    data = replace(manifest.data, how_read=["The texts have 1 to 9 words."], caveats=["2 of 9 rows were left out."])
    store.write_manifest(replace(manifest, data=data))
    for each in (store, published(store, tmp_path / "clone")):
        made = stored_answer(each)
        assert made.facts == ("Data: The texts have 1 to 9 words.",)
        assert made.caveats == ("2 of 9 rows were left out.",)


def test_an_unknown_name_lists_the_experiments(full) -> None:
    with pytest.raises(UsageError, match=r"no experiment 'dem'.*there: demo"):
        stored_answer(Store(full.results_dir, "dem"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"^label,", "name,"),
        (r",3,3,0,0,", ",3,three,0,0,"),
        (r",10,3,3,0,0,", ",ten,3,3,0,0,"),
        (r",3,3,0,0,", ",3,1e999,0,0,"),
        (r"\nkmeans,", "\nkmeans,more,"),
        (r"(?s)\n.*", "\n"),
        (r"kmeans", '"kmeans'),
    ],
)
def test_a_damaged_table_is_one_line(full, tmp_path, old: str, new: str) -> None:
    copy = published(full, tmp_path / "clone")
    path = copy.path("table.csv")
    changed, count = re.subn(old, new, path.read_text())
    assert count
    path.write_text(changed)
    with pytest.raises(UsageError, match=r"table\.csv is damaged"):
        stored_answer(copy)


def test_a_missing_table_is_named(full, tmp_path) -> None:
    copy = published(full, tmp_path / "clone")
    copy.path("table.csv").unlink()
    with pytest.raises(UsageError, match=r"table\.csv does not exist.*no records"):
        stored_answer(copy)


PUBLISHED = sorted((ROOT / "results").rglob("table.csv"))


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.parent.name)
def test_every_published_table_has_an_answer(path: Path) -> None:
    """Its figures are those of table.md, where both have the column."""
    folder = path.parent
    made: Answer = stored_answer(Store(folder.parent, folder.name))
    text = (folder / "table.md").read_text().replace("**", "")
    first = {line.split("|")[1].strip(): line for line in reversed(text.splitlines()) if line.startswith("| ")}
    for row in made.rows:
        for heading in ("Accuracy ↑", "ARI ↑", "NMI ↑"):
            assert f" {row[made.columns.index(heading)]} |" in first[row[0]]
    assert ("Caveats:" in text) == bool(made.caveats)


def test_there_are_published_tables() -> None:
    assert len(PUBLISHED) >= 8


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.parent.name)
def test_published_tables_say_first_which_presets_were_made_with_labels_in_sight(path: Path) -> None:
    """The sentence is where the writer puts it: after the title and the notes, before all figures."""
    manifest = Store(path.parent.parent, path.parent.name).manifest()
    notes = [*manifest.notes, *development_notes(manifest.cells)]
    head = "\n\n".join([f"# {path.parent.name}", *notes, "Data: "])
    assert (path.parent / "table.md").read_text().startswith(head)
