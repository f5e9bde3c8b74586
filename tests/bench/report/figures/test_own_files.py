"""Only files that this program wrote, and that are as it wrote them, are deleted or overwritten."""

import json
from pathlib import Path

import pytest

from bench.errors import UsageError
from bench.report.figures.own_files import LIST, OwnFileList, OwnFiles
from bench.store.encoding import encode
from bench.store.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, "demo")


@pytest.fixture
def figures(store: Store) -> Path:
    folder = store.path("figures")
    folder.mkdir(parents=True)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_own_files_are_overwritten_and_deleted_also_by_a_later_command(store: Store, figures: Path):
    assert OwnFiles(store).write({"a.png": b"1", "a.svg": b"2"}) == [figures / "a.png", figures / "a.svg"]
    later = OwnFiles(store)
    later.write({"a.png": b"3"})
    later.remove("a.svg")
    assert contents(figures) == {"a.png": b"3"}
    assert OwnFiles(store).names == ["a.png"]
    assert later.notes() == []


def test_a_table_is_in_the_folder_of_the_results(store: Store):
    files = OwnFiles(store)
    files.write({"agreement.csv": b"1"})
    assert store.path("agreement.csv").read_bytes() == b"1"
    files.remove("agreement.csv")
    assert not store.path("agreement.csv").exists()


def test_a_file_that_is_not_in_the_list_is_neither_deleted_nor_lost(store: Store, figures: Path):
    (figures / "a.png").write_bytes(b"holiday")
    (figures / "a.kept-1.png").write_bytes(b"also mine")
    (figures / "b.png").write_bytes(b"holiday 2")
    files = OwnFiles(store)
    files.remove("b.png")
    files.write({"a.png": b"drawn"})
    assert contents(figures) == {
        "a.png": b"drawn",
        "a.kept-1.png": b"also mine",
        "a.kept-2.png": b"holiday",
        "b.png": b"holiday 2",
    }
    (line,) = files.notes()
    assert "files with the names of new figures (1) were not written by this program" in line
    assert line.endswith("they are kept as a.kept-2.png.")


def test_a_file_that_has_changed_is_neither_deleted_nor_lost(store: Store, figures: Path):
    OwnFiles(store).write({"a.png": b"1", "b.png": b"2"})
    for name in ("a.png", "b.png"):
        (figures / name).write_bytes(b"edited " + name.encode())
    files = OwnFiles(store)
    files.write({"a.png": b"3"})
    files.remove("b.png")
    assert contents(figures) == {"a.png": b"3", "a.kept-1.png": b"edited a.png", "b.png": b"edited b.png"}
    kept, stay = files.notes()
    assert "a.kept-1.png" in kept
    assert stay.endswith("so they stay: b.png.")


def test_after_a_crash_at_any_moment_the_same_command_finds_its_own_files(
    store: Store, figures: Path, monkeypatch: pytest.MonkeyPatch
):
    """The process ends before the n-th file is written: the list, the PNG or the SVG."""
    names = ("a.png", "a.svg")
    OwnFiles(store).write(dict.fromkeys(names, b"old"))
    from bench.report.figures import own_files

    write = own_files.atomic_write
    for crash in range(4):
        left = iter(range(crash))

        def until_crash(path: Path, content: bytes, left=left) -> None:
            if next(left, None) is None:
                raise SystemExit
            write(path, content)

        monkeypatch.setattr(own_files, "atomic_write", until_crash)
        if crash < 3:
            with pytest.raises(SystemExit):
                OwnFiles(store).write(dict.fromkeys(names, f"crash {crash}".encode()))
        monkeypatch.setattr(own_files, "atomic_write", write)
        files = OwnFiles(store)
        files.write(dict.fromkeys(names, f"new {crash}".encode()))
        assert files.notes() == []
        assert contents(figures) == dict.fromkeys(names, f"new {crash}".encode())


def test_without_a_list_equal_files_are_taken_over(store: Store, figures: Path):
    OwnFiles(store).write({"a.png": b"1"})
    store.path(LIST).unlink()
    files = OwnFiles(store)
    files.write({"a.png": b"1"})
    assert files.notes() == []
    assert contents(figures) == {"a.png": b"1"}


def test_names_that_are_no_plain_names_of_figures_are_ignored(store: Store, figures: Path, tmp_path: Path):
    digest = "3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7"  # of b"data"
    outside = tmp_path / "package.png"
    outside.write_bytes(b"data")
    names = ["../package.png", "../../package.png", str(outside), "..", "a\\b.png", "manifest.json", ".png", "a\n.png"]
    store.path(LIST).write_bytes(encode(OwnFileList(digests={name: [digest] for name in [*names, "a.png"]})))
    files = OwnFiles(store)
    assert files.names == ["a.png"]
    (line,) = store.warnings
    assert "8 of 9 names are not names of figures and are ignored" in line
    files.remove(*names)
    assert outside.exists()


def test_a_damaged_list_is_one_line_and_a_list_of_a_newer_schema_is_refused(store: Store, figures: Path):
    OwnFiles(store).write({"a.png": b"1"})
    whole = store.path(LIST).read_bytes()
    store.path(LIST).write_bytes(whole[:-20])
    files = OwnFiles(store)
    assert files.names == []
    (line,) = store.warnings
    assert LIST in line
    assert line.endswith("Figures that are here already are kept under another name.")
    store.path(LIST).write_bytes(encode(OwnFileList(schema_version=1000, digests={})))
    with pytest.raises(UsageError, match="newer"):
        OwnFiles(store)


def test_the_list_has_the_digest_of_each_file(store: Store):
    OwnFiles(store).write({"a.png": b"data"})
    listed = json.loads(store.path(LIST).read_bytes())["digests"]
    assert listed == {"a.png": ["3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7"]}
