"""Files that are not images, damaged files and absurd sizes: one line each, or left out and listed."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
from pictures import class_folders, encoded, parquet_rows, refusal
from rich.console import Console

from bench.commands.describe import dataset_analysis
from bench.datasets.load import load
from bench.store.reading import Reading
from bench.store.remarks import caveat

SKIP = Reading(on_bad="skip")
NOISE = PIL.Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8))


def cut(kind: str, **options: Any) -> bytes:
    content: bytes = encoded(NOISE, kind, **options)["bytes"]
    return content[: len(content) // 2]


BAD = {
    "empty": (b"", "an empty file, 0 bytes"),
    "text": ("Grüße".encode(), "not an image"),
    "ascii": (b"<html>not found</html>", "a file of text"),
    "jpeg": (cut("JPEG"), "the image cannot be decoded (image file is truncated"),
    "png": (cut("PNG"), "the image cannot be decoded"),
    "webp": (cut("WEBP", lossless=True), "the image cannot be decoded"),
    "tiff": (cut("TIFF"), "the image cannot be decoded"),
    "gif": (cut("GIF"), "the image cannot be decoded"),
    "heic": (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "the format HEIC, which is not read"),
    "svg": (b'<?xml version="1.0"?><svg width="1" height="1"/>', "an SVG drawing, which has no pixels"),
    "pdf": (b"%PDF-1.7\n%\xff\xff", "a PDF document"),
    "type": (b"II*\0" + bytes(30), "a TIFF file with a type of pixels that is not read"),
    "zero": (b"\x89PNG\r\n\x1a\n" + bytes(8), "the image cannot be decoded"),
}


@pytest.mark.parametrize("name", BAD)
def test_each_fault_is_one_line_with_the_row_the_expectation_and_the_remedy(tmp_path: Path, name: str):
    content, reason = BAD[name]
    message = refusal(parquet_rows(tmp_path / "set", encoded(NOISE), {"bytes": content, "path": None}))
    assert message.startswith("data set 'set', row 1: ")
    assert reason in message
    assert "expected" in message
    assert "0x" not in message
    assert message.endswith("--on-bad skip leaves such rows out and lists them")


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("resize", [None, 16])
def test_each_fault_can_be_left_out(tmp_path: Path, name: str, resize: int | None):
    bad = {"bytes": BAD[name][0], "path": None}
    folder = parquet_rows(tmp_path / "set", bad, encoded(NOISE), bad, encoded(NOISE))
    data = load(str(folder), "train", reading=Reading(on_bad="skip", resize=resize))
    assert len(data.features) == 2
    left = "2 of 4 rows cannot be read and were left out (--on-bad skip): row 0, row 2."
    assert data.how_read[0] == caveat(left)
    assert data.summary().caveats == [left]
    assert left not in data.summary().how_read
    assert [line.partition(":")[0] for line in data.skipped] == ["row 0", "row 2"]
    assert BAD[name][1] in data.skipped[0]
    assert data.parts == {"train": 2}


def test_a_missing_cell_is_a_bad_row(tmp_path: Path):
    folder = parquet_rows(tmp_path / "set", encoded(NOISE), {"bytes": None, "path": None})
    assert "row 1: no image in 'image'; expected one in each row" in refusal(folder)
    assert len(load(str(folder), "train", reading=SKIP).features) == 1


def test_labels_and_rows_stay_together(tmp_path: Path):
    folder = class_folders(tmp_path / "set", 5)
    (folder / "a" / "1.png").write_bytes(b"")
    (folder / "b" / "4.png").write_bytes(b"no image")
    data = load(str(folder), reading=SKIP)
    assert data.labels is not None
    assert data.labels.tolist() == [0] * 4 + [1] * 4
    assert (data.features[:, 0] * 255).round().tolist() == [0, 2, 3, 4, 100, 101, 102, 103]
    assert data.skipped[0].startswith("'a/1.png': the image cannot be decoded: an empty file")
    assert data.skipped[1].startswith("'b/4.png': the image")
    assert "classes is left" not in data.how_read[0].text


def test_a_class_of_bad_rows_only_is_told(tmp_path: Path):
    folder = class_folders(tmp_path / "set", 3)
    for name in "cd":
        (folder / name).mkdir()
        (folder / name / "1.png").write_bytes(b"no image")
    data = load(str(folder), reading=SKIP)
    assert data.class_names == ["a", "b", "c", "d"]
    assert "No row of 2 of 4 classes is left: 'c', 'd'; the number of clusters is still that" in data.how_read[0].text


def test_describe_lists_all_rows_that_were_left_out(tmp_path: Path):
    bad = {"bytes": b"", "path": None}
    folder = parquet_rows(tmp_path / "set", encoded(NOISE), encoded(NOISE), *[bad] * 5)
    tables = dataset_analysis(str(folder), "train", SKIP, Console(file=io.StringIO()))
    title, _, rows = tables[-1]
    assert title == "Rows left out"
    assert [row[0].partition(":")[0] for row in rows] == [f"row {row}" for row in range(2, 7)]
    assert [
        "how it was read",
        "5 of 7 rows cannot be read and were left out (--on-bad skip): row 2, row 3, row 4, ….",
    ] in (tables[0][2])


def test_a_data_set_of_bad_rows_only_is_one_line(tmp_path: Path):
    folder = parquet_rows(tmp_path / "set", *[{"bytes": b"", "path": None}] * 3)
    message = refusal(folder, "train", SKIP)
    assert message.startswith("data set 'set': none of its 3 rows can be read; the first: row 0: ")


def test_bad_rows_among_drawn_rows_have_their_number_in_the_source(tmp_path: Path):
    cells = [encoded(NOISE) if row % 2 else {"bytes": b"", "path": None} for row in range(40)]
    folder = parquet_rows(tmp_path / "set", *cells)
    data = load(str(folder), "train", reading=Reading(on_bad="skip", limit=20))
    numbers = [int(line.partition(":")[0].removeprefix("row ")) for line in data.skipped]
    assert all(number % 2 == 0 for number in numbers)
    assert max(numbers) > 19
    assert len(data.features) + len(numbers) == 20
    assert "of 20 rows cannot be read" in data.how_read[1].text


def test_options_that_do_nothing_for_images_are_refused(tmp_path: Path):
    folder = parquet_rows(tmp_path / "set", encoded(NOISE))
    message = refusal(folder, "train", Reading(scale="standard"))
    assert "data set 'set' has images in files: --scale does nothing there; expected only" in message
    assert message.endswith("remove --scale")


def test_nothing_is_said_if_all_rows_can_be_read(tmp_path: Path):
    data = load(str(parquet_rows(tmp_path / "set", encoded(NOISE))), "train", reading=SKIP)
    assert (data.how_read, data.skipped) == ((), ())


def test_the_bar_of_the_search_for_bad_rows_reaches_its_end(tmp_path: Path):
    seen: list[tuple[int, int]] = []
    folder = parquet_rows(tmp_path / "set", *[encoded(NOISE)] * 150)
    load(str(folder), "train", progress=lambda done, total: seen.append((done, total)), reading=SKIP)
    assert seen[:2] == [(100, 150), (150, 150)]
    assert seen[-1] == (150, 150)
