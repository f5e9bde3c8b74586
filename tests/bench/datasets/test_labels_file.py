"""The option --labels: a CSV file of names and labels gives each image its label."""

from pathlib import Path

import pytest
from pictures import save_grey

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.errors import UsageError
from bench.store.reading import Reading


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(3):
        save_grey(tmp_path / "set" / "images" / f"{number}.png", number)
    return tmp_path / "set"


def labelled(folder: Path, text: str, **options: str) -> ImageData:
    file = folder.parent / "labels.csv"
    file.write_text(text)
    return load(str(folder), reading=Reading(labels=str(file), **options))


def classes(data: ImageData) -> list[str]:
    assert data.labels is not None
    assert data.class_names is not None
    return [data.class_names[code] for code in data.labels.tolist()]


@pytest.mark.parametrize(
    "text",
    [
        "id,label\n2.png,cat\n0.png,dog\n1.png,cat\n",
        "id,label\n2,cat\n0,dog\n1,cat\n",
        "0.png,dog\n1.png,cat\n2.png,cat\n",
        "images/0.png;dog\nimages/1.png;cat\nimages/2.png;cat\n",
        '"label"\t"file"\n"dog"\t"set/images/0"\n"cat"\t"images\\1.png"\n"cat"\t"./images/2.png"\n',
        "0.png dog\n1.png cat\n2.png cat\n",
        "id,url,label\n0,x,dog\n1,y,cat\n2,z,cat\n",
        "sep=;\n0.png;dog\n1.png;cat\n2.png;cat\n",
        "sep=:\n0.png:dog\n1.png:cat\n2.png:cat\n",
    ],
)
def test_forms_of_names(folder: Path, text: str):
    data = labelled(folder, text)
    assert classes(data) == ["dog", "cat", "cat"]
    assert [note.text for note in data.notes if "'url'" not in note.text] == []


def test_lines_and_rows_without_a_partner_are_counted(folder: Path):
    data = labelled(folder, "id,label\n0,a\n1,\n7,b\n8,b\n0,a\n")
    assert classes(data) == ["a"]
    assert data.row_names == ("images/0.png",)
    unknown, empty, repeated, missing = [note.text for note in data.notes]
    assert "2 of its 5 lines name no row that is read, first line 4 ('7')" in unknown
    assert "1 of its 5 lines has a name and no label, first line 3 ('1')" in empty
    assert "1 line repeats an earlier one" in repeated
    assert "2 of 3 rows have no label in this file and are left out, first 'images/1.png'" in missing


def test_the_file_wins_over_class_folders(tmp_path: Path):
    for name in ("a/1.png", "b/2.png"):
        save_grey(tmp_path / "set" / name)
    assert classes(labelled(tmp_path / "set", "1,x\n2,y\n")) == ["x", "y"]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("id,label\n0,a\n0,b\n", "'0' has two labels, 'a' (line 2) and 'b' (line 3)"),
        ("id,label\n7,a\n", "1 name is unknown, first '7'; expected paths relative to the folder or file names"),
        ("0.png\n1.png\n", "expected a name and a label in each line"),
        ("", "expected a name and a label in each line"),
        ("id,healthy,rust\n0,1,0\n1,0,1\n2,1,0\n", "which of the columns 'healthy', 'rust' has the labels"),
        ('id,label\n0,"a\n', "line 2 cannot be read (unexpected end of data); correct its quotes"),
    ],
)
def test_a_faulty_file_is_one_line(folder: Path, text: str, part: str):
    with pytest.raises(UsageError) as caught:
        labelled(folder, text)
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_name_that_fits_two_images_is_refused(folder: Path):
    save_grey(folder / "more" / "0.png")
    with pytest.raises(UsageError, match=r"line 2: '0.png' fits several rows, 'images/0.png' and 'more/0.png'"):
        labelled(folder, "id,label\n0.png,a\n1.png,b\n")


def test_a_missing_file_is_one_line_and_a_changed_file_is_read_again(folder: Path):
    with pytest.raises(UsageError, match="cannot read"):
        load(str(folder), reading=Reading(labels=str(folder / "none.csv")))
    assert classes(labelled(folder, "0,a\n1,b\n2,b\n")) == ["a", "b", "b"]
    assert classes(labelled(folder, "0,a\n1,a\n2,bb\n")) == ["a", "a", "bb"]


def test_the_hint_of_a_folder_without_labels_names_the_option(folder: Path):
    (folder / "labels.csv").write_text("id,label\n0,a\n")
    assert "--labels FILE.csv" in load(str(folder)).notes[0].text


