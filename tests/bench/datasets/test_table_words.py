"""Words in the cells of a text file: signs of missing values, codes that begin with zeros, and dates."""

from pathlib import Path
from typing import Any

import pytest

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.errors import UsageError
from bench.experiments.reading import reading_of

ROWS = [f"{number}.5,{(number * 7) % 5},{'xy'[number % 2]}" for number in range(12)]


def read(path: Path, lines: list[str], header: str = "a,b,label", **options: Any) -> ImageData:
    path = path / "table.csv"
    path.write_text("\n".join([header, *lines]))
    return load(str(path), reading=reading_of({"scale": "none", **options}))


def refused(path: Path, lines: list[str], header: str = "a,b,label", **options: Any) -> str:
    with pytest.raises(UsageError) as caught:
        read(path, lines, header, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def notes(data: ImageData) -> str:
    return "\n".join(remark.text for remark in data.notes + data.how_read)


@pytest.mark.parametrize("word", ["?", "NA", "None", "nan", "null"])
def test_the_word_that_means_a_missing_value_is_shown(tmp_path: Path, word: str):
    lines = [*ROWS]
    lines[3] = f"3.5, {word} ,y"
    assert f"(first: '{word}', which means a missing value, in row 3 (line 5), column 'b')" in refused(tmp_path, lines)
    lines[3] = f"3.5,1,{word}"
    message = refused(tmp_path, lines)
    assert f"1 of 12 rows without a true label (first: '{word}', which means a missing value, in row 3 (line" in message
    assert f"if '{word}' is a class, write another word for it, such as 'class {word}'" in message
    assert len(read(tmp_path, lines, on_bad="skip").features) == 11
    lines[3] = f"3.5,1,class {word}"
    assert f"class {word}" in (read(tmp_path, lines).class_names or [])


def test_an_empty_cell_is_called_empty(tmp_path: Path):
    assert "(first: an empty cell in row 12 (line 14), column 'b')" in refused(tmp_path, [*ROWS, "3.5,,y"])
    message = refused(tmp_path, [*ROWS, "3.5,1,"])
    assert "(first: an empty cell in row 12 (line 14))" in message
    assert "is a class" not in message


def test_the_word_behind_lines_that_are_left_out(tmp_path: Path):
    lines = [*ROWS[:2], "1,2,3,4", *ROWS[2:6], "2.5,NA,x", *ROWS[6:]]
    data = read(tmp_path, lines, on_bad="skip")
    assert "(first: 'NA', which means a missing value, in row 6, column 'b')" in notes(data)
    assert len(data.features) == 12


def test_a_column_of_nothing_but_such_words(tmp_path: Path):
    data = read(tmp_path, [f"{row},NA" for row in ROWS], "a,b,label,kind")
    assert "the column 'kind' is left out, because all values are missing ('NA' means a missing value)" in notes(data)


@pytest.mark.parametrize("option", [None, "kind"])
def test_labels_that_begin_with_zeros_keep_them(tmp_path: Path, option: str | None):
    header = "a,b,label" if option is None else "a,b,kind"
    codes = [f"{row[:-1]}{number % 3:03}" for number, row in enumerate(ROWS)]
    data = read(tmp_path, codes, header, label_column=option)
    assert (data.class_names, data.labels.tolist()) == (["000", "001", "002"], [number % 3 for number in range(12)])
    missing = read(tmp_path, [*codes, "1.5,2,"], header, label_column=option, on_bad="skip")
    assert (missing.class_names, len(missing.features)) == (["000", "001", "002"], 12)
    plain = read(tmp_path, [f"{row[:-1]}{number % 3}" for number, row in enumerate(ROWS)], header, label_column=option)
    assert plain.class_names == ["0", "1", "2"]


def test_labels_of_texts_that_begin_with_zeros_keep_them(tmp_path: Path):
    lines = [f"a text with words {number},{number % 2:02}" for number in range(8)]
    data = read(tmp_path, lines, "text,label", scale=None)
    assert data.class_names == ["00", "01"]


DATES = ["{:02}.01.2024", "{}/1/24", "2024-01-{:02}", "{:02}-01-2024 18:30", "2024/01/{:02}", "2024-01-{:02}T12:30:00Z"]


@pytest.mark.parametrize("form", DATES)
def test_dates_are_refused_in_every_form_and_are_no_names_of_rows(tmp_path: Path, form: str):
    lines = [f"{row},{form.format(number + 1)}" for number, row in enumerate(ROWS)]
    message = refused(tmp_path, lines, "a,b,label,day")
    assert "has a column that is not numeric: 'day' (dates); remove or encode them" in message
    assert "or name the features with --columns A,B,C" in message
    data = read(tmp_path, lines, "a,b,label,day", columns="a,b")
    assert (data.features.shape, data.row_names) == ((12, 2), None)


def test_words_with_points_are_no_dates(tmp_path: Path):
    lines = [f"{row},v{number}.1.2024" for number, row in enumerate(ROWS)]
    assert (read(tmp_path, lines, "a,b,label,version").row_names or ())[:2] == ("v0.1.2024", "v1.1.2024")


def test_a_column_of_splits_has_the_remedy_to_name_the_features(tmp_path: Path):
    lines = [f"{row},{'train' if number % 3 else 'test'}" for number, row in enumerate(ROWS)]
    assert "or name the features with --columns A,B,C" in refused(tmp_path, lines, "a,b,label,split")
    assert read(tmp_path, lines, "a,b,label,split", columns="a,b").features.shape == (12, 2)
