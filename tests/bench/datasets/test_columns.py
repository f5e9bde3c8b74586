"""The column of labels is found under its usual names, or every column that was passed over is named."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from columns import parquet_set, read_set, refused
from datasets import ClassLabel, Value

from bench.datasets.columns import LABEL_NAMES, Kind, kind_of, label_columns, normal_name
from bench.datasets.load import load
from bench.store.reading import Reading
from bench.store.remarks import caveat, fact

ANIMALS = ["cat", "dog", "cat"]


@pytest.mark.parametrize("name", ["Label", "LABEL", "class", "Category", "target", "fine-label", "Fine Label", "y"])
def test_any_spelling_of_a_usual_name(tmp_path: Path, name: str):
    data = read_set(parquet_set(tmp_path / "set", train={"id": [7, 8, 9], name: ANIMALS}))
    assert data.class_names == ["cat", "dog"]
    assert data.labels is not None
    assert data.labels.tolist() == [0, 1, 0]
    said = f"data set 'set': labels: column '{name}', found by its name; --label-column chooses another one or none"
    assert data.notes == (fact(said),)
    assert read_set(tmp_path / "set", label_column=name).notes == ()


def test_no_two_usual_names_are_equal():
    assert len({normal_name(name) for name in LABEL_NAMES}) == len(LABEL_NAMES)


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())]
)
def test_words_of_any_type_of_text(tmp_path: Path, kind: pa.DataType):
    words = pa.array(ANIMALS).cast(kind)
    assert kind_of(kind) == "words"
    assert read_set(parquet_set(tmp_path / "set", train={"label": words})).class_names == ["cat", "dog"]


def test_a_part_of_a_structure_is_a_column(tmp_path: Path):
    folder = parquet_set(tmp_path / "set", train={"json": [{"label": name, "size": 1} for name in ANIMALS]})
    assert read_set(folder).class_names == ["cat", "dog"]
    assert read_set(folder, label_column="json.size").class_names == ["1"]


def test_all_columns_that_were_passed_over_are_named(tmp_path: Path):
    data = read_set(parquet_set(tmp_path / "set", train={"id": [7, 8, 9], "beast": ANIMALS}))
    assert data.labels is None
    text = (
        "data set 'set': no labels were found in its columns 'id', 'beast'; if one of them has the labels, name it "
        "with --label-column COLUMN"
    )
    assert data.notes == (caveat(text),)
    assert read_set(tmp_path / "set", label_column="beast").class_names == ["cat", "dog"]


def test_declared_classes_go_first():
    kinds: dict[str, Kind] = {"label": "words", "coarse_label": "classes", "fine_label": "classes", "tags": "lists"}
    assert label_columns(kinds, None, "set").candidates == ("fine_label", "coarse_label", "label")
    assert label_columns({"labels": "lists", "species": "words"}, None, "set").candidates == ("species", "labels")
    assert label_columns({"id": "integers", "animal": "classes"}, None, "set").candidates == ("animal",)


def test_the_choice_between_two_usual_names_is_told(tmp_path: Path):
    data = read_set(parquet_set(tmp_path / "set", train={"species": [1, 2, 2], "label": ANIMALS}))
    assert data.class_names == ["cat", "dog"]
    assert "labels: column 'label', found by its name; --label-column chooses another one" in data.notes[0].text
    assert data.notes[0].text.endswith("or none; 'species' may have labels, too")
    assert data.notes[0].kind == "fact"


def test_two_lists_of_class_names_are_both_named_with_the_remedy(make_folder: Callable[..., Path]):
    features = {
        "text": Value("string"),
        "coarse_label": ClassLabel(names=["animal", "plant"]),
        "fine_label": ClassLabel(names=["cat", "dog", "fern"]),
    }
    texts = [f"{word} sits here" for word in ("cat", "dog", "fern", "cat", "dog", "fern")]
    rows = {"text": texts, "coarse_label": [0, 0, 1] * 2, "fine_label": [0, 1, 2] * 2}
    folder = make_folder(features, train=rows)
    data = load(str(folder))
    assert data.class_names == ["cat", "dog", "fern"]
    told = [note for note in data.notes if "may have labels" in note.text]
    assert [note.kind for note in told] == ["fact"]
    assert "labels: column 'fine_label', which declares classes; --label-column chooses another" in told[0].text
    assert told[0].text.endswith("; 'coarse_label' may have labels, too")
    other = load(str(folder), reading=Reading(label_column="coarse_label"))
    assert other.class_names == ["animal", "plant"]
    assert not [note for note in other.notes if "may have labels" in note.text]


def test_a_column_that_hides_its_labels_is_not_offered_again(make_folder: Callable[..., Path]):
    features = {"text": Value("string"), "fine_label": ClassLabel(names=["a", "b"]), "coarse_label": Value("int64")}
    texts = [f"{word} sits here" for word in ("cat", "dog", "fern", "cat")]
    data = load(str(make_folder(features, train={"text": texts, "fine_label": [-1] * 4, "coarse_label": [0, 1, 1, 0]})))
    assert data.class_names == ["0", "1"]
    hidden, *others = data.notes
    assert hidden == caveat(f"data set '{data.source}': all labels in 'fine_label' are hidden (-1): no labels are used")
    assert not [note for note in others if "'fine_label' may have labels" in note.text]


def test_no_column_is_read_if_the_user_wants_none(tmp_path: Path):
    data = read_set(parquet_set(tmp_path / "set", train={"label": ANIMALS}), label_column="none")
    assert data.labels is None
    assert data.notes == ()


def test_a_column_that_is_not_there_or_has_no_labels(tmp_path: Path):
    folder = parquet_set(tmp_path / "set", train={"beast": ANIMALS, "when": pa.array([1, 2, 3], pa.timestamp("s"))})
    message = refused(folder, label_column="beats")
    assert "--label-column: unknown column 'beats'; did you mean 'beast'? known: beast, when" in message
    assert "neither words nor whole numbers; columns with such values: 'beast'" in refused(folder, label_column="when")
