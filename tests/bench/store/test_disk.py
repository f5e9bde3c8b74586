"""On disks that lack hard links, syncing or renaming, files stay whole, and one line says what is weaker."""

import errno
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bench.store.disk import weak_promises
from bench.store.files import atomic_write

Lacking = Callable[..., None]


def lacking(monkeypatch: pytest.MonkeyPatch, *what: str, code: int = errno.EOPNOTSUPP) -> None:
    """Let the system calls answer as on such a disk."""

    def refuse(*arguments: Any, **options: Any) -> None:
        raise OSError(code, os.strerror(code))

    def fsync(real: Callable[[int], None], descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode) or "sync" in what:
            refuse()
        real(descriptor)

    def replace(real: Callable[[Any, Any], None], source: Any, target: Any) -> None:
        if "rename" in what or Path(target).exists():
            refuse()
        real(source, target)

    if "links" in what:
        monkeypatch.setattr(os, "link", refuse)
    if "sync" in what or "sync of folders" in what:
        monkeypatch.setattr(os, "fsync", partial(fsync, os.fsync))
    if "rename" in what or "rename over" in what:
        monkeypatch.setattr(os, "replace", partial(replace, os.replace))


EVERYTHING = ("links", "sync", "rename")


def test_a_local_disk_lacks_nothing(tmp_path: Path) -> None:
    assert weak_promises(tmp_path / "new") == ""
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (["links"], ["hard links"]),
        (["sync of folders"], ["syncing"]),
        (["sync"], ["syncing"]),
        (["rename over"], ["renaming over"]),
        (EVERYTHING, ["hard links", "renaming over", "syncing"]),
    ],
)
@pytest.mark.parametrize("code", [errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL])
def test_a_line_names_what_the_disk_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: list[str], words: list[str], code: int
) -> None:
    lacking(monkeypatch, *what, code=code)
    line = weak_promises(tmp_path)
    assert [word for word in ("hard links", "renaming over", "syncing") if word in line] == words
    assert str(tmp_path) in line
    assert "\n" not in line
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_gives_an_input_output_error_for_a_sync_of_its_names_is_weak(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking(monkeypatch, "sync of folders", code=errno.EIO)
    assert "syncing" in weak_promises(tmp_path)


def test_a_full_disk_is_an_error_and_no_weakness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lacking(monkeypatch, "links", code=errno.ENOSPC)
    with pytest.raises(OSError, match="No space left") as error:
        weak_promises(tmp_path)
    assert error.value.filename == str(tmp_path)
    with pytest.raises(OSError, match="No space left"):
        atomic_write(tmp_path / "file", b"new", replace=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("what", [["links"], ["sync"], ["sync of folders"], ["rename over"], EVERYTHING])
def test_files_are_written_whole_and_no_other_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: list[str]
) -> None:
    lacking(monkeypatch, *what)
    path = tmp_path / "file"
    atomic_write(path, b"first", replace=False)
    assert path.read_bytes() == b"first"
    with pytest.raises(FileExistsError):
        atomic_write(path, b"second", replace=False)
    assert path.read_bytes() == b"first"
    atomic_write(path, b"third")
    assert path.read_bytes() == b"third"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("what", [["links"], EVERYTHING])
def test_of_many_writers_of_a_new_file_exactly_one_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: list[str]
) -> None:
    lacking(monkeypatch, *what)

    def wins(path: Path, writer: int) -> bool:
        try:
            atomic_write(path, b"%d" % writer * 1000, replace=False, sync="nothing")
        except FileExistsError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        for number in range(50):
            path = tmp_path / str(number)
            winners = [writer for writer, won in enumerate(pool.map(partial(wins, path), range(8))) if won]
            assert len(winners) == 1
            assert path.read_bytes() == b"%d" % winners[0] * 1000


def test_a_failed_write_without_hard_links_leaves_no_empty_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*paths: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    lacking(monkeypatch, "links")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        atomic_write(tmp_path / "file", b"new", replace=False)
    assert list(tmp_path.iterdir()) == []
