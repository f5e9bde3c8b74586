"""Names of folders: which are splits, which are classes, and what is said where both are possible."""

import pytest

from bench.datasets.split_folders import split_folders


@pytest.mark.parametrize(
    ("folders", "expected"),
    [
        ("train test val", ["train", "test", "validation"]),
        ("Training EVAL Dev", ["train", "test", "validation"]),
        ("train2017 val2017", ["train", "validation"]),
        ("train-00000-of-00001 test-00000-of-00001", ["train", "test"]),
        ("train-0-of-2 train-1-of-2 test", None),
        ("train_1 train_2 test_1", ["train", "train", "test"]),
        ("train_images test-images", ["train", "test"]),
        ("trainset TestSet", ["train", "test"]),
        ("trainImages testImages", ["train", "test"]),
        ("seg_train seg_test", ["train", "test"]),
        ("my_flowers_val my_flowers_test", ["validation", "test"]),
        ("train", ["train"]),
        ("train2017", None),
        ("train bus", None),
        ("train-station test-tube", None),
        ("trains tests", None),
        ("train-test test-train", None),
        ("contest latest", None),
        ("valid invalid", None),
        ("test eval", None),
        ("train_images test", None),
    ],
)
def test_all_folders_are_splits_or_none(folders: str, expected: list[str] | None):
    names = folders.split()
    splits = split_folders(dict.fromkeys(names, 1), 0, "images").splits
    assert splits == dict(zip(names, expected or (), strict=expected is not None))
    assert split_folders(dict.fromkeys(names, 1), 2, "images").splits == {}


@pytest.mark.parametrize(
    ("sizes", "n_loose", "note"),
    [
        ({"train": 3, "test": 2}, 0, ""),
        ({"train-station": 3, "test-tube": 2, "bus": 1}, 0, ""),
        ({"a": 3, "b": 2}, 4, ""),
        (
            {"train2017": 1_118, "val2017": 50},
            0,
            "its folders are read as splits, not as classes: 'train2017' (1,118 texts) as 'train', 'val2017' (50 "
            "texts) as 'validation'; if they are classes, rename one of them, for example "
            "'train2017' to 'train2017-class'",
        ),
        (
            {"train-station": 3, "test-tube": 1},
            0,
            "all texts are read; the folders 'test-tube' (1 text), 'train-station' (3 texts) are not read as splits, "
            "because their names have different other words; to use splits, rename them, for example to 'train' and "
            "'test'",
        ),
        (
            {"train_images": 3, "test_images": 2, "sample_images": 1},
            0,
            "all texts are read; the folders 'test_images' (2 texts), 'train_images' (3 texts) are not read as splits, "
            "because 'sample_images' is not named like a split; to use splits, move it elsewhere",
        ),
        (
            {"train": 3, "test": 2},
            1,
            "all texts are read; the folders 'test' (2 texts), 'train' (3 texts) are not read as splits, because 1 "
            "text lies beside; to use splits, move these files",
        ),
        (
            {"test": 3, "eval": 2},
            0,
            "all texts are read; the folders 'eval' (2 texts), 'test' (3 texts) are not read as splits, because they "
            "mean the same split; to use splits, rename one of them",
        ),
    ],
)
def test_what_could_be_meant_otherwise_is_counted_with_the_remedy(sizes: dict[str, int], n_loose: int, note: str):
    remark = split_folders(sizes, n_loose, "texts").note
    assert (remark.text if remark else "") == note


def test_the_remedy_makes_classes():
    for folders in ({"train": 1, "test": 1}, {"train2017": 1, "val2017": 1}, {"train_set": 1, "test_set": 1}):
        renamed = {f"{min(folders)}-class": 1, max(folders): 1}
        assert split_folders(folders, 0, "images").splits
        assert split_folders(renamed, 0, "images").splits == {}
