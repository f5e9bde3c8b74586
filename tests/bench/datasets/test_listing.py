"""Which files of a folder are read: nothing is left out without a line, and no link leaves the folder."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from datasets import Image
from pictures import class_folders, parquet_rows, refusal, save_grey

from bench.datasets.listing import list_folder
from bench.datasets.load import load
from bench.store.remarks import caveat


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return class_folders(tmp_path / "pictures")


def test_a_link_out_of_the_folder_is_refused_with_the_remedy(folder: Path, tmp_path: Path):
    outside = save_grey(tmp_path / "outside" / "1.png")
    for target in (outside, outside.parent, tmp_path / "none", Path("/dev/zero")):
        (folder / "a" / "link.png").symlink_to(target)
        assert "'a/link.png' is a symbolic link that does not lead to a file or folder inside" in refusal(folder)
        assert "cp -rL" in refusal(folder)
        (folder / "a" / "link.png").unlink()


def test_a_link_to_a_file_inside_is_read_and_its_target_counts(folder: Path):
    (folder / "a" / "again.png").symlink_to(folder / "b" / "0.png")
    assert len(load(str(folder), "train").features) == 5
    before = list_folder(folder).digest
    os.utime(folder / "b" / "0.png", ns=(1, 1))
    assert list_folder(folder).digest != before


def test_a_link_in_a_circle_ends_in_one_line(folder: Path):
    for target in (folder, folder / "a", Path()):
        (folder / "a" / "circle").symlink_to(target)
        assert "'a/circle' is a symbolic link to a folder that contains it; remove the link" in refusal(folder)
        (folder / "a" / "circle").unlink()


def test_two_links_in_a_circle_end_in_one_line(folder: Path):
    (folder / "a" / "to_b").symlink_to(folder / "b")
    (folder / "b" / "to_a").symlink_to(folder / "a")
    assert "is a symbolic link to a folder that contains it" in refusal(folder)


def test_a_link_to_a_folder_inside_is_a_class_and_images_that_count_twice_are_told(folder: Path):
    save_grey(folder / ".store" / "cat" / "1.png", 200)
    (folder / "cat").symlink_to(Path(".store") / "cat")
    data = load(str(folder))
    assert data.class_names == ["a", "b", "cat"]
    assert not [note for note in data.notes if "twice" in note.text]
    (folder / "c").symlink_to("b")
    data = load(str(folder))
    assert data.row_names is not None
    assert "c/0.png" in data.row_names
    assert [note for note in data.notes if "2 images are read twice, first 'c/0.png', a link to 'b/0.png'" in note.text]
    before = list_folder(folder).digest
    os.utime(folder / ".store" / "cat" / "1.png", ns=(1, 1))
    assert list_folder(folder).digest != before


def test_two_links_to_one_folder_are_refused(folder: Path):
    save_grey(folder / "store" / "1.png")
    for name in ("x", "y"):
        (folder / name).symlink_to("store")
    assert "are links to the same folder; remove one of the two" in refusal(folder)


def test_the_folder_itself_can_be_a_link(folder: Path, tmp_path: Path):
    (tmp_path / "link").symlink_to(folder)
    assert len(load(str(tmp_path / "link"), "train").features) == 4


def test_a_fifo_does_not_block(folder: Path):
    os.mkfifo(folder / "a" / "9.png")
    assert "'a/9.png' is neither a file nor a folder; remove it" in refusal(folder)


def test_a_name_that_is_not_utf8_is_refused(folder: Path):
    os.close(os.open(os.fsencode(folder / "a") + b"/\xff.png", os.O_CREAT))
    assert r"'a/\udcff.png' has a name that is not UTF-8; rename it" in refusal(folder)


def test_names_that_the_library_misreads_are_refused_beside_a_table(make_folder: Callable[..., Path]):
    folder = make_folder({"image": Image()}, train={"image": [None]})
    save_grey(folder / "c\\d" / "1.png")
    assert r"'c\\d/1.png' has a backslash in its path" in refusal(folder)
    (folder / "c\\d" / "1.png").rename(folder / "zip::.png")
    assert "'zip::.png' has '::' in its path" in refusal(folder)


@pytest.mark.parametrize("name", ["set [v2]", "a*b", "what?", "x::y"])
def test_a_path_is_never_taken_for_a_pattern(tmp_path: Path, name: str):
    save_grey(tmp_path / "a" / "9.png")
    data = load(str(class_folders(tmp_path / name)))
    assert data.row_names == ("a/0.png", "a/1.png", "b/0.png", "b/1.png")
    picture = {"bytes": save_grey(tmp_path / "1.png", 255).read_bytes(), "path": None}
    (tmp_path / "sets").mkdir()
    folder = parquet_rows(tmp_path / "sets" / name, picture)
    assert load(str(folder)).features.max() == 1
    (folder / "data").mkdir()
    (folder / "train.parquet").rename(folder / "data" / "train.parquet")
    assert load(str(folder)).features.max() == 1


def test_a_pattern_in_the_paths_of_the_data_and_of_the_cache_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DEC_BENCH_CACHE", str(tmp_path / "cache [1]"))
    picture = {"bytes": save_grey(tmp_path / "1.png").read_bytes(), "path": None}
    assert "set DEC_BENCH_CACHE to a folder" in refusal(parquet_rows(tmp_path / "set [v2]", picture))


NAMES = ["c[1]", "c*", "c?", "c ", "c\u202ed", "c\x1b[31m", "c'd", 'c"d', "c{1}", "c;d", "c\\d", "c::d", "c\nd", "__c"]


@pytest.mark.parametrize("name", NAMES)
def test_a_class_with_an_odd_name_is_read(folder: Path, name: str):
    save_grey(folder / name / f"{name}.png", 255)
    data = load(str(folder), "train")
    assert data.class_names == sorted(["a", "b", name])
    assert len(data.features) == 5
    assert data.notes == ()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a/.1.png", "begin with a dot"),
        (".c/1.png", "begin with a dot"),
        ("labels.csv", "it is neither an image nor a metadata file"),
        ("photos.zip", "archives are not read beside image files; unpack it"),
        ("a/2.heic", "another name does not help; convert it"),
        ("a/2", "does not end like that of an image that is read"),
    ],
)
def test_a_file_that_is_not_read_is_named_in_one_line_at_every_load(folder: Path, name: str, reason: str):
    save_grey(folder / name)
    for _ in range(2):  # decoded, and from the cache
        data = load(str(folder), "train")
        assert len(data.features) == 4
        (note,) = data.notes
        assert note.kind == "caveat"
        assert note.text.startswith(f"data set 'pictures': 1 file is not read, first {name!r}: ")
        assert reason in note.text


def test_images_that_the_metadata_file_does_not_name_are_counted(folder: Path):
    (folder / "metadata.csv").write_text("file_name,label\na/0.png,x\nb/1.png,y\n")
    data = load(str(folder), "train")
    assert data.class_names == ["x", "y"]
    assert data.row_names == ("a/0.png", "b/1.png")
    assert "2 images without a row in a metadata file are not read, first 'a/1.png'" in data.notes[0].text


def test_classes_that_vanish_because_of_depths_are_named(folder: Path):
    save_grey(folder / "c" / "deep" / "1.png")
    data = load(str(folder), "train")
    assert data.class_names is None
    text = (
        "data set 'pictures': the names of its 3 folders are not used as classes, because images lie at different "
        "depths: 1 image lies higher or deeper than the others, first 'c/deep/1.png'; to use them, put each image into "
        "the folder of its class, all at one depth, and move this elsewhere if it has no class"
    )
    assert data.notes == (caveat(text),)


def test_files_beside_a_table_are_counted(make_folder: Callable[..., Path]):
    folder = make_folder({"image": Image()}, train={"image": [None, None]})
    make_folder(
        {"image": Image()}, train={"image": [{"path": None, "bytes": (save_grey(folder / "x.png")).read_bytes()}]}
    )
    (note,) = load(str(folder), "train").notes
    assert "1 file is not read, first 'x.png': the data set is read as 'parquet'" in note.text


def test_a_folder_that_cannot_be_listed_is_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch):
    original = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "b":
            raise PermissionError(13, "Permission denied", str(path))
        return original(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert "'b' cannot be listed (Permission denied)" in refusal(folder)
