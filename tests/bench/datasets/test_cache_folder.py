"""The folder of the cache belongs to one user, and nobody else can write there."""

import os
import stat
from pathlib import Path

import platformdirs
import pytest

from bench.datasets.cache_folder import private_folder
from bench.datasets.load import load
from bench.errors import UsageError

pytestmark = pytest.mark.skipif(os.name != "posix", reason="owners and modes of files are those of POSIX")


def mode(folder: Path) -> int:
    return stat.S_IMODE(folder.stat().st_mode)


def test_a_new_folder_is_only_for_its_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DEC_BENCH_CACHE", str(tmp_path / "a" / "b"))
    assert load("digits").notes == ()
    assert mode(tmp_path / "a" / "b") == 0o700


@pytest.mark.parametrize("wide", [0o755, 0o750, 0o701])
def test_a_named_folder_that_others_can_read_keeps_its_mode(tmp_path: Path, wide: int):
    tmp_path.chmod(wide)
    assert private_folder(tmp_path) == tmp_path
    assert mode(tmp_path) == wide


@pytest.mark.parametrize("wide", [0o775, 0o777, 0o1777, 0o720])
def test_a_folder_of_a_team_is_refused_and_not_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wide: int):
    tmp_path.chmod(wide)
    monkeypatch.setenv("DEC_BENCH_CACHE", str(tmp_path))
    with pytest.raises(
        UsageError, match=r"other users can write .* each user needs an own folder: set DEC_BENCH_CACHE"
    ):
        load("digits")
    assert mode(tmp_path) == wide
    assert list(tmp_path.iterdir()) == []


def test_the_default_folder_is_always_narrowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("DEC_BENCH_CACHE")
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: str(tmp_path))
    tmp_path.chmod(0o775)
    assert private_folder(None) == tmp_path
    assert mode(tmp_path) == 0o700


def test_the_folder_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    owner = tmp_path.stat().st_uid
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    message = f"belongs to user {owner}, and this process is user {owner + 1}.* or run as user {owner} .in a container"
    with pytest.raises(UsageError, match=message):
        load("digits", cache_dir=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_folder_itself_can_be_a_link(tmp_path: Path):
    (tmp_path / "disk").mkdir(mode=0o755)
    (tmp_path / "cache").symlink_to(tmp_path / "disk")
    first, second = load("digits", cache_dir=tmp_path / "cache"), load("digits", cache_dir=tmp_path / "cache")
    assert first.notes == second.notes == ()


def test_a_file_of_another_user_in_the_folder_is_not_used(tmp_path: Path):
    if os.getuid() != 0:
        pytest.skip("only root can give a file to another user")
    load("digits", cache_dir=tmp_path / "cache")
    (entry,) = (tmp_path / "cache").iterdir()
    os.chown(entry / "labels.npy", 12345, 12345)
    assert "labels.npy is not a regular file of this user" in load("digits", cache_dir=tmp_path / "cache").notes[0].text


def test_without_a_home_one_line_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home(name: str) -> str:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.delenv("DEC_BENCH_CACHE", raising=False)
    monkeypatch.setattr(platformdirs, "user_cache_dir", no_home)
    with pytest.raises(UsageError, match=r"no home folder .* set DEC_BENCH_CACHE"):
        private_folder(None)
