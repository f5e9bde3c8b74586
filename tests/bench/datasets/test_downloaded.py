"""A data set of the Hub that was downloaded before is used without a network; the revision is named."""

import json
import os
import shutil
from pathlib import Path

import datasets
import huggingface_hub
import pytest
from columns import parquet_set

from bench.datasets.load import load
from bench.errors import UsageError
from bench.store.reading import Reading

OLD, NEW = "a" * 40, "b" * 40


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of `datasets`, and a network that cannot be reached."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError("the network is down")

    monkeypatch.setattr(huggingface_hub.HfApi, "dataset_info", refuse)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "home")
    return tmp_path / "home"


def downloaded(home: Path, commit: str, n_rows: int, config: str = "default", age: int = 0) -> None:
    """What `datasets` leaves behind after `someone/shapes` was prepared."""
    made = parquet_set(home.parent / f"made{n_rows}", train={"label": ["x", "y", *["z"] * (n_rows - 2)]})
    builder = datasets.load_dataset_builder(str(made), cache_dir=str(home.parent / "scratch"))
    builder.download_and_prepare()
    folder = home / "someone___shapes" / config / "0.0.0" / commit
    shutil.copytree(builder.cache_dir, folder)
    next(folder.glob("*-train.arrow")).rename(folder / "shapes-train.arrow")
    about = json.loads((folder / "dataset_info.json").read_text())
    about |= {"dataset_name": "shapes", "builder_name": "parquet", "config_name": config}
    (folder / "dataset_info.json").write_text(json.dumps(about))
    os.utime(folder, (1e9 - age, 1e9 - age))


def message(name: str, **reading: str) -> str:
    with pytest.raises(UsageError) as caught:
        load(name, reading=Reading(**reading))
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("offline", [False, True])
def test_the_newest_download_is_used(home: Path, monkeypatch: pytest.MonkeyPatch, offline: bool):
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", offline)
    downloaded(home, OLD, 3, age=100)
    downloaded(home, NEW, 2)
    data = load("someone/shapes")
    assert (data.revision, len(data.features), data.class_names) == (NEW, 2, ["x", "y"])
    assert f"no network: data set 'someone/shapes' is read at the revision {NEW}" in data.notes[0].text
    assert len(load(f"someone/shapes@{OLD}").features) == 3


def test_a_pinned_revision_that_was_not_downloaded(home: Path):
    downloaded(home, OLD, 2)
    assert f"expected revision 'v1', but only '{OLD}' is downloaded" in message("someone/shapes@v1")


def test_nothing_was_downloaded(home: Path):
    downloaded(home, OLD, 2)
    assert message("someone/other").startswith("no network: cannot reach the Hugging Face Hub for data set 'someone/o")


def test_several_configurations_were_downloaded(home: Path):
    downloaded(home, OLD, 2, "grey")
    downloaded(home, OLD, 3, "dark")
    assert "2 configurations, and none is the default: dark, grey; choose one" in message("someone/shapes")
    assert "unknown configuration 'gray'; did you mean 'grey'?" in message("someone/shapes", config="gray")
    assert len(load("someone/shapes", reading=Reading(config="dark")).features) == 3
