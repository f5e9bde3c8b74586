"""The names in `--dataset`: lists, paths with commas, and one line for each name that is not valid."""

import re
from pathlib import Path

import pytest

from bench.errors import UsageError
from bench.experiments.data_sets import check_for_several, one_data_set, parse_data_sets, short_names, table_name
from bench.store.reading import Reading
from bench.store.store import Store


@pytest.mark.parametrize("text", ["digits,mnist-5k", "digits, mnist-5k", " digits , mnist-5k ", "digits,mnist-5k,"])
def test_a_list_has_a_name_for_each_part(text: str) -> None:
    assert parse_data_sets(text).names == ("digits", "mnist-5k")
    assert parse_data_sets(text).several


def test_one_name_is_no_list() -> None:
    for text in ("digits", "digits,"):
        assert parse_data_sets(text).names == ("digits",)
        assert not parse_data_sets(text).several


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("digits,mnist5k", "unknown data set 'mnist5k'; did you mean 'mnist-5k'?"),
        ("digits,digits", "--dataset digits,digits names 'digits' twice"),
        ("mnist,ylecun/mnist", "the same data set twice, as 'mnist' and 'ylecun/mnist'"),
        ("digits,,mnist-5k", "has a comma without a name before it"),
        (",digits", "has a comma without a name before it"),
        (",", "has a comma without a name before it"),
        ("digits mnist-5k", "expected values separated by commas: digits,mnist-5k"),
        ("digits;mnist-5k", "expected values separated by commas: digits,mnist-5k"),
        ("./none,digits", "there is no folder './none,digits'"),
    ],
)
def test_a_name_that_is_not_valid_is_one_line(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)):
        parse_data_sets(text)


def test_two_paths_of_one_folder_are_the_same_data_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").mkdir()
    with pytest.raises(UsageError, match="the same data set twice"):
        parse_data_sets("./a,a/")


def test_a_folder_with_commas_is_one_data_set_also_inside_a_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("red,green,blue", "plain"):
        (tmp_path / name).mkdir()
    assert parse_data_sets("red,green,blue").names == ("red,green,blue",)
    assert parse_data_sets("digits,./red,green,blue,plain").names == ("digits", "./red,green,blue", "plain")
    assert parse_data_sets("red,green,blue").notes == ()


def test_a_folder_that_is_also_a_list_is_the_folder_and_a_note_has_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "digits,mnist-5k").mkdir()
    found = parse_data_sets("digits,mnist-5k")
    assert found.names == ("digits,mnist-5k",)
    (note,) = found.notes
    remedy = re.search(r"\('(.*)'\)", note)
    assert remedy is not None
    assert parse_data_sets(remedy[1]).names == ("digits", "mnist-5k")


def test_commands_of_one_data_set_say_so() -> None:
    assert one_data_set("digits,", "search") == "digits"
    with pytest.raises(UsageError, match="`search` takes one data set"):
        one_data_set("digits,mnist-5k", "search")


def test_labels_of_one_data_set_are_refused() -> None:
    check_for_several(Reading(limit=10))
    with pytest.raises(UsageError, match="--labels names the rows of one data set"):
        check_for_several(Reading(labels="/labels.csv"))


def test_folders_with_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("a/flowers", "b/flowers"):
        (tmp_path / name).mkdir(parents=True)
    with pytest.raises(UsageError, match="have the same short name, 'flowers'"):
        short_names([f"{tmp_path}/a/flowers", f"{tmp_path}/b/flowers"], {})


def test_the_default_name_is_a_folder_name_and_does_not_depend_on_the_order(tmp_path: Path) -> None:
    titles = [f"a-data-set-with-a-long-name-{number}" * 3 for number in range(9)]
    assert table_name(titles) == table_name(titles[::-1]) != table_name(titles[:-1])
    assert len(table_name(titles)) < 130
    Store(tmp_path, table_name(titles))  # raises UsageError if it is not valid
