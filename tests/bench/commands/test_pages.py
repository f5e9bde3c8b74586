"""The pages of an experiment, as the commands write them."""

import shutil
from pathlib import Path

from documents import ROOT

from bench.commands.pages import write_pages
from bench.report.page import PAGE, SHOWS_SAMPLES
from bench.store.store import Store


def _published(folder: Path) -> Store:
    target = folder / "digits"
    target.mkdir()
    for name in ("manifest.json", "cells.csv", "table.md", "table.csv"):
        shutil.copy(ROOT / "results" / "digits" / name, target)
    return Store(folder, "digits")


def test_a_published_page_that_shows_samples_is_kept(tmp_path: Path):
    store = _published(tmp_path)
    kept = f"<!doctype html><head>{SHOWS_SAMPLES}</head>"
    store.path(PAGE).write_text(kept)
    write_pages(store)
    assert store.path(PAGE).read_text() == kept
    assert [line for line in store.warnings if PAGE in line and "stays as it is" in line]


def test_a_published_page_without_samples_is_written_again(tmp_path: Path):
    store = _published(tmp_path)
    store.path(PAGE).write_text('a page whose text only mentions "samples":{')
    write_pages(store)
    assert "<h1>digits</h1>" in store.path(PAGE).read_text()
    assert (tmp_path / "index.html").exists()
