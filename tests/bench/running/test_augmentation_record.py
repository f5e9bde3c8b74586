"""The record of a fit has the augmentation that was chosen for its data, and its warnings say what was left out."""

from pathlib import Path

import pytest
from grids import job_of
from msgspec.structs import replace

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.running.fitting import run_cell
from bench.store.encoding import decode, encode
from bench.store.records import Cell, Record
from bench.store.store import Store

SHORT = {"pretrain_epochs": 1, "epochs": 1, "n_init": 1, "batch_size": 512}
NOTHING = {"zoom": 0.0, "shear": 0.0, "intensity": 0.0, "crop": 0.0}


@pytest.fixture(scope="module")
def data() -> ImageData:
    return load("digits")


def record_of(data: ImageData, folder: Path, **params: object) -> Record:
    cell = Cell(method="dec", seed=0, n_clusters=10, preset="small", params={**SHORT, **params})  # type: ignore[arg-type]
    result = run_cell(job_of(data, Store(folder, "x")).task(cell), data, lambda progress: None)
    assert result.record is not None, result.attempt.failure
    return decode(encode(result.record), Record, "the record")


def test_a_record_has_what_was_chosen_for_the_data(data: ImageData, tmp_path: Path):
    """Of digits, a flip is left out, and a rotation by 120 degrees is halved."""
    asked = {"augment": True, "flip": 0.5, "rotation": 120.0, "padding": "auto", "check_augmentation": True}
    record = record_of(data, tmp_path, **asked)
    used = {**NOTHING, "shift": 0.1, "rotation": 60.0, "flip": 0.0, "padding": "reflection"}
    assert record.augmentation == used
    smaller = [text for text in record.warnings if text.startswith("SmallerAugmentationWarning: ")]
    assert [text.split()[1] for text in smaller] == ["rotation=120", "flip=0.5"]


def test_a_record_without_augmented_images_has_none(data: ImageData, tmp_path: Path):
    assert record_of(data, tmp_path, check_augmentation=True, padding="auto").augmentation is None


def test_warnings_of_a_stored_pretraining_are_in_the_record_only(
    data: ImageData, tmp_path: Path, recwarn: pytest.WarningsRecorder
):
    params = {**SHORT, "augment_pretraining": True, "flip": 0.5, "check_augmentation": True}
    cell = Cell(method="ae-kmeans", seed=0, n_clusters=10, preset="small", latent_dim=10, params=ae(params))
    task = replace(job_of(data, Store(tmp_path, "x")).task(cell), weights=str(tmp_path / "weights.safetensors"))
    result = run_cell(task, data, lambda progress: None)
    assert result.record is not None, result.attempt.failure
    assert sum(text.startswith("SmallerAugmentationWarning: flip=0.5") for text in result.record.warnings) == 1
    assert [str(each.message) for each in recwarn if "flip" in str(each.message)] == []


def ae(params: dict[str, object]) -> dict[str, object]:
    """The options of ae-kmeans among those of dec."""
    return {name: value for name, value in params.items() if name != "epochs"}
