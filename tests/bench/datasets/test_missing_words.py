"""Labels such as NA and None: a missing value in a text file and a class elsewhere, and a line says which."""

import base64
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from columns import parquet_set, png, read_set
from pictures import save_grey

from bench.datasets.given_arrays import given_arrays
from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.errors import UsageError
from bench.store.reading import Reading

WORDS = ["None", "NA", "null"]
ROWS = 12
TEXTS = [f"the {['cat', 'dog', 'fox'][row % 3]} sits on mat number {row} today" for row in range(ROWS)]


def columns(kind: str, label: list[str | None]) -> dict[str, Any]:
    content = {
        "texts": {"text": TEXTS},
        "images": {"image": [base64.b64encode(png(row)).decode() for row in range(ROWS)]},
        "numbers": {"a": np.arange(ROWS) / 7 % 1, "b": np.arange(ROWS) ** 2 % 5 + 0.5},
    }
    return {**content[kind], "label": label}


def labels(word: str | None) -> list[str | None]:
    return [word if row in (2, 5) else f"class {row % 2}" for row in range(ROWS)]


def read(path: Path, **options: Any) -> ImageData:
    return load(str(path), reading=Reading(**options))


def refused(path: Path) -> str:
    with pytest.raises(UsageError) as caught:
        read(path)
    return str(caught.value)


def caveats(data: ImageData) -> str:
    return "\n".join(remark.text for remark in (*data.notes, *data.how_read) if remark.kind == "caveat")


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("name", ["set.csv", "set.tsv"])
@pytest.mark.parametrize("kind", ["texts", "images", "numbers"])
def test_in_a_text_file_the_word_means_a_missing_value(tmp_path: Path, kind: str, name: str, word: str):
    path = tmp_path / name
    pd.DataFrame(columns(kind, labels(word))).to_csv(path, index=False, sep="\t" if name.endswith("tsv") else ",")
    message = refused(path)
    assert "2 of " in message
    assert f"(first: '{word}', which means a missing value, in row 2 (line 4); if '{word}' is a class, write" in message
    assert "--on-bad skip" in message
    data = read(path, on_bad="skip")
    assert data.class_names == ["class 0", "class 1"]
    assert len(data.features) == ROWS - 2
    assert f"'{word}'" in caveats(data)
    assert "these rows are left out: 2, 5" in caveats(data)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("kind", ["texts", "images", "numbers"])
def test_in_a_format_with_types_the_word_is_a_class(tmp_path: Path, kind: str, word: str):
    path = tmp_path / "set.parquet"
    pd.DataFrame(columns(kind, labels(word))).to_parquet(path)
    data = read(path)
    assert word in (data.class_names or [])
    line = (
        f"2 rows have the label '{word}' in 'label', which is a class there: where a label is missing, leave it empty"
    )
    assert line in caveats(data)
    pd.DataFrame(columns(kind, labels(None))).to_parquet(path)
    assert "an empty cell in row 2" in refused(path)
    assert len(read(path, on_bad="skip").features) == ROWS - 2


def test_a_data_frame_has_types():
    data = given_arrays(pd.DataFrame(columns("numbers", labels("None"))))
    assert data.class_names == ["None", "class 0", "class 1"]
    assert "2 rows have the label 'None'" in caveats(data)


def test_a_word_among_numbers_is_still_a_missing_value(tmp_path: Path):
    numbers = [str(row / 4) for row in range(ROWS)]
    numbers[3] = "NA"
    frame = pd.DataFrame({"a": numbers, "b": np.arange(ROWS) % 5, "label": labels("x")})
    frame.to_parquet(tmp_path / "set.parquet")
    assert "(first: 'NA', which means a missing value, in row 3, column 'a')" in refused(tmp_path / "set.parquet")


def test_tables_of_the_hub_have_types(tmp_path: Path):
    for content in ({}, {"text": TEXTS}):
        folder = parquet_set(tmp_path / f"set{len(content)}", train={**content, "label": labels("NA")})
        data = read_set(folder)
        assert data.class_names == ["NA", "class 0", "class 1"]
        assert "2 rows have the label 'NA' in 'label', which is a class there" in caveats(data)


def test_rows_of_the_hub_without_a_label_are_left_out_on_request(tmp_path: Path):
    train = {"text": TEXTS, "image": TEXTS, "label": labels(None)}
    folder = parquet_set(tmp_path / "set", train=train, test=train)
    data = read_set(folder, on_bad="skip", text_column="text")
    assert (len(data.features), data.parts) == (2 * ROWS - 4, {"train": ROWS - 2, "test": ROWS - 2})
    assert "4 of its 24 rows have no label in 'label' (first: row 2): these rows are left out: 2, 5, 14, 17" in caveats(
        data
    )
    pictures = parquet_set(tmp_path / "pictures", train={"label": pa.array([1.0, None, 0.0, 1.0])})
    assert read_set(pictures, on_bad="skip").class_names == ["0", "1"]
    assert len(read_set(pictures, on_bad="skip").features) == 3


def test_csv_files_in_a_folder_are_told_apart(tmp_path: Path):
    (tmp_path / "set").mkdir()
    pd.DataFrame(columns("texts", labels("None"))).to_csv(tmp_path / "set" / "train.csv", index=False)
    message = refused(tmp_path / "set")
    assert "in CSV files, words such as NA and None mean a missing value: write another word for a class" in message
    assert len(read(tmp_path / "set", on_bad="skip").features) == ROWS - 2


def test_arff_declares_its_classes(tmp_path: Path):
    rows = "".join(f"{row / 7},{'None' if row % 3 else 'low'}\n" for row in range(ROWS))
    head = "@relation r\n@attribute a numeric\n@attribute kind {low,None}\n@data\n"
    path = tmp_path / "set.arff"
    path.write_text(head + rows)
    data = read(path)
    assert data.class_names == ["low", "None"]
    assert (data.labels == 1).sum() == 8
    assert "which is a class there" not in caveats(data)
    path.write_text(head + rows + "0.5,?\n")
    assert "(first: '?', which means a missing value, in row 12" in refused(path)


def test_a_file_of_labels_says_the_class(tmp_path: Path):
    for number in range(3):
        save_grey(tmp_path / "set" / f"{number}.png", number)
    file = tmp_path / "labels.csv"
    file.write_text("0.png,None\n1.png,cat\n2.png,None\n")
    data = read(tmp_path / "set", labels=str(file))
    assert data.class_names == ["None", "cat"]
    assert "--labels labels.csv: 2 rows have the label 'None' in this file, which is a class there" in caveats(data)
