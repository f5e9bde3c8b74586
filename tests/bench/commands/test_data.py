"""The notes of a data set reach the terminal of every command that loads it."""

import io
from pathlib import Path

import pytest
from pictures import class_folders, save_grey
from rich.console import Console

from bench.commands.data import data_loader
from bench.store.reading import READ_PLAIN


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
