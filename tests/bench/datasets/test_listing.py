"""Which files of a folder are read: nothing is left out without a line, and no link leaves the folder."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from datasets import Image
from pictures import class_folders, refusal, save_grey

from bench.datasets.listing import list_folder
from bench.datasets.load import load


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return class_folders(tmp_path / "pictures")


def test_a_link_out_of_the_folder_is_refused_with_the_remedy(folder: Path, tmp_path: Path):
    outside = save_grey(tmp_path / "outside" / "1.png")
    for target in (outside, outside.parent, tmp_path / "none", Path("/dev/zero")):
        (folder / "a" / "link.png").symlink_to(target)
        assert "'a/link.png' is a symbolic link that does not lead to a file inside" in refusal(folder)
        assert "cp -rL" in refusal(folder)
        (folder / "a" / "link.png").unlink()


def test_a_link_to_a_file_inside_is_read_and_its_target_counts(folder: Path):
    (folder / "a" / "again.png").symlink_to(folder / "b" / "0.png")
    assert len(load(str(folder), "train").features) == 5
    before = list_folder(folder).digest
    os.utime(folder / "b" / "0.png", ns=(1, 1))
    assert list_folder(folder).digest != before


def test_a_link_in_a_circle_ends_in_one_line(folder: Path):
    (folder / "a" / "circle").symlink_to(folder)
    assert "'a/circle' is a symbolic link" in refusal(folder)


def test_the_folder_itself_can_be_a_link(folder: Path, tmp_path: Path):
    (tmp_path / "link").symlink_to(folder)
    assert len(load(str(tmp_path / "link"), "train").features) == 4


def test_a_fifo_does_not_block(folder: Path):
    os.mkfifo(folder / "a" / "9.png")
    assert "'a/9.png' is neither a file nor a folder; remove it" in refusal(folder)


def test_a_name_that_is_not_utf8_is_refused(folder: Path):
    os.close(os.open(os.fsencode(folder / "a") + b"/\xff.png", os.O_CREAT))
    assert r"'a/\udcff.png' has a name that is not UTF-8; rename it" in refusal(folder)


def test_a_backslash_is_refused_because_the_labels_would_vanish(folder: Path):
    save_grey(folder / "c\\d" / "1.png")
    assert r"'c\\d/1.png' has a backslash in its path" in refusal(folder)


def test_a_name_that_means_an_archive_is_refused(folder: Path):
    save_grey(folder / "zip::" / "1.png")
    assert "'zip::/1.png' has '::' in its path" in refusal(folder)


@pytest.mark.parametrize("name", ["set [v2]", "a*b", "what?", "x::y"])
def test_a_path_that_is_a_pattern_is_refused(tmp_path: Path, name: str):
    assert "reads as a pattern" in refusal(class_folders(tmp_path / name))


@pytest.mark.parametrize("name", ["c[1]", "c*", "c?", "c ", "c\u202ed", "c\x1b[31m", "c'd", 'c"d', "c{1}", "c;d"])
def test_a_class_with_an_odd_name_is_read(folder: Path, name: str):
    save_grey(folder / name / f"{name}.png", 255)
    data = load(str(folder), "train")
    assert data.class_names == sorted(["a", "b", name])
    assert len(data.features) == 5
    assert data.notes == ()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("c\nd/1.png", "line break"),
        ("a/1\n.png", "line break"),
        ("a/.1.png", "begin with a dot"),
        (".c/1.png", "begin with a dot"),
        ("__c/1.png", "begin with '__'"),
        ("labels.csv", "read as 'imagefolder'"),
    ],
)
def test_a_file_that_is_not_read_is_named_in_one_line_at_every_load(folder: Path, name: str, reason: str):
    save_grey(folder / name)
    for _ in range(2):  # decoded, and from the cache
        data = load(str(folder), "train")
        assert len(data.features) == 4
        (note,) = data.notes
        assert note.startswith(f"data set 'pictures': 1 file is not read, first {name!r}: ")
        assert reason in note


def test_images_that_the_metadata_file_does_not_name_are_counted(folder: Path):
    (folder / "metadata.csv").write_text("file_name,label\na/0.png,x\nb/1.png,y\n")
    data = load(str(folder), "train")
    assert data.class_names == ["x", "y"]
    assert "2 files are not read, first 'a/1.png': no split and no line of the metadata file" in data.notes[0]


def test_classes_that_vanish_because_of_depths_are_named(folder: Path):
    save_grey(folder / "c" / "deep" / "1.png")
    data = load(str(folder), "train")
    assert data.class_names is None
    assert data.notes == (
        "data set 'pictures': the names of its 3 folders are not used as classes, because images lie at different "
        "depths; to use them, put each image into the folder of its class, all at one depth",
    )


def test_files_beside_a_table_are_counted(make_folder: Callable[..., Path]):
    folder = make_folder({"image": Image()}, train={"image": [None, None]})
    make_folder(
        {"image": Image()}, train={"image": [{"path": None, "bytes": (save_grey(folder / "x.png")).read_bytes()}]}
    )
    (note,) = load(str(folder), "train").notes
    assert "1 file is not read, first 'x.png': the data set is read as 'parquet'" in note


def test_a_folder_that_cannot_be_listed_is_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch):
    original = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "b":
            raise PermissionError(13, "Permission denied", str(path))
        return original(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert "'b' cannot be listed (Permission denied)" in refusal(folder)
