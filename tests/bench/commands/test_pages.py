"""The pages of an experiment, as the commands write them."""

import shutil
from pathlib import Path

from documents import ROOT

from bench.commands.pages import write_pages
from bench.report.page import PAGE
from bench.store.store import Store


def _published(folder: Path) -> Store:
    target = folder / "digits"
    target.mkdir()
    for name in ("manifest.json", "cells.csv", "table.md", "table.csv"):
        shutil.copy(ROOT / "results" / "digits" / name, target)
    return Store(folder, "digits")


def test_a_published_page_that_shows_samples_is_kept(tmp_path: Path):
    store = _published(tmp_path)
    store.path(PAGE).write_text('<script type="application/json">{"samples":{"names":[]}}</script>')
    write_pages(store)
    assert store.path(PAGE).read_text().startswith("<script")
    assert [line for line in store.warnings if PAGE in line and "stays as it is" in line]


def test_a_published_page_without_samples_is_written_again(tmp_path: Path):
    store = _published(tmp_path)
    store.path(PAGE).write_text("an older page")
    write_pages(store)
    assert "<h1>digits</h1>" in store.path(PAGE).read_text()
    assert (tmp_path / "index.html").exists()
