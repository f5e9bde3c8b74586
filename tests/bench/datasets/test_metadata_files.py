"""Labels in metadata files: the right one for each image, or one line."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pictures import refusal, save_grey

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.store.reading import Reading

HEADER = "file_name,label\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(3):
        save_grey(tmp_path / "set" / "img" / f"{number}.png", number)
    return tmp_path / "set"


def classes(data: ImageData) -> list[str]:
    assert data.labels is not None
    assert data.class_names is not None
    return [data.class_names[code] for code in data.labels.tolist()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("file_name,label\nimg/2.png,dog\nimg/0.png,cat\nimg/1.png,dog\n", ["cat", "dog", "dog"]),
        ("\ufefffile_name;Label\n./img/0.png;a b\nimg\\1.png;NA\n\nimg/2.png;null\n", ["a b", "NA", "null"]),
        ("file_name,label\nimg/0.png,10\nimg/1.png,9\nimg/2.png,10\n", ["10", "9", "10"]),
        ("file_name,label\nimg/0.png,1.0\nimg/1.png,0.0\nimg/2.png,1.0\n,\n", ["1", "0", "1"]),
        ('file_name,text,class\nimg/0.png,"x, y",b\nimg/1.png,"z",a\nimg/2.png,w,a\n', ["b", "a", "a"]),
    ],
)
def test_labels_of_a_csv_file(folder: Path, text: str, expected: list[str]):
    (folder / "metadata.csv").write_text(text, encoding="utf-8")
    data = load(str(folder))
    assert classes(data) == expected
    assert data.row_names == ("img/0.png", "img/1.png", "img/2.png")
    assert [note.text for note in data.notes if note.kind == "caveat"] == [
        f"data set 'set': 1 row has the label '{word}' in the metadata file, which is a class there: where a label is "
        "missing, leave it empty"
        for word in ("NA", "null")
        if word in expected
    ]


def test_whole_numbers_are_sorted_as_numbers(folder: Path):
    (folder / "metadata.csv").write_text(HEADER + "img/0.png,10\nimg/1.png,9\nimg/2.png,100\n")
    assert load(str(folder)).class_names == ["9", "10", "100"]


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
@pytest.mark.parametrize("labels", [["x", "y", "x"], [1, 0, 1], [1.0, 0.0, 1.0], [True, False, True]])
def test_other_kinds_of_metadata_files_give_the_same(folder: Path, kind: str, labels: list[Any]):
    frame = pd.DataFrame({"file_name": [f"img/{number}.png" for number in range(3)], "label": labels})
    if kind == "jsonl":
        frame.to_json(folder / "metadata.jsonl", orient="records", lines=True)
    else:
        frame.to_parquet(folder / "metadata.parquet")
    first, second, third = classes(load(str(folder)))
    assert first == third != second
    assert first in ("x", "1", "True")


def test_metadata_files_of_the_splits(tmp_path: Path):
    for split in ("train", "test"):
        for number in range(2):
            save_grey(tmp_path / "set" / split / f"{number}.png")
        (tmp_path / "set" / split / "metadata.csv").write_text(HEADER + f"1.png,b{split}\n0.png,a\n")
    assert classes(load(str(tmp_path / "set"))) == ["a", "btrain", "a", "btest"]
    (tmp_path / "set" / "test" / "metadata.csv").unlink()
    assert "those of the split 'test'" in refusal(tmp_path / "set", "train+test")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (HEADER + "img/0.png,a\nimg/1.png,\nimg/2.png,b\n", ["first 'img/1.png' (metadata.csv, line 3)", "1 of 3"]),
        ("filename,label\nimg/0.png,a\n", ["no column 'file_name'", "rename the column 'filename'", "--labels"]),
        ("File_Name,label\nimg/0.png,a\n", ["rename the column 'File_Name'"]),
        (HEADER + "0.png,a\n1.png,b\n", ["none of the 2 rows", "'0.png' (line 2)", "such as 'img/0.png'"]),
        (HEADER + "img/0.png,a\nimg/0.png,b\n", ["two labels, 'a' (metadata.csv, line 2) and 'b' (line 3)"]),
        (HEADER + "img/0.png,a\n,b\n", ["line 3 has no file name"]),
        (HEADER + "img/0.png,a,b\n", ["line 2 has 3 values; expected 2"]),
        ("", ["metadata.csv is empty"]),
        ("label,label,file_name\na,b,img/0.png\n", ["two columns of the same name"]),
    ],
)
def test_a_faulty_metadata_file_is_one_line(folder: Path, text: str, parts: list[str]):
    (folder / "metadata.csv").write_text(text)
    message = refusal(folder)
    assert all(part in message for part in parts), message


def test_latin_1_is_refused_and_utf_16_is_read(folder: Path):
    text = HEADER + "img/0.png,Bär\nimg/1.png,Kuh\nimg/2.png,Bär\n"
    (folder / "metadata.csv").write_text(text, encoding="latin-1")
    assert "metadata.csv is not UTF-8" in refusal(folder)
    (folder / "metadata.csv").write_text(text, encoding="utf-16")
    assert classes(load(str(folder))) == ["Bär", "Kuh", "Bär"]


def test_rows_without_an_image_and_repeated_rows_are_counted(folder: Path):
    rows = "img/0.png,a\nimg/1.png,b\nimg/2.png,a\nimg/2.png,a\nimg/9.png,b\n"
    (folder / "metadata.csv").write_text(HEADER + rows)
    no_image, repeated = [note.text for note in load(str(folder)).notes if note.kind == "caveat"]
    assert "1 row of metadata.csv names no image, first 'img/9.png' (line 6)" in no_image
    assert "1 row of metadata.csv repeats an earlier row" in repeated


def test_columns_that_are_not_labels_are_named_and_folders_are_used(tmp_path: Path):
    for name in ("a/1.png", "b/1.png"):
        save_grey(tmp_path / "set" / name)
    (tmp_path / "set" / "metadata.csv").write_text("file_name,score\na/1.png,0.5\nb/1.png,0.25\n")
    data = load(str(tmp_path / "set"))
    assert classes(data) == ["a", "b"]
    assert "no labels were found in its columns 'score'" in data.notes[0].text
    assert "--label-column" in data.notes[0].text


def test_the_column_of_labels_and_those_passed_over_are_named(folder: Path):
    (folder / "metadata.csv").write_text(
        "file_name,species,sex,mass\nimg/0.png,a,m,1.5\nimg/1.png,b,f,2.5\nimg/2.png,a,f,3\n"
    )
    (note,) = load(str(folder)).notes
    assert "labels: column 'species', found by its name; --label-column chooses another one or none" in note.text
    assert note.text.endswith("; not used: 'sex', 'mass'")
    assert load(str(folder), reading=Reading(label_column="sex")).notes == ()


def test_the_column_can_be_named_or_refused(folder: Path):
    text = "file_name,label,photographer\nimg/0.png,a,x\nimg/1.png,b,y\nimg/2.png,a,y\n"
    (folder / "metadata.csv").write_text(text)
    assert classes(load(str(folder), reading=Reading(label_column="photographer"))) == ["x", "y", "y"]
    assert load(str(folder), reading=Reading(label_column="none")).labels is None


def test_two_metadata_files_in_a_folder_are_refused(folder: Path):
    (folder / "metadata.csv").write_text(HEADER + "img/0.png,a\n")
    (folder / "metadata.jsonl").write_text('{"file_name": "img/0.png"}\n')
    assert "describe the same images" in refusal(folder)


@pytest.mark.parametrize("line", ["[1]", "{", "[" * 5000, '"x"'])
def test_a_line_that_is_not_an_object_is_named(folder: Path, line: str):
    (folder / "metadata.jsonl").write_text('{"file_name": "img/0.png"}\n' + line + "\n")
    assert "metadata.jsonl, line 2 is not a JSON object" in refusal(folder)


def test_empty_labels_are_told_and_the_folders_are_used(tmp_path: Path):
    for name in ("a/1.png", "b/1.png"):
        save_grey(tmp_path / "set" / name)
    (tmp_path / "set" / "metadata.csv").write_text(HEADER + "a/1.png,\nb/1.png,\n")
    data = load(str(tmp_path / "set"))
    assert classes(data) == ["a", "b"]
    assert "all labels of metadata.csv in the column 'label' are empty" in data.notes[0].text
