"""A folder of files that are not read is one line, with the kinds of files and how they are converted."""

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
