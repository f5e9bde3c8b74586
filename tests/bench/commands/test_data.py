"""The remarks about a data set reach the terminal of every command that loads it."""

import io
from pathlib import Path

import pytest
from pictures import class_folders, save_grey
from rich.console import Console

import bench
from bench.commands.data import data_loader
from bench.datasets.load import load
from bench.store.reading import READ_PLAIN, Reading


def test_a_damaged_entry_and_unread_files_are_printed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DEC_BENCH_CACHE", str(tmp_path / "cache"))
    folder = class_folders(tmp_path / "pictures")
    save_grey(folder / "a\nb" / "\x1b[31m.heic")
    data_loader(str(folder), "train", READ_PLAIN, Console(file=io.StringIO()))()
    (entry,) = (tmp_path / "cache").iterdir()
    (entry / "labels.npy").unlink()
    console = Console(file=io.StringIO(), width=40)
    load = data_loader(str(folder), "train", READ_PLAIN, console)
    assert load() is load()
    damaged, unread = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert damaged == f"warning: cache entry '{entry}' was damaged (labels.npy is missing); it has been made again"
    assert unread.startswith(r"warning: data set 'pictures': 1 file is not read, first 'a\nb/\x1b[31m.heic': ")


def test_facts_are_notes_and_what_is_left_out_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DEC_BENCH_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "flowers.csv"
    rows = "".join(f"{number * number},{number % 7},{number % 2}\n" for number in range(20))
    path.write_text(f"a;b;species\n{rows},,1\n".replace(",", ";"))
    reading = Reading(on_bad="skip", limit=10)
    for _ in range(2):  # read, and from the cache
        console = Console(file=io.StringIO())
        data_loader(str(path), "train+test", reading, console)()
        lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
        assert [line.split(" ")[0] for line in lines] == ["note:", "note:", "note:", "warning:", "note:"]
        separator, labels, standardised, left_out, drawn = lines
        assert "values are separated by semicolons" in separator
        assert "labels: column 'species', found by its name" in labels
        assert "2 columns are standardised" in standardised
        assert "these rows are left out: 20" in left_out
        assert "10 of 20 rows, drawn at random" in drawn


def test_what_was_left_out_is_in_the_summary_and_an_event_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DEC_BENCH_CACHE", str(tmp_path / "cache"))
    folder = class_folders(tmp_path / "pictures")
    (folder / "train.csv").write_text("id,label\n")
    load(str(folder))
    (entry,) = (tmp_path / "cache").iterdir()
    (entry / "labels.npy").unlink()
    data = load(str(folder))
    assert [note.kind for note in data.notes] == ["event", "caveat"]
    assert data.summary().caveats == [data.notes[1].text]
    assert "1 file is not read, first 'train.csv'" in data.notes[1].text


@pytest.mark.slow
def test_a_file_that_is_not_read_is_a_caveat_of_the_table_and_of_the_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DEC_BENCH_CACHE", str(tmp_path / "cache"))
    folder = class_folders(tmp_path / "pictures")
    (folder / "train.csv").write_text("id,label\n")
    results = bench.run("kmeans", dataset=str(folder), seeds=1, n_clusters=2, results_dir=tmp_path / "results")
    (line,) = [caveat for caveat in results.caveats if "train.csv" in caveat]
    assert "1 file is not read" in line
    assert line in (results.path / "table.md").read_text()
