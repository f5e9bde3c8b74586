"""The options of a reading: checked before anything is read."""

from pathlib import Path
from typing import Any

import pytest

from bench.errors import UsageError
from bench.experiments.reading import reading_of
from bench.store.reading import READ_PLAIN, Reading


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"resize": 1}, "--resize 1 is not valid; expected an integer, 2 to 4,096"),
        ({"resize": True}, "--resize True"),
        ({"limit": 1}, "--limit 1 is not valid; expected an integer, at least 2"),
        ({"transparent": "whit"}, "--transparent: unknown value 'whit'; did you mean 'white'?"),
        ({"resize_mode": "fill", "resize": 8}, "--resize-mode: unknown value 'fill'"),
        ({"resize_mode": "pad"}, "--resize-mode needs --resize"),
        ({"on_bad": "ignore"}, "--on-bad: unknown value 'ignore'"),
        ({"scale": "std"}, "--scale: unknown value 'std'"),
        ({"stratify": True}, "--stratify needs --limit"),
        (
            {"class_sizes": "600"},
            "--class-sizes 600 is not valid; expected the sizes of the first and of the last class",
        ),
        ({"class_sizes": "0:5"}, "--class-sizes 0:5 is not valid"),
        ({"class_sizes": "5:-1"}, "--class-sizes 5:-1 is not valid"),
        ({"class_sizes": (5, 6, 7)}, "--class-sizes (5, 6, 7) is not valid"),
        ({"class_sizes": (5, 6.5)}, "--class-sizes (5, 6.5) is not valid"),
        ({"class_sizes": "5:9", "limit": 10}, "--class-sizes says how many rows are drawn, and so does --limit"),
        ({"class_sizes": "5:9", "stratify": True}, "--stratify needs --limit"),
        ({"image_shape": "28"}, "--image-shape 28 is not valid"),
        ({"image_shape": (8, 8, 2)}, "has 2 channels; expected 1 (grey) or 3 (colours)"),
        ({"labels": "no-such.csv"}, "--labels no-such.csv: the file does not exist"),
        ({"label_colum": "x"}, "unknown argument 'label_colum'; did you mean 'label_column'?"),
        ({"label_column": 4}, "an option of the data set is not valid"),
    ],
)
def test_an_invalid_option_is_one_line(options: Any, words: str):
    with pytest.raises(UsageError) as refused:
        reading_of(options)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_defaults_are_a_plain_reading():
    assert reading_of({"config": None, "stratify": None}) == READ_PLAIN


@pytest.mark.parametrize("sizes", ["600:6000", (600, 6000), [600, 6000]])
def test_sizes_of_classes_are_a_pair_of_numbers(sizes: Any):
    assert reading_of({"class_sizes": sizes}) == Reading(class_sizes=(600, 6000))


def test_the_labels_file_has_its_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "labels.csv").write_text("a.png,cat\n")
    monkeypatch.chdir(tmp_path)
    assert reading_of({"labels": "labels.csv"}) == Reading(labels=str(tmp_path / "labels.csv"))
