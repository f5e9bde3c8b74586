"""Labels of any type become indices into class names; missing and hidden labels are told apart from classes."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from columns import parquet_set, read_set, refused

from bench.datasets.label_codes import Origin, read_labels
from bench.errors import UsageError


def classes(values: Any, parts: dict[str, int] | None = None, declared: list[str] | None = None) -> Any:
    column = pa.chunked_array([pa.array(values)])
    labels = read_labels(column, declared, Origin("set", "label", parts or {"train": len(values)}))
    return None if labels.codes is None else [labels.class_names[code] for code in labels.codes]  # type: ignore[index]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([10, 9, 10], ["10", "9", "10"]),
        ([2.0, 1.0, 2.0], ["2", "1", "2"]),
        ([True, False, True], ["True", "False", "True"]),
        ([["b"], ["a"], ["b"]], ["b", "a", "b"]),
        (["b", "a\0", "b"], ["b", "a\0", "b"]),
    ],
)
def test_values_of_any_type(values: Any, expected: list[str]):
    assert classes(values) == expected


def test_numbers_are_sorted_as_numbers():
    labels = read_labels(pa.chunked_array([[10, 9, 10]]), None, Origin("set", "label", {"train": 3}))
    assert labels.class_names == ["9", "10"]


@pytest.mark.parametrize("blank", [None, float("nan")])
def test_a_blank_row_made_the_labels_floats_and_is_named(tmp_path: Path, blank: float | None):
    folder = parquet_set(tmp_path / "set", train={"label": pa.array([1.0, 0.0, blank, 1.0], pa.float64())})
    message = refused(folder)
    assert "1 of its 4 rows has no label in 'label' (first: row 2)" in message
    assert "--label-column none" in message
    assert read_set(folder, label_column="none").labels is None


def test_an_empty_text_is_no_label(tmp_path: Path):
    assert "(first: row 1)" in refused(parquet_set(tmp_path / "set", train={"label": ["a", " ", "b"]}))


def test_labels_only_in_train(tmp_path: Path):
    for name, missing in (("minus", -1), ("null", None)):
        hidden_labels = pa.array([missing] * 2, pa.int64())
        folder = parquet_set(tmp_path / name, train={"label": [0, 1, 1]}, test={"label": hidden_labels})
        for split in ("train+test", "all"):
            message = refused(folder, split)
            assert ("split 'test' hides its labels" if missing else "split 'test' has no labels") in message
            assert "2 rows" in message
            assert "--split train " in message
        assert read_set(folder, "train").class_names == ["0", "1"]
        hidden = read_set(folder, "test")
        assert hidden.labels is None
        assert "no labels are used" in hidden.notes[0].text


@pytest.mark.parametrize("values", [[-1, 1, -1], [-1, 5, 5], [-1, 0, 1], [-2, -1, 0], [-1.0, 1.0, 1.0]])
def test_minus_one_among_other_labels_is_a_class(values: list[int]):
    assert classes(values) == [str(int(value)) for value in values]


def test_minus_one_among_counted_classes_is_hidden():
    with pytest.raises(UsageError, match=r"1 of its 4 rows has a hidden label") as caught:
        classes([0, -1, 1, 2])
    assert "write the labels as words" in str(caught.value)


def test_a_split_of_minus_one_is_hidden_also_if_the_others_are_signs():
    assert classes([-1, -1]) is None
    with pytest.raises(UsageError, match="split 'test' hides its labels"):
        classes([0, 1, -1, -1], {"train": 2, "test": 2})
    assert classes([-1, 1, -1, -1], {"train": 2, "test": 2}) == ["-1", "1", "-1", "-1"]


def test_minus_one_in_a_column_of_declared_classes_is_hidden():
    with pytest.raises(UsageError, match="1 of its 2 rows has a hidden label"):
        classes([1, -1], declared=["a", "b"])
    with pytest.raises(UsageError, match=r"has the label 2 in 'label'; expected 0 … 1"):
        classes([1, 2], declared=["a", "b"])


def test_columns_that_are_no_labels_are_passed_over_or_refused(tmp_path: Path):
    many = pa.array([["a", "b"], ["a"], []])
    folder = parquet_set(tmp_path / "set", train={"target": [0.5, 1.0, 2.0], "labels": many, "kind": ["x", "y", "y"]})
    data = read_set(folder)
    assert data.labels is None
    assert "'target' is not used as labels: it has numbers that are not whole, such as 0.5" in data.notes[0].text
    assert "'labels' is not used as labels: row 0 has 2 labels" in data.notes[1].text
    assert "'target', 'labels', 'kind'" in data.notes[2].text
    assert "--label-column target: it has numbers that are not whole" in refused(folder, label_column="target")


def test_the_next_column_is_used_if_the_first_has_no_label(tmp_path: Path):
    folder = parquet_set(tmp_path / "set", train={"label": pa.nulls(2, pa.string()), "species": ["a", "b"]})
    assert read_set(folder).class_names == ["a", "b"]
