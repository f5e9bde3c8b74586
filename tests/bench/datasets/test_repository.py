"""Local folders in the Hub's layout: the loaded pixels, labels and splits are equal to the stored ones."""

import pickle
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import rich.style  # noqa: F401  its import draws a random number
from datasets import ClassLabel, Dataset, DatasetDict, Features, Image, Value
from pictures import refusal, save_grey

from bench.datasets.load import load

MakeFolder = Callable[..., Path]
CATS_AND_DOGS = ClassLabel(names=["cat", "dog"])


def grey(*values: int, size: tuple[int, int] = (3, 2)) -> list[PIL.Image.Image]:
    return [PIL.Image.new("L", size, value) for value in values]


def test_grey_images_with_class_names(make_folder: MakeFolder):
    folder = make_folder(
        {"image": Image(), "label": CATS_AND_DOGS},
        train={"image": grey(0, 51), "label": [1, 0]},
        test={"image": grey(255), "label": [1]},
    )
    data = load(str(folder))
    assert data.image_shape == (2, 3, 1)
    np.testing.assert_array_equal(data.features, np.float32([[0] * 6, [51 / 255] * 6, [1] * 6]))
    assert data.labels is not None
    assert data.labels.dtype == np.int64
    assert data.labels.tolist() == [1, 0, 1]
    assert data.class_names == ["cat", "dog"]
    assert (data.name, data.source, data.split) == (str(folder), "pictures", "train+test")


def test_the_default_split_of_a_set_without_test_is_train(make_folder: MakeFolder):
    folder = make_folder({"image": Image()}, train={"image": grey(0, 51)})
    assert load(str(folder)).split == "train"
    assert "unknown split 'test'" in refusal(folder, "train[:1]+test")


def test_colour_is_flattened_as_height_width_channel(make_folder: MakeFolder):
    known = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3) * 10
    folder = make_folder({"img": Image()}, train={"img": [PIL.Image.fromarray(known)]})
    data = load(str(folder), "train")
    assert data.image_shape == (2, 3, 3)
    np.testing.assert_array_equal(data.features[0].reshape(data.image_shape), known.astype(np.float32) / 255)


def test_grey_before_colour_becomes_colour(make_folder: MakeFolder):
    red = PIL.Image.new("RGB", (3, 2), (255, 0, 0))
    folder = make_folder({"image": Image()}, train={"image": [*grey(255), red]})
    data = load(str(folder), "train")
    assert data.image_shape == (2, 3, 3)
    assert data.features.tolist() == [[1.0] * 18, [1.0, 0.0, 0.0] * 6]


def test_sixteen_bits_are_scaled_to_one(make_folder: MakeFolder):
    deep = PIL.Image.fromarray(np.full((2, 3), 65535, dtype=np.uint16))
    black_and_white = PIL.Image.new("1", (3, 2), 1)
    folder = make_folder({"image": Image()}, train={"image": [deep, black_and_white]})
    assert load(str(folder), "train").features.tolist() == [[1.0] * 6] * 2


def test_folders_of_image_files_with_one_class_each(tmp_path: Path):
    for name, value in [("cat", 0), ("dog", 255)]:
        (tmp_path / "files" / "train" / name).mkdir(parents=True)
        grey(value)[0].save(tmp_path / "files" / "train" / name / "1.png")
    data = load(str(tmp_path / "files"), "train")
    assert data.class_names == ["cat", "dog"]
    assert data.labels is not None
    assert data.features[:, 0].tolist() == data.labels.tolist() == [0, 1]


def test_labels_can_be_missing(make_folder: MakeFolder):
    folder = make_folder({"image": Image(), "id": Value("int64")}, train={"image": grey(1), "id": [7]})
    data = load(str(folder), "train")
    assert data.labels is None
    assert data.class_names is None


def test_hidden_labels_are_missing_labels(make_folder: MakeFolder):
    folder = make_folder(
        {"image": Image(), "label": CATS_AND_DOGS},
        train={"image": grey(1), "label": [1]},
        test={"image": grey(2, 3), "label": [-1, -1]},
    )
    assert load(str(folder), "test").labels is None
    message = refusal(folder, "train+test")
    assert "split 'test' hides its labels (-1 in 'label'), 2 rows" in message
    assert "--split train" in message


@pytest.mark.parametrize("column", ["label", "labels", "target", "y"])
def test_plain_numbers_are_labels_if_the_column_has_a_usual_name(make_folder: MakeFolder, column: str):
    folder = make_folder({"image": Image(), column: Value("int32")}, train={"image": grey(1, 2, 3), column: [7, 3, 7]})
    data = load(str(folder), "train")
    assert data.class_names == ["3", "7"]
    assert data.labels is not None
    assert data.labels.tolist() == [1, 0, 1]


def test_declared_classes_go_before_plain_numbers(make_folder: MakeFolder):
    folder = make_folder(
        {"label": Value("int64"), "image": Image(), "animal": CATS_AND_DOGS},
        train={"image": grey(1, 2), "label": [5, 6], "animal": [1, 1]},
    )
    data = load(str(folder), "train")
    assert data.labels is not None
    assert data.labels.tolist() == [1, 1]


def test_the_first_of_several_image_columns_is_taken(make_folder: MakeFolder):
    folder = make_folder({"front": Image(), "back": Image()}, train={"front": grey(255), "back": grey(0)})
    assert load(str(folder), "train").features.max() == 1


