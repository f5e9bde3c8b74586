"""matplotlib's folder is in the cache only where its own folders cannot be written."""

import os
from pathlib import Path

import pytest

from bench.cli.matplotlib_folder import give_matplotlib_a_folder

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the folders of Linux and macOS")


@pytest.fixture(autouse=True)
def without_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MPLCONFIGDIR", "")  # so that the value is restored after the test
    for name in ("MPLCONFIGDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DEC_BENCH_CACHE", str(tmp_path / "cache"))


def test_folders_that_can_be_written_stay(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("HOME", str(tmp_path))
    give_matplotlib_a_folder()
    assert "MPLCONFIGDIR" not in os.environ
    assert not list(tmp_path.iterdir())


def test_without_a_home_the_folder_is_in_the_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("HOME", os.devnull)
    give_matplotlib_a_folder()
    assert os.environ["MPLCONFIGDIR"] == str(tmp_path / "cache/matplotlib")
    assert (tmp_path / "cache/matplotlib").is_dir()


def test_a_folder_that_the_user_has_set_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("HOME", os.devnull)
    monkeypatch.setenv("MPLCONFIGDIR", "mine")
    give_matplotlib_a_folder()
    assert os.environ["MPLCONFIGDIR"] == "mine"
    assert not list(tmp_path.iterdir())


def test_without_a_cache_nothing_changes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "cache").write_text("a file")
    monkeypatch.setenv("HOME", os.devnull)
    give_matplotlib_a_folder()
    assert "MPLCONFIGDIR" not in os.environ