def test_the_file_itself_is_not_called_unread(folder: Path):
    (folder / "labels.csv").write_text("0,a\n1,b\n2,b\n")
    assert load(str(folder), reading=Reading(labels=str(folder / "labels.csv"))).notes == ()


@pytest.mark.parametrize(
    "prefix",
    ["/home/eve/pictures/images/", r"C:\Users\Eve\images\\"[:-1], "/data/upload/1/", "https://a.org/x/", "D:/"],
)
def test_paths_from_another_place_are_found_by_their_ends(folder: Path, prefix: str):
    data = labelled(folder, "path,label\n" + "".join(f"{prefix}{i}.png,{'ab'[i % 2]}\n" for i in range(3)))
    assert classes(data) == ["a", "b", "a"]
    (note,) = data.notes
    assert note.kind == "fact"
    assert f"rows are found by the ends of paths: {prefix + '0.png'!r} is 'images/0.png'" in note.text


def test_the_longest_common_end_tells_files_of_the_same_name_apart(folder: Path):
    save_grey(folder / "more" / "0.png", 9)
    text = "/x/images/0.png,a\n/x/more/0.png,b\n/x/images/1.png,a\n/x/images/2.png,a\n"
    assert classes(labelled(folder, text)) == ["a", "a", "a", "b"]
    with pytest.raises(UsageError, match=r"'/x/0.png' fits several rows, 'images/0.png' and 'more/0.png'"):
        labelled(folder, "/x/0.png,a\n/x/1.png,b\n")


def test_two_paths_with_the_end_of_one_row_are_refused(folder: Path):
    with pytest.raises(
        UsageError, match=r"'/x/a/0.png' and '/x/b/0.png' \(line 2\) both end like the row 'images/0.png'"
    ):
        labelled(folder, "/x/a/0.png,a\n/x/b/0.png,a\n")


def test_a_path_is_not_found_by_its_end_beside_lines_that_name_rows(folder: Path):
    data = labelled(folder, "images/0.png,a\ntest/1.png,b\n")
    assert data.row_names == ("images/0.png",)
    assert "1 of its 2 lines names no row that is read, first line 2 ('test/1.png')" in data.notes[0].text


def test_capital_letters_do_not_matter_where_a_name_is_unique(folder: Path):
    assert classes(labelled(folder, "0.PNG,a\nIMAGES/1.png,b\n2.Png,a\n")) == ["a", "b", "a"]
    save_grey(folder / "images" / "0.PNG", 7)
    assert classes(labelled(folder, "0.PNG,a\n0.png,b\n1.PNG,b\n2.png,b\n")) == ["a", "b", "b", "b"]
    with pytest.raises(UsageError, match=r"'0.pNG' fits several rows, 'images/0.PNG' and 'images/0.png'"):
        labelled(folder, "0.pNG,a\n1.png,b\n")


@pytest.mark.parametrize(
    ("content", "reader"),
    [
        (b'[{"image": "0.png", "label": "a"}]', "read_json('labels.csv')"),
        (b'[\n {"image": "0.png"}\n]', "read_json('labels.csv')"),
        (b'{"image": "0.png"}\n{"image": "1.png"}\n', "read_json('labels.csv', lines=True)"),
        (b"PAR1\0\0", "read_parquet('labels.csv')"),
        (b"PK\x03\x04\0\0", "read_excel('labels.csv')"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_its_conversion(folder: Path, content: bytes, reader: str):
    (folder.parent / "labels.csv").write_bytes(content)
    with pytest.raises(UsageError) as refused:
        load(str(folder), reading=Reading(labels=str(folder.parent / "labels.csv")))
    assert "expected a CSV file with a name and a label in each line" in str(refused.value)
    assert reader in str(refused.value)


def test_the_column_of_labels_of_several_is_said(folder: Path):
    data = labelled(folder, "id,url,label\n0,x,dog\n1,y,cat\n2,z,cat\n")
    (note,) = [note for note in data.notes if note.kind == "fact"]
    assert "labels: column 'label', found by its name; --label-column chooses another one or none" in note.text
    assert note.text.endswith("; not used: 'url'")
    assert labelled(folder, "id,url,label\n0,x,dog\n1,y,cat\n2,z,cat\n", label_column="url").notes == ()


def test_no_labels_of_a_file_of_labels_are_refused(folder: Path):
    with pytest.raises(UsageError, match="--label-column none means no labels; leave --labels out to read none"):
        labelled(folder, "id,url,label\n0,x,dog\n1,y,cat\n2,z,cat\n", label_column="none")
