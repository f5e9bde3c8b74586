"""A folder of files that are not read is one line, with the kinds of files and how they are converted."""

import zipfile
from pathlib import Path

import pytest
from columns import refused

from bench.datasets.foreign_files import not_read


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("data.mat", ".mat: open it with scipy.io.loadmat"),
        ("train.h5", ".h5: open it with h5py.File"),
        ("set.pkl", "only if you trust its source"),
    ],
)
def test_files_that_are_not_read(tmp_path: Path, name: str, remedy: str):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / name).write_bytes(b"\x89HDF\r\n\x1a\n")
    message = refused(tmp_path / "set")
    assert "expected" in message
    assert "parquet" in message
    assert remedy in message


def test_the_kinds_are_counted():
    assert "got 2 × .mat, 1 × no ending; .mat: open it" in not_read(["a.mat", "b.MAT", "LICENSE"], "set")
    assert not_read([], "set").endswith("got no files")


def test_texts_beside_a_table_and_archives_of_texts_have_a_remedy(tmp_path: Path):
    for name in ("1", "2", "3"):
        (tmp_path / "set" / "sport").mkdir(parents=True, exist_ok=True)
        (tmp_path / "set" / "sport" / f"{name}.txt").write_text("the team wins")
    (tmp_path / "set" / "labels.csv").write_text("name,label\n1,a\n")
    assert ".txt: text files are read if no image and no table lies beside them" in refused(tmp_path / "set")
    (tmp_path / "zip").mkdir()
    with zipfile.ZipFile(tmp_path / "zip" / "all.zip", "w") as archive:
        archive.writestr("sport/1.txt", "the team wins")
    assert refused(tmp_path / "zip").endswith(".zip: unpack it, and give the folder")
