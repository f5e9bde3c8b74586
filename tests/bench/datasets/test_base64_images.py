"""Images in base64 are the images that their bytes are, in every kind of table; ordinary texts stay texts."""

import base64
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from columns import png, read_set, refused
from pictures import save_grey

from bench.datasets.base64_images import are_images

PIXELS = np.random.default_rng(0).integers(0, 256, (6, 5, 4), np.uint8)
FILES = [png(pixels) for pixels in PIXELS]
PLAIN = [base64.b64encode(file).decode() for file in FILES]
LABELS = ["cat", "dog"] * 3
FORMS = {
    "plain": PLAIN,
    "uri": [f"data:image/png;base64,{text}" for text in PLAIN],
    "uri with a name": [f"data:image/png;name=a.png;base64,{text}" for text in PLAIN],
    "lines of 76": ["\n".join(text[start : start + 76] for start in range(0, len(text), 76)) for text in PLAIN],
    "for addresses": [base64.urlsafe_b64encode(file).decode().rstrip("=") for file in FILES],
}


def write(path: Path, **columns: list[object]) -> Path:
    frame = pd.DataFrame(columns)
    path.parent.mkdir(exist_ok=True)
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    elif path.suffix == ".parquet":
        frame.to_parquet(path)
    elif path.suffix == ".feather":
        frame.to_feather(path)
    else:
        path.write_text("".join(json.dumps(row) + "\n" for row in frame.to_dict("records")))
    return path


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.feather", "set/train.csv", "set/train.jsonl"])
def test_texts_are_read_as_the_images_that_they_are(tmp_path: Path, name: str, form: str):
    path = write(tmp_path / name, photo=FORMS[form], label=LABELS)
    data = read_set(path.parent if name.startswith("set") else path)
    assert data.image_shape == (5, 4, 1)
    np.testing.assert_array_equal(data.features, PIXELS.reshape(6, -1) / np.float32(255))
    assert data.class_names == ["cat", "dog"]
    assert data.row_names is None


@pytest.mark.parametrize("cells", [FILES, [{"bytes": file, "path": None} for file in FILES]])
def test_a_single_file_may_have_images_as_bytes(tmp_path: Path, cells: list[object]):
    data = read_set(write(tmp_path / "a.parquet", id=[*"abcdef"], image=cells, label=LABELS))
    np.testing.assert_array_equal(data.features, PIXELS.reshape(6, -1) / np.float32(255))
    assert data.row_names == tuple("abcdef")


def test_a_row_that_is_not_whole_is_named_and_can_be_left_out(tmp_path: Path):
    for number, (cell, part) in enumerate(
        [
            ("no image", "row 4: the text 'no image' is not base64, but other rows have images in base64"),
            (PLAIN[4][:61], "row 4: the text 'iVBORw0KGgoAAAANSUhEUgAAAAQAAA' … is not whole: 61 characters of base64"),
            (PLAIN[4][:60], "row 4: the image cannot be decoded"),
            ("data:image/svg+xml;utf8,<svg/>", "row 4: the text 'data:image/svg+xml;utf8,<svg/>' is not base64"),
        ]
    ):
        path = write(tmp_path / f"{number}.csv", photo=[*PLAIN[:4], cell, PLAIN[5]], label=LABELS)
        assert part in refused(path)
        data = read_set(path, on_bad="skip")
        assert len(data.features) == 5
        assert part.partition(": ")[2][:20] in data.skipped[0]


def test_large_images_are_longer_than_a_usual_cell(tmp_path: Path):
    noise = np.random.default_rng(0).integers(0, 256, (2, 1000, 1100), np.uint8)
    texts = [base64.b64encode(png(each)).decode() for each in noise]
    assert min(map(len, texts)) > 2**20
    data = read_set(write(tmp_path / "a.csv", image=[PLAIN[0], *texts], label=["a", "b", "a"]), resize=4)
    assert len(data.features) == 3


def test_ordinary_texts_and_codes_are_not_taken_for_images(tmp_path: Path):
    words = ["the cat sat on the mat and looked at us for a while", "iVBORw0KGgo is how a picture begins in base64"]
    codes = [base64.b64encode(bytes(range(start, start + 60))).decode() for start in range(4)]
    assert not are_images(words)
    assert not are_images(codes)
    assert not are_images([])
    mails = [f"{word} number {number} is a text of some words" for number in range(20) for word in ("apple", "pear")]
    data = read_set(write(tmp_path / "a.csv", mail=mails, label=["a", "b"] * 20))
    assert data.image_shape is None


def test_names_of_image_files_in_one_file_are_refused_with_the_remedy(tmp_path: Path):
    path = write(tmp_path / "a.csv", photo=["a/1.png", "a/2.png"], label=["x", "y"])
    assert "has names of image files; expected the folder of the images: --dataset FOLDER --labels a.csv" in refused(
        path
    )
    numbers = write(tmp_path / "b.csv", photo=["a/1.png", "a/2.png"], weight=[1.5, 2.5], height=[3, 4])
    data = read_set(numbers)
    assert data.features.shape == (2, 2)
    assert data.row_names == ("a/1.png", "a/2.png")


def test_a_column_of_addresses_says_that_the_images_must_be_downloaded(tmp_path: Path):
    table = pa.table({"image_url": [f"https://a.org/{i}.jpg?size=9" for i in range(4)], "label": ["a", "b"] * 2})
    pq.write_table(table, tmp_path / "a.parquet")
    message = refused(tmp_path / "a.parquet")
    assert "the column 'image_url' has addresses of the network, such as 'https://a.org/0.jpg?size=9'" in message
    assert "download the images into a folder" in message
    assert "--labels a.csv takes the labels from this file; pandas.DataFrame.to_csv('a.csv', index=False)" in message
    for number in range(4):
        save_grey(tmp_path / "set" / f"{number}.jpg", number)
    table.to_pandas().to_csv(tmp_path / "a.csv", index=False)
    assert "has addresses of the network" in refused(tmp_path / "a.csv")
    data = read_set(tmp_path / "set", labels=str(tmp_path / "a.csv"))
    assert (data.class_names, len(data.features)) == (["a", "b"], 4)
