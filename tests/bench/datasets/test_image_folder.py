"""Folders of image files are read as they lie: every image, its class, its split and its name."""

import zipfile
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from pictures import class_folders, encoded, parquet_rows, refusal, save_grey

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.errors import UsageError
from bench.store.reading import Reading


def make(folder: Path, *names: str) -> Path:
    """A folder with a grey image under each name."""
    for value, name in enumerate(names):
        save_grey(folder / name, value)
    return folder


def classes(data: ImageData) -> list[str] | None:
    """The class of each row."""
    if data.labels is None or data.class_names is None:
        return None
    return [data.class_names[code] for code in data.labels.tolist()]


def test_rows_have_the_names_of_their_files_and_their_pixels(tmp_path: Path):
    data = load(str(make(tmp_path / "set", "a/1.png", "b/2.PNG", "b/3.png")))
    assert data.row_names == ("a/1.png", "b/2.PNG", "b/3.png")
    np.testing.assert_array_equal(data.features[:, 0], np.float32([0, 1, 2]) / np.float32(255))
    assert classes(data) == ["a", "b", "b"]
    assert data.notes == ()


def test_words_of_splits_in_names_of_files_mean_nothing(tmp_path: Path):
    names = [f"{kind}/{kind}{word}{i}.png" for kind in "ab" for word in ("_test_", "-train-", ".val.") for i in (1, 2)]
    data = load(str(make(tmp_path / "set", *names)))
    assert len(data.features) == 12
    assert data.split == "train"
    assert data.notes == ()


def test_a_class_called_train_beside_others_is_a_class(tmp_path: Path):
    data = load(str(make(tmp_path / "set", "bus/1.png", "car/1.png", "train/1.png")))
    assert classes(data) == ["bus", "car", "train"]
    assert "the folder 'train' (1 image) is not read as a split, because 'bus', 'car' are not" in data.notes[0].text


@pytest.mark.parametrize(("one", "other"), [("train", "test"), ("Training", "EVAL"), ("train_images", "test_images")])
def test_folders_named_like_splits_are_splits(tmp_path: Path, one: str, other: str):
    folder = make(tmp_path / "set", f"{one}/a/1.png", f"{one}/b/1.png", f"{other}/a/1.png", f"{other}/b/1.png")
    data = load(str(folder))
    assert classes(data) == ["a", "b", "a", "b"]
    assert data.parts == {"train": 2, "test": 2}
    assert data.row_names is not None
    assert data.row_names[2] == f"{other}/a/1.png"
    assert load(str(folder), "test[1:]+train[:1]").row_names == (f"{other}/b/1.png", f"{one}/a/1.png")


def test_flat_splits_have_no_labels_and_the_other_meaning_is_told(tmp_path: Path):
    folder = make(tmp_path / "set", "train/1.png", "test/1.png", "val/1.png")
    data = load(str(folder))
    assert data.labels is None
    assert data.parts == {"train": 1, "test": 1}
    assert "split 'validation' (1 row) is not read" in data.notes[0].text
    assert (
        "its folders are read as splits, not as classes: 'test' (1 image) as 'test', 'train' (1 image) as 'train', "
        "'val' (1 image) as 'validation'; if they are classes, rename one of them, for example 'test' to 'test-class'"
    ) in data.notes[1].text
    assert len(load(str(folder), "all").features) == 3
    (folder / "test").rename(folder / "test-class")
    assert classes(load(str(folder))) == ["test-class", "train", "val"]


@pytest.mark.parametrize(
    "names",
    [
        ("train-station", "test-tube", "bus-stop", "airport"),
        ("train-station", "test-tube"),
        ("training_shoes", "dev-kit", "valid_tickets"),
        ("test pilot", "VALidation stamp", "2nd train"),
    ],
)
def test_class_folders_whose_names_have_a_split_word_are_classes(tmp_path: Path, names: tuple[str, ...]):
    data = load(str(make(tmp_path / "set", *(f"{name}/{i}.png" for name in names for i in range(2)))))
    assert data.class_names == sorted(names)
    assert len(data.features) == 2 * len(names)
    assert data.parts == {"train": 2 * len(names)}


