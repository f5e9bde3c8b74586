"""A page that cannot be written or opened is one line; the tables stay."""

import shutil
import webbrowser
from pathlib import Path

import pytest
from documents import ROOT
from rich.console import Console

from bench.cli.app import main
from bench.commands.pages import open_page, write_pages
from bench.store.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    shutil.copytree(ROOT / "results/digits-flagship", tmp_path / "digits")
    return Store(tmp_path, "digits")


def lines(store: Store) -> list[str]:
    console = Console(width=1000, record=True, quiet=False, file=None)
    with console.capture() as captured:
        open_page(store, console)
    return captured.get().splitlines()


def test_an_error_of_the_page_is_a_warning(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bench.report.page.write.page", lambda *_: 1 / 0)
    write_pages(store)
    reason = "(ZeroDivisionError: division by zero)"
    assert store.warnings[-1].endswith(f"report.html cannot be written {reason}; the tables are not affected.")
    assert (store.results_dir / "index.html").exists()


def test_open_without_a_page_a_display_or_a_browser(store: Store, monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    assert "there is no " in lines(store)[0]
    store.path("report.html").write_text("<p>")
    assert "there is no display here" in lines(store)[0]
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "open", lambda address: bool(asked.append(address)))
    assert "no browser is found" in lines(store)[0]
    assert asked == [store.path("report.html").resolve().as_uri()]
    monkeypatch.setattr(webbrowser, "open", lambda address: True)
    assert lines(store) == []


def test_run_excludes_open_from_a_dry_run(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    assert main(["run", "--dry-run", "--open", "--results-dir", str(tmp_path)]) == 2
    assert "--dry-run writes no page; it excludes --open." in capfd.readouterr().err
