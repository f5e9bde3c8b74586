"""Files that unpack to absurd sizes, and archives that name files outside, end in one line and in bounded memory."""

import io
import os
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pictures import bomb, class_folders, parquet_rows, refusal, save_grey

from bench.datasets import archives
from bench.datasets.load import load

ROOT = Path(__file__).parents[3]
MEASURED = """
import resource, sys
from bench.datasets.load import load
from bench.errors import UsageError
import bench.datasets.repository
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    load(sys.argv[1], "train")
except UsageError as error:
    print(str(error).replace("\\n", "!"))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""


def refusal_and_memory(folder: Path) -> tuple[str, int]:
    """The message in a process of its own, and the bytes by which its memory grew at most."""
    command = [sys.executable, "-c", MEASURED, str(folder)]
    output = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True, timeout=120)
    assert output.stderr == ""
    message, memory = output.stdout.splitlines()
    return message, int(memory)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("side", "reason"), [(60_000, "declares more than 178,956,970 pixels"), (10_000, "declares 10,000 × 10,000 pixels")]
)
def test_a_picture_of_absurd_size_is_not_decoded(tmp_path: Path, side: int, reason: str):
    folder = class_folders(tmp_path / "pictures")
    (folder / "b" / "9.png").write_bytes(bomb(100, side) if side < 20_000 else bomb(side, 100))
    content = bytearray((folder / "b" / "9.png").read_bytes())
    assert len(content) < 10**6
    (folder / "b" / "9.png").write_bytes(_declare(content, side))
    message, memory = refusal_and_memory(folder)
    assert "'pictures'" in message
    assert "b/9.png" in message
    assert reason in message
    assert memory < 300 * 2**20


@pytest.mark.slow
def test_many_large_pictures_after_a_small_one_are_decoded_one_by_one(tmp_path: Path):
    large, small = bomb(8000, 8000), bomb(2, 3)
    assert len(large) < 10**5
    folder = parquet_rows(tmp_path / "set", *({"bytes": png, "path": None} for png in (small, *[large] * 20)))
    message, memory = refusal_and_memory(folder)
    assert "2 × 3 and 8000 × 8000" in message
    assert memory < 300 * 2**20


def _declare(png: bytearray, side: int) -> bytes:
    """The PNG file with another size in its head; the checksum of the head fits."""
    png[16:24] = struct.pack(">II", side, side)
    png[29:33] = struct.pack(">I", zlib.crc32(png[12:29]))
    return bytes(png)


def test_a_picture_of_the_largest_size_is_refused_before_its_pixels_are_read(tmp_path: Path):
    png = _declare(bytearray(bomb(1, 1)), 9000)
    message = refusal(parquet_rows(tmp_path / "pictures", {"bytes": png, "path": None}))
    assert "row 0: an image declares 9,000 × 9,000 pixels (height × width); expected at most 67,108,864" in message


@pytest.mark.parametrize("name", ["../x.png", "/x.png", "a/../../x.png", "a::b.png", "..\\x.png"])
def test_an_archive_cannot_name_files_outside(tmp_path: Path, name: str):
    content = save_grey(tmp_path / "1.png").read_bytes()
    (tmp_path / "zip").mkdir()
    with zipfile.ZipFile(tmp_path / "zip" / "train.zip", "w") as zipped:
        zipped.writestr("a.png", content)
        zipped.writestr(name, content)
    (tmp_path / "tar").mkdir()
    with tarfile.open(tmp_path / "tar" / "train.tar", "w") as tar:
        for member in ("a.png", name):
            info = tarfile.TarInfo(member)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    for kind in ("zip", "tar"):
        assert f"archive 'train.{kind}' has the member {name!r}" in refusal(tmp_path / kind)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.png", "cache", "tar", "zip"]


def test_an_archive_that_unpacks_to_absurd_size_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archives, "LARGEST_MEMBER", 2**20)
    (tmp_path / "zip").mkdir()
    with zipfile.ZipFile(tmp_path / "zip" / "train.zip", "w", zipfile.ZIP_DEFLATED) as zipped:
        for member in range(3):
            zipped.writestr(f"{member}.bmp", bytes(2**20))
    assert "unpacks to more than 2,097,152 bytes" in refusal(tmp_path / "zip")


def test_a_sparse_tar_member_is_not_read(tmp_path: Path):
    (tmp_path / "tar").mkdir()
    info = tarfile.TarInfo("a.png")
    info.size = 2**33
    (tmp_path / "tar" / "train.tar").write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(10240))
    assert "unpacks to more than 8,589,934,592 bytes" in refusal(tmp_path / "tar")


def test_a_compressed_member_of_a_tar_is_refused(tmp_path: Path):
    (tmp_path / "tar").mkdir()
    with tarfile.open(tmp_path / "tar" / "train.tar", "w") as tar:
        tar.addfile(tarfile.TarInfo("a.png.gz"), io.BytesIO())
    assert "has the compressed member 'a.png.gz'" in refusal(tmp_path / "tar")


def test_a_file_that_only_claims_to_be_an_archive(tmp_path: Path):
    for name in ("train.zip", "train.tar"):
        folder = tmp_path / name.removeprefix("train.")
        folder.mkdir()
        (folder / name).write_bytes(b"no archive" * 100)
        assert f"archive '{name}' is not a {name[-3:]} archive" in refusal(folder)


def test_a_picture_in_a_zip_is_read(tmp_path: Path):
    """Only if `datasets` can read the archive: it gives such images as `zip://MEMBER::ARCHIVE`."""
    save_grey(tmp_path / "1.png", 255)
    (tmp_path / "set").mkdir()
    with zipfile.ZipFile(tmp_path / "set" / "files.zip", "w") as zipped:
        zipped.write(tmp_path / "1.png", "a/1.png")
    row = {"bytes": None, "path": f"zip://a/1.png::{tmp_path / 'set' / 'files.zip'}"}
    folder = parquet_rows(tmp_path / "set", row)
    assert load(str(folder), "train").features.tolist() == [[1.0] * 6]
    hops = {"bytes": None, "path": row["path"] + "::/etc/passwd"}
    assert "outside" in refusal(parquet_rows(tmp_path / "set", hops))
    (tmp_path / "other").mkdir()
    (tmp_path / "set" / "files.zip").rename(tmp_path / "other" / "files.zip")
    row = {"bytes": None, "path": f"zip://a/1.png::{tmp_path / 'other' / 'files.zip'}"}
    assert "outside" in refusal(parquet_rows(tmp_path / "set", row))


def test_a_table_that_declares_more_rows_than_bytes_is_not_read(tmp_path: Path):
    (tmp_path / "rows").mkdir()
    table = pa.table({"label": pa.array(np.zeros(10**6, np.int8))})
    pq.write_table(table, tmp_path / "rows" / "train.parquet")
    assert "declares 1,000,000 rows" in refusal(tmp_path / "rows")


@pytest.mark.slow
def test_a_small_table_of_large_equal_images_needs_little_memory(tmp_path: Path):
    """One image of 64 KiB, stored once, in 10,000 rows: 625 MiB if all rows were in memory at once."""
    values = pa.DictionaryArray.from_arrays(pa.array(np.zeros(10**4, np.int32)), pa.array([bytes(2**16)]))
    image = pa.StructArray.from_arrays([values, pa.nulls(10**4, pa.string())], ["bytes", "path"])
    (tmp_path / "set").mkdir()
    pq.write_table(pa.table({"image": image}), tmp_path / "set" / "train.parquet")
    message, memory = refusal_and_memory(tmp_path / "set")
    assert "'set'" in message
    assert memory < 400 * 2**20