def test_splits_can_be_sliced_and_joined(make_folder: MakeFolder):
    folder = make_folder({"image": Image()}, train={"image": grey(*range(10))}, test={"image": grey(*range(10, 14))})
    data = load(str(folder), "test[1:3]+train[:20%]")
    np.testing.assert_allclose(data.features[:, 0] * 255, [11, 12, 0, 1], rtol=1e-6)
    assert load(str(folder), "all").features.shape == (14, 6)


@pytest.mark.parametrize(
    ("split", "parts"),
    [
        ("train+test", {"train": 10, "test": 4}),
        ("test", {"test": 4}),
        ("all", {"all": 14}),
        ("test[1:3]+train[:20%]", {"test[1:3]": 2, "train[:20%]": 2}),
        ("train+test[:0]", {}),
        ("train[:2]+train[:2]", {}),
    ],
)
def test_parts_are_the_sizes_of_the_parts_of_a_split(make_folder: MakeFolder, split: str, parts: dict[str, int]):
    folder = make_folder({"image": Image()}, train={"image": grey(*range(10))}, test={"image": grey(*range(10, 14))})
    data = load(str(folder), split)
    assert list(data.parts.items()) == list(parts.items())
    assert not parts or sum(parts.values()) == len(data.features)


def test_the_parts_of_the_default_split_are_the_splits_of_the_data_set(make_folder: MakeFolder):
    assert load(str(make_folder({"image": Image()}, train={"image": grey(0, 51)}))).parts == {"train": 2}


def test_the_error_of_two_image_sizes_names_both(make_folder: MakeFolder):
    folder = make_folder({"image": Image()}, train={"image": [*grey(1), *grey(2, size=(5, 4))]})
    assert "2 × 3 and 4 × 5" in refusal(folder)


def test_the_error_of_a_missing_image_column_names_all_columns(make_folder: MakeFolder):
    folder = make_folder({"text": Value("string"), "label": CATS_AND_DOGS}, train={"text": ["a"], "label": [0]})
    message = refusal(folder)
    assert "has no image column; expected a column of type Image, bytes" in message
    assert message.endswith("got: text (string), label (ClassLabel)")


def test_invalid_splits(make_folder: MakeFolder):
    folder = make_folder({"image": Image()}, train={"image": grey(1)}, test={"image": []})
    assert "unknown split 'trian'; did you mean 'train'? known: test, train" in refusal(folder, "trian[:1]+test")
    assert "split 'train[:0]' is empty" in refusal(folder, "train[:0]")
    assert "split 'test' is empty" in refusal(folder, "test")
    assert "split 'train[' is not a valid expression" in refusal(folder, "train[")
    assert "split '' is not a valid expression" in refusal(folder, "")


def test_folders_that_cannot_be_read(tmp_path: Path, make_folder: MakeFolder):
    (tmp_path / "nothing").mkdir()
    assert "cannot read data set 'nothing'" in refusal(tmp_path / "nothing")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "train.parquet").write_bytes(b"PAR1 but not really")
    assert "cannot read data set 'broken'" in refusal(tmp_path / "broken")
    broken_image = {"bytes": b"no picture", "path": None}
    assert "cannot be decoded" in refusal(make_folder({"image": Image()}, train={"image": [broken_image]}))
    assert "row 1: no image in 'image'; expected one in each row" in refusal(
        make_folder({"image": Image()}, "gaps", train={"image": [*grey(1), None]})
    )


def test_the_loader_prints_nothing(make_folder: MakeFolder, capfd: pytest.CaptureFixture[str]):
    folder = make_folder({"image": Image()}, train={"image": grey(1)})
    load(str(folder), "train")
    (folder / "test-00000-of-00001.parquet").write_bytes(b"PAR1 but not really")
    refusal(folder)
    assert capfd.readouterr() == ("", "")


def test_the_global_random_state_does_not_change(make_folder: MakeFolder):
    folder = make_folder({"image": Image()}, train={"image": grey(1)})
    before = random.getstate(), pickle.dumps(np.random.get_state())  # noqa: NPY002
    load(str(folder), "train")
    load("digits")
    assert (random.getstate(), pickle.dumps(np.random.get_state())) == before  # noqa: NPY002


def test_a_folder_of_save_to_disk_has_no_file_that_is_not_read(tmp_path: Path):
    features = Features({"image": Image(), "label": CATS_AND_DOGS})
    table = Dataset.from_dict({"image": grey(0, 51), "label": [1, 0]}, features=features)
    table.save_to_disk(str(tmp_path / "one"))
    data = load(str(tmp_path / "one"))
    assert data.class_names == ["cat", "dog"]
    assert [note for note in data.notes if note.kind != "fact"] == []
    save_grey(tmp_path / "one" / "extra.png")
    (unread,) = [note for note in load(str(tmp_path / "one")).notes if note.kind != "fact"]
    assert "1 file is not read, first 'extra.png'" in unread.text
    DatasetDict(train=table, test=table).save_to_disk(str(tmp_path / "two"))
    data = load(str(tmp_path / "two"))
    assert len(data.features) == 4
    assert [note for note in data.notes if note.kind != "fact"] == []


def test_an_image_beside_class_folders_of_a_set_with_a_card_is_named(tmp_path: Path):
    for name in ("cat/1.png", "dog/1.png", "cover.png"):
        save_grey(tmp_path / "set" / name)
    card = "---\nconfigs:\n- config_name: default\n  data_files: '**/*.png'\n---\n"
    (tmp_path / "set" / "README.md").write_text(card)
    (note,) = load(str(tmp_path / "set"), "train").notes
    assert "the names of its 2 folders are not used as classes" in note.text
    assert "first 'cover.png'" in note.text
