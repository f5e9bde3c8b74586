"""Names of data sets are located, or refused with the nearest name; without a heavy import."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.datasets.catalogue import Place, descriptions, locate
from bench.errors import UsageError


def refusal(name: str) -> str:
    with pytest.raises(UsageError) as caught:
        locate(name)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_every_name_of_the_catalogue_is_accepted_and_described():
    images = ["mnist-5k", "digits", "mnist", "fashion-mnist", "usps"]
    assert list(descriptions()) == [*images, "ag_news", "sst2", "glue/sst2"]
    for name, description in descriptions().items():
        locate(name)
        assert description
        assert "\n" not in description


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("mnist", Place("hub", "ylecun/mnist")),
        ("fashion-mnist", Place("hub", "zalando-datasets/fashion_mnist")),
        ("usps@0123abc", Place("hub", "flwrlabs/usps", "0123abc")),
        ("owner/name", Place("hub", "owner/name")),
        ("owner/name@refs/convert/parquet", Place("hub", "owner/name", "refs/convert/parquet")),
    ],
)
def test_hub_names(name: str, place: Place):
    assert locate(name) == place


def test_the_catalogue_goes_before_a_folder_and_a_folder_before_the_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "owner" / "name").mkdir(parents=True)
    (tmp_path / "mnist").mkdir()
    monkeypatch.chdir(tmp_path)
    assert locate("owner/name") == Place("folder", str((tmp_path / "owner" / "name").resolve()))
    assert locate("mnist").kind == "hub"
    assert locate("./mnist").kind == "folder"


def test_the_error_of_an_unknown_name_suggests_the_nearest_name():
    assert "unknown data set 'mnsit-5k'; did you mean 'mnist-5k'?" in refusal("mnsit-5k")
    assert "owner/name" in refusal("zzzzzz")
    refusal("")
    refusal("ow ner/name")


@pytest.mark.parametrize("name", ["./none", "/none/at/all", "~/none-at-all", "a/b/c"])
def test_a_missing_folder_has_its_own_message(name: str):
    assert refusal(name).startswith(f"there is no folder '{name}'")


def test_the_error_of_a_missing_folder_suggests_the_nearest_sibling(tmp_path: Path):
    (tmp_path / "pictures").mkdir()
    assert f"did you mean '{tmp_path / 'pictures'}'?" in refusal(str(tmp_path / "pictrues"))


def test_a_file_is_a_data_set_by_its_ending(tmp_path: Path):
    (tmp_path / "a.parquet").touch()
    assert locate(str(tmp_path / "a.parquet")) == Place("file", str((tmp_path / "a.parquet").resolve()))
    assert "there is no file 'nothing/b.csv'" in refusal("nothing/b.csv")
    assert f"did you mean '{tmp_path}/a.parquet'?" in refusal(str(tmp_path / "aa.parquet"))


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("a.xlsx", "pandas.read_excel('a.xlsx').to_parquet('a.parquet')"),
        ("a.json", "pandas.read_json('a.json')"),
        ("a.pkl", "because a pickle can run programs"),
        ("a.mat", "scipy.io.loadmat('a.mat'); numpy.savez('a.npz'"),
        ("a.h5", "h5py.File('a.h5'); numpy.savez('a.npz'"),
        ("a.zip", "Unpack it, and give the folder"),
        ("a.doc", "expected a file that ends in .csv, .tsv"),
    ],
)
def test_a_file_of_another_kind_is_one_line_with_the_remedy(tmp_path: Path, name: str, remedy: str):
    (tmp_path / name).touch()
    assert remedy in refusal(str(tmp_path / name))


def test_invalid_revisions():
    assert "after '@'" in refusal("owner/name@")
    assert "'digits' is bundled and has no revisions" in refusal("digits@v1")


def test_no_heavy_library_is_imported():
    heavy = ["numpy", "msgspec", "datasets", "huggingface_hub", "torch", "pandas", "PIL"]
    code = f"import sys, bench.datasets.catalogue; print([m for m in {heavy!r} if m in sys.modules])"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert output.stdout.strip() == "[]"