def test_folders_of_splits_inside_of_class_folders_are_told(tmp_path: Path):
    folder = make(tmp_path / "set", "cat/train/1.png", "cat/test/1.png", "dog/train/1.png", "dog/test/1.png")
    (note,) = load(str(folder)).notes
    assert "the folders 'test', 'train' inside of other folders are used as classes; if they are splits" in note.text
    assert note.text.endswith("such as 'test/cat'")


def test_classes_called_test_and_eval_alone_are_classes(tmp_path: Path):
    assert classes(load(str(make(tmp_path / "set", "eval/1.png", "test/1.png")))) == ["eval", "test"]


def test_labels_in_one_split_only_are_refused_with_the_split_that_has_them(tmp_path: Path):
    folder = make(tmp_path / "set", "train/a/1.png", "train/b/1.png", "test/1.png")
    message = refusal(folder, "train+test")
    assert "1 of 3 images have no label: those of the split 'test'" in message
    assert "--split train" in message
    assert classes(load(str(folder), "train")) == ["a", "b"]


def test_folders_around_all_images_are_neither_classes_nor_splits(tmp_path: Path):
    folder = make(tmp_path / "set", "data/images/train/a/1.png", "data/images/train/b/1.png")
    assert classes(load(str(folder))) == ["a", "b"]
    assert load(str(make(tmp_path / "flat", "images/1.png", "images/2.png"))).labels is None


def test_classes_that_join_folders_or_lie_in_one_split_are_told(tmp_path: Path):
    joined = load(str(make(tmp_path / "set", "x/a/1.png", "y/a/1.png", "y/b/1.png")))
    assert classes(joined) == ["a", "a", "b"]
    assert "1 class joins folders of the same name: 'a' has the images of 'x/a', 'y/a'" in joined.notes[0].text
    folder = make(tmp_path / "other", "train/a/1.png", "train/b/1.png", "test/a/1.png", "test/unknown/1.png")
    assert "2 classes have images in one split only, first 'b' in 'train'" in load(str(folder)).notes[0].text


@pytest.mark.parametrize("split", ["trian", "train[", "train[:0]", "test"])
def test_splits_that_do_not_exist(tmp_path: Path, split: str):
    message = refusal(make(tmp_path / "set", "a/1.png", "b/1.png"), split)
    assert "split" in message
    assert "known: train" in message or "valid expression" in message or "is empty" in message


@pytest.mark.parametrize("name", ["train.zip", "pictures.zip"])
def test_a_zip_of_class_folders_is_read_like_a_folder(tmp_path: Path, name: str):
    folder = class_folders(tmp_path / "source")
    plain = load(str(folder))
    (tmp_path / "set").mkdir()
    with zipfile.ZipFile(tmp_path / "set" / name, "w") as archive:
        for file in sorted(folder.rglob("*.png")):
            archive.write(file, file.relative_to(folder))
        archive.writestr("__MACOSX/._1.png", b"no image")
    data = load(str(tmp_path / "set"))
    assert data.digest == plain.digest
    assert classes(data) == ["a", "a", "b", "b"]
    assert data.row_names is not None
    assert data.row_names[0] == f"{name}/a/0.png"
    assert data.notes == ()


def test_other_files_in_and_beside_archives_are_told(tmp_path: Path):
    image = save_grey(tmp_path / "1.png").read_bytes()
    (tmp_path / "set" / "in").mkdir(parents=True)
    with zipfile.ZipFile(tmp_path / "set" / "in" / "images.zip", "w") as archive:
        for name in ("data/a/1.png", "data/b/1.png", "data/b/.2.png"):
            archive.writestr(name, image)
        for name in ("data/readme.txt", "data/c/1.heic", "data/d/1.pdf"):
            archive.writestr(name, b"no image")
    with zipfile.ZipFile(tmp_path / "set" / "boxes.zip", "w") as archive:
        archive.writestr("1.xml", "<a/>")
    data = load(str(tmp_path / "set"))
    assert classes(data) == ["a", "b"]
    assert [note.text.split("not read, first ")[1].partition(":")[0] for note in data.notes] == [
        "'in/images.zip/data/b/.2.png'",
        "'boxes.zip'",
        "'in/images.zip/data/c/1.heic'",
        "'in/images.zip/data/d/1.pdf'",
        "'in/images.zip/data/readme.txt'",
    ]


def test_a_folder_without_images_beside_class_folders_is_told(tmp_path: Path):
    folder = make(tmp_path / "set", "a/1.png", "b/1.png")
    for name in ("notes/1.txt", "notes/2.txt", "a/1.xml", "readme.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("text")
    alone, beside = load(str(folder)).notes
    assert "2 files are not read, first 'notes/1.txt': no image lies in its folder" in alone.text
    assert "2 files are not read, first 'a/1.xml': texts, documents and programs beside images" in beside.text
    assert (alone.kind, beside.kind) == ("caveat", "fact")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("2.HEIC", "another name does not help; convert it, for example to JPEG"),
        ("2.nef", "another name does not help; convert it, for example to JPEG"),
        ("2", "rename it if it is such an image"),
        ("2.scan", "rename it if it is such an image"),
        ("1.txt", "texts, documents and programs beside images are not used"),
        ("Thumbs.db", "texts, documents and programs beside images are not used"),
        ("1.json", "if it has the labels, write them to a CSV file"),
    ],
)
def test_each_other_file_is_named_with_a_remedy_that_helps(tmp_path: Path, name: str, reason: str):
    folder = make(tmp_path / "set", "1.png", "2.png")
    (folder / name).write_bytes(b"x")
    (note,) = load(str(folder)).notes
    assert f"1 file is not read, first {name!r}: " in note.text
    assert reason in note.text


def test_with_labels_of_a_file_no_hint_proposes_one(tmp_path: Path):
    folder = make(tmp_path / "set", "1.png", "2.png")
    (folder / "old.csv").write_text("1,a\n")
    (tmp_path / "new.csv").write_text("1,a\n2,b\n")
    assert "is used with `--labels FILE.csv`" in load(str(folder)).notes[0].text
    (note,) = load(str(folder), reading=Reading(labels=str(tmp_path / "new.csv"))).notes
    assert "first 'old.csv': it is neither an image nor a metadata file; remove it" in note.text


def test_images_of_more_than_8_bits_are_told(tmp_path: Path):
    folder = make(tmp_path / "set", "a.png", "b.png")
    assert load(str(folder)).how_read == ()
    PIL.Image.fromarray(np.full((2, 3), 4095, np.uint16)).save(folder / "c.tif")
    data = load(str(folder))
    (text,) = data.summary().how_read
    assert text == (
        "1 of 3 images have more than 8 bits: they were divided by 65,535. Their largest value is 4,095, which "
        "became 0.062; the others were divided by 255."
    )
    assert data.features[2, 0] == np.float32(4095) / np.float32(65535)


@pytest.mark.parametrize("top", ["", "train/", "Photos/"])
def test_an_image_beside_class_folders_is_named(tmp_path: Path, top: str):
    folder = make(tmp_path / "set", *(f"{top}{name}/{i}.png" for name in ("cat", "dog") for i in range(3)))
    assert len(load(str(folder)).class_names or []) == 2
    save_grey(folder / f"{top}cover.png", 9)
    data = load(str(folder))
    assert (data.labels, len(data.features)) == (None, 7)
    (note,) = (note.text for note in data.notes if "not used as classes" in note.text)
    assert "the names of its 2 folders are not used as classes" in note
    assert f"1 image lies higher or deeper than the others, first '{top}cover.png'" in note
    (folder / f"{top}cover.png").unlink()
    assert classes(load(str(folder))) == ["cat"] * 3 + ["dog"] * 3


def test_images_in_no_folder_are_named_also_if_they_are_most(tmp_path: Path):
    folder = make(tmp_path / "set", *(f"{i}.png" for i in range(5)), "cat/1.png", "dog/1.png")
    (note,) = load(str(folder)).notes
    assert "5 images lie higher or deeper than the others, first '0.png'" in note.text


def test_folders_above_the_classes_are_told(tmp_path: Path):
    data = load(str(make(tmp_path / "set", "x/a/1.png", "x/b/1.png", "y/c/1.png")))
    assert classes(data) == ["a", "b", "c"]
    assert (
        "its 3 classes are the folders that hold images; the folders above them, 'x', 'y', are not"
        in data.notes[0].text
    )


def test_a_metadata_file_in_an_archive_is_refused_with_the_remedy(tmp_path: Path):
    (tmp_path / "set").mkdir()
    with zipfile.ZipFile(tmp_path / "set" / "train.zip", "w") as archive:
        archive.writestr("1.png", save_grey(tmp_path / "1.png").read_bytes())
        archive.writestr("metadata.csv", "file_name,label\n1.png,a\n")
    assert "unpack it, and give the folder" in refusal(tmp_path / "set")


@pytest.mark.parametrize("content", [b"", b"no image", "cut"])
def test_a_damaged_image_is_named(tmp_path: Path, content: bytes | str):
    folder = class_folders(tmp_path / "set")
    PIL.Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8)).save(folder / "b" / "9.jpg")
    whole = (folder / "b" / "9.jpg").read_bytes()
    (folder / "b" / "9.jpg").write_bytes(whole[:-30] if isinstance(content, str) else content)
    PIL.Image.new("L", (8, 8)).save(folder / "a" / "0.png")
    for name in ("a/1", "b/0", "b/1"):
        PIL.Image.new("L", (8, 8)).save(folder / f"{name}.png")
    assert "data set 'set', 'b/9.jpg': " in refusal(folder)


FRAMES = [PIL.Image.new("RGB", (3, 2), (value,) * 3) for value in (255, 0, 100)]


@pytest.mark.parametrize("ending", ["gif", "tif", "webp", "apng", "png"])
def test_frames_that_are_not_read_are_counted(tmp_path: Path, ending: str):
    folder = make(tmp_path / "set", "a/1.png", "b/1.png")
    for name in ("a/2", "b/2"):
        path = folder / f"{name}.{ending}"
        kind = "PNG" if ending == "apng" else None
        FRAMES[0].save(path, kind, save_all=True, append_images=FRAMES[1:])
    data = load(str(folder))
    assert data.features[1].min() == 1
    expected = (
        f"2 of 4 images have several frames or pages, first 'a/2.{ending}': only the first frame of each was read"
    )
    assert any(remark.text.startswith(expected) for remark in data.how_read)


def test_images_of_one_frame_are_not_said_to_have_several(tmp_path: Path):
    folder = make(tmp_path / "set", "a/1.png", "b/1.png")
    for ending in ("gif", "tif", "webp", "png", "jpg"):
        FRAMES[0].save(folder / "a" / f"2.{ending}")
    assert load(str(folder)).how_read == ()


def test_frames_in_a_column_are_counted_also_if_the_second_is_damaged(tmp_path: Path):
    cell = encoded(FRAMES[0], "GIF", save_all=True, append_images=FRAMES[1:])
    second = cell["bytes"].index(b"!\xf9", cell["bytes"].index(b"!\xf9") + 1)
    cut = {"bytes": cell["bytes"][: second + 1], "path": None}
    data = load(str(parquet_rows(tmp_path / "set", encoded(FRAMES[0]), cell, cut)), "train")
    np.testing.assert_array_equal(data.features, 1)
    assert any(
        remark.text.startswith("2 of 3 images have several frames or pages, first row 1:") for remark in data.how_read
    )


def test_a_table_with_a_logo_is_not_a_folder_of_images(tmp_path: Path):
    folder = make(tmp_path / "set", "logo.png")
    (folder / "train.csv").write_text("x,y\n1,2\n")
    (folder / "test.csv").write_text("x,y\n1,2\n")
    data = load(str(folder))
    assert data.image_shape is None
    assert len(data.features) == 2


def test_options_of_other_data_sets_are_refused(tmp_path: Path):
    folder = str(class_folders(tmp_path / "set"))
    with pytest.raises(UsageError, match="--text-column does nothing there"):
        load(folder, reading=Reading(text_column="a"))
    with pytest.raises(UsageError, match="has no configurations"):
        load(folder, reading=Reading(config="a"))
    with pytest.raises(UsageError, match="--label-column a: this folder of images has no metadata file"):
        load(folder, reading=Reading(label_column="a"))


def test_an_archive_that_is_not_read_is_named_with_the_remedy(tmp_path: Path):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "pictures.tar.gz").write_bytes(b"\x1f\x8b")
    assert "the archive 'pictures.tar.gz', which is not read; unpack it" in refusal(tmp_path / "set")
