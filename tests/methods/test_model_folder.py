"""Folders of saved models: every change is found, and other folders are refused in one line."""

import errno
import hashlib
import json
import os
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load, save

import methods
from methods import DEC, PCAKMeans, model_folder
from methods.model_folder import CONFIG, WEIGHTS
from methods.registry import MethodError


@pytest.fixture(scope="module")
def fitted(digits: np.ndarray) -> PCAKMeans:
    return PCAKMeans(5, n_components=4, random_state=0).fit(digits)


@pytest.fixture(scope="module")
def saved(fitted: PCAKMeans, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that no test changes."""
    folder = tmp_path_factory.mktemp("saved") / "model"
    fitted.save(folder)
    return folder


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    """A copy to change."""
    return Path(shutil.copytree(saved, tmp_path / "model"))


def refused(folder: Path, **options: object) -> str:
    """The message with which the folder is refused: one line, which names the folder first."""
    with pytest.raises(MethodError) as caught:
        methods.load(folder, **options)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(str(folder))
    return message.removeprefix(str(folder)).lstrip("/ :")


def rewrite(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the configuration and give it the digest that it should have."""
    fields = json.loads((folder / CONFIG).read_text())
    del fields["digest"]
    change(fields)
    (folder / CONFIG).write_text(json.dumps({**fields, "digest": model_folder._digest(fields)}))


def rewrite_arrays(folder: Path, change: Callable[[dict[str, np.ndarray]], object]) -> None:
    """Change the arrays, with the right digests."""
    arrays = load((folder / WEIGHTS).read_bytes())
    change(arrays)
    content = save(arrays)
    (folder / WEIGHTS).write_bytes(content)
    file = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    rewrite(folder, lambda fields: fields.update(weights=file))


OTHER = rf"was saved by another version of dec-bench \({re.escape(methods.__version__)}\): "


@pytest.mark.parametrize("file", [CONFIG, WEIGHTS])
def test_each_changed_bit_and_each_lost_end_is_found(file: str, folder: Path):
    content = (folder / file).read_bytes()
    generator = random.Random(0)
    for bit in generator.sample(range(8 * len(content)), 150):
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        with_same_values = file == CONFIG and _values(bytes(damaged)) == _values(content)
        (folder / file).write_bytes(damaged)
        if not with_same_values:  # a space that became a tabulator
            refused(folder)
    for end in generator.sample(range(len(content) - 1), 20):
        (folder / file).write_bytes(content[:end])
        assert refused(folder).startswith(f"{file} is damaged: ")
    (folder / file).write_bytes(content)
    methods.load(folder)


def _values(content: bytes) -> object:
    try:
        return json.loads(content)
    except ValueError:
        return None


def test_damage_is_named_with_its_remedy(folder: Path):
    content = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(content[:1000])
    expected = f"{WEIGHTS} is damaged: it has 1,000 bytes; expected {len(content):,}; save the model again, or copy"
    assert refused(folder).startswith(expected)
    (folder / WEIGHTS).write_bytes(content[:-1] + b"?")
    assert f"{WEIGHTS} is damaged: its content differs from its digest in {CONFIG};" in refused(folder)
    (folder / CONFIG).write_text((folder / CONFIG).read_text().replace('"n_clusters": 5', '"n_clusters": 6'))
    assert f"{CONFIG} is damaged: its content differs from its digest;" in refused(folder)


def test_a_program_may_arrange_the_configuration_in_other_lines(folder: Path, fitted: PCAKMeans, digits: np.ndarray):
    (folder / CONFIG).write_text(json.dumps(json.loads((folder / CONFIG).read_text()), sort_keys=True))
    np.testing.assert_array_equal(methods.load(folder).predict(digits), fitted.labels_)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda fields: fields.pop("state"), "is damaged: Object missing required field `state`"),
        (lambda fields: fields.pop("weights"), f"is damaged: it says nothing about {WEIGHTS}"),
        (lambda fields: fields.update(options=[]), r"is damaged: Expected `object`, got `array`"),
        (lambda fields: fields["state"].pop("cluster_centers_"), f"{OTHER}it has no cluster_centers_, which PCAKMeans"),
        (
            lambda fields: fields["state"].update(map_=1),
            f"{OTHER}it has map_, which PCAKMeans does not know; fit again",
        ),
        (lambda fields: fields["state"]["_pca"].pop("mean"), f"{OTHER}it has no mean, which Projection needs; fit"),
        (lambda fields: fields["state"]["_pca"].update(x=1), f"{OTHER}it has x, which Projection does not know; fit"),
        (lambda fields: fields["state"]["_pca"].update({"$part": "Old"}), f"{OTHER}it has a part 'Old', which is not"),
        (lambda fields: fields["options"].update(n_clusters=0), "is damaged: n_clusters=0 is not valid; expected an"),
        (lambda fields: fields["options"].update(epochs=3), f"{OTHER}it has epochs, which PCAKMeans does not"),
        (lambda fields: fields.update(method="pca-kmean"), "unknown method 'pca-kmean'; did you mean 'pca-kmeans'?"),
        (lambda fields: fields.update(method="os:system"), "unknown method 'os:system'; known: ae-gmm, .*plug-in"),
    ],
)
def test_a_configuration_with_a_digest_can_still_be_wrong(change: Callable, problem: str, folder: Path):
    rewrite(folder, change)
    assert re.search(problem.replace("?", r"\?"), refused(folder))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda arrays: arrays.pop("_pca.mean"), "it has no array _pca.mean"),
        (
            lambda arrays: arrays.update(labels_=arrays["labels_"][:7]),
            "the array labels_ is int64 (7,); expected int64 (300,)",
        ),
        (
            lambda arrays: arrays.update(labels_=arrays["labels_"].astype(float)),
            "the array labels_ is float64 (300,); expected int64 (300,)",
        ),
    ],
)
def test_arrays_that_do_not_fit_the_configuration_are_named(change: Callable, problem: str, folder: Path):
    rewrite_arrays(folder, change)
    assert f"{WEIGHTS} is damaged: {problem}; save the model again" in refused(folder)


@pytest.mark.parametrize("layer", ["encoder.0.weight", "decoder.0.bias"])
def test_weights_of_another_network_are_named(layer: str, digits: np.ndarray, tmp_path: Path):
    DEC(5, preset="mlp", pretrain_epochs=0, epochs=0, n_init=1, device="cpu").fit(digits).save(tmp_path)
    name = f"network_.{layer}"

    def shorten(fields: dict[str, Any]) -> None:
        fields["state"]["network_"][layer]["shape"][0] = 3

    rewrite_arrays(tmp_path, lambda arrays: arrays.update({name: arrays[name][:3]}))
    rewrite(tmp_path, shorten)
    assert f"of dec-bench ({methods.__version__}): {name} is (3" in refused(tmp_path)
    rewrite(tmp_path, lambda fields: fields["state"]["network_"].pop(layer))
    assert f"of dec-bench ({methods.__version__}): {name} is None; the preset expects (" in refused(tmp_path)
    rewrite(tmp_path, lambda fields: fields["options"].update(latent_dim=2**31 - 1))  # no memory is taken for it
    assert f"of dec-bench ({methods.__version__}): network_." in refused(tmp_path)


def paths(value: Any) -> list[tuple[Any, ...]]:
    """The places of all values in JSON."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, each in items for place in [(key,), *((key, *rest) for rest in paths(each))]]


ANYTHING = st.none() | st.integers() | st.text(max_size=3) | st.just([]) | st.just({}) | st.just({"$part": "Mixture"})


@given(data=st.data())
def test_a_forged_configuration_raises_no_other_error(saved: Path, data: st.DataObject):
    folder = Path(shutil.copytree(saved, saved.parent / "forged", dirs_exist_ok=True))

    def change(fields: dict[str, Any]) -> None:
        *place, last = data.draw(st.sampled_from(paths(fields)))
        for key in place:
            fields = fields[key]
        fields[last] = data.draw(ANYTHING)

    rewrite(folder, change)
    try:
        methods.load(folder)
    except MethodError as error:
        assert "\n" not in str(error)  # noqa: PT017 - some changes are valid, such as another seed


def test_a_newer_version_is_named(folder: Path):
    rewrite(folder, lambda fields: fields.update(format_version=2, new={}))
    rewrite(folder, lambda fields: fields["versions"].update({"dec-bench": "9.0.0"}))
    assert refused(folder) == (
        "has format version 2, written by dec-bench 9.0.0; this version reads 1; install a newer dec-bench."
    )


def test_folders_of_another_kind_are_named(tmp_path: Path):
    expected = "expected a folder that `save` has written."
    assert refused(tmp_path / "nowhere") == f"does not exist; {expected}"
    assert refused(tmp_path) == f"has no {CONFIG}; {expected}"
    (tmp_path / "file").write_text("{}")
    assert refused(tmp_path / "file") == f"is a file; {expected}"
    kinds = {
        '{"model_type": "bert", "architectures": ["BertModel"]}': "a transformers model (bert)",
        '{"architecture": "resnet18"}': "a timm model (resnet18)",
        '{"format": "other"}': f"a folder whose {CONFIG} has no format 'dec-bench model'",
        "[1]": f"a folder whose {CONFIG} has no format 'dec-bench model'",
    }
    for text, kind in kinds.items():
        (tmp_path / CONFIG).write_text(text)
        assert refused(tmp_path) == f"is {kind}, not a model of dec-bench; {expected}"
    for content in (b"", b"\xff", b"[" * 100_000, b"weights"):
        (tmp_path / CONFIG).write_bytes(content)
        assert refused(tmp_path).startswith(f"{CONFIG} is damaged: it is not JSON (")


def test_a_missing_file_and_one_that_is_not_regular_are_named(folder: Path):
    (folder / WEIGHTS).unlink()
    assert refused(folder) == f"has no {WEIGHTS}; expected a folder that `save` has written."
    os.mkfifo(folder / WEIGHTS)  # reading it would wait for ever
    assert refused(folder).startswith(f"{WEIGHTS} is not a regular file;")
    (folder / CONFIG).unlink()
    (folder / CONFIG).mkdir()
    assert refused(folder).startswith(f"{CONFIG} is not a regular file;")


def test_a_file_that_cannot_be_read_is_not_damage(folder: Path):
    with mock.patch.object(Path, "read_bytes", side_effect=PermissionError(errno.EACCES, "Permission denied")):
        assert refused(folder) == f"{CONFIG} cannot be read: Permission denied."


def test_an_older_model_is_replaced_and_other_files_stay(folder: Path, digits: np.ndarray):
    (folder / "README.md").write_text("a card")
    other = PCAKMeans(3, n_components=2, random_state=1).fit(digits)
    other.save(folder)
    assert {path.name for path in folder.iterdir()} == {CONFIG, WEIGHTS, "README.md"}
    assert (folder / "README.md").read_text() == "a card"
    np.testing.assert_array_equal(methods.load(folder).predict(digits), other.labels_)


@pytest.mark.parametrize("files", [{CONFIG: '{"model_type": "bert"}'}, {WEIGHTS: "other"}, {CONFIG: "[", WEIGHTS: ""}])
def test_files_of_another_program_are_not_replaced(files: dict[str, str], fitted: PCAKMeans, tmp_path: Path):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(MethodError, match=r"that dec-bench has not written, which would be lost; choose"):
        fitted.save(tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == files


def test_a_model_is_saved_in_a_folder_that_has_other_files(fitted: PCAKMeans, tmp_path: Path):
    (tmp_path / "notes.txt").touch()
    fitted.save(tmp_path)
    fitted.save(str(tmp_path / "a" / "b"))
    assert methods.load(tmp_path / "a" / "b").n_clusters == 5
    with pytest.raises(MethodError, match=r"notes\.txt is a file; expected a new folder"):
        fitted.save(tmp_path / "notes.txt")


@pytest.mark.parametrize("is_new", [True, False])
@pytest.mark.parametrize("function", ["os.fsync", "pathlib.Path.replace"])
def test_a_full_disk_leaves_what_was_there(function: str, is_new: bool, fitted: PCAKMeans, saved: Path, tmp_path: Path):
    target = tmp_path / "model"
    if not is_new:
        shutil.copytree(saved, target)
    before = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    full = OSError(errno.ENOSPC, "No space left on device")
    with (
        mock.patch(function, side_effect=full),
        pytest.raises(MethodError, match=r"model cannot be written: No space left on device; choose another folder\.$"),
    ):
        PCAKMeans(2, random_state=0).fit(np.eye(8)).save(target)
    assert {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert target.exists() == (not is_new)


def test_an_interruption_between_the_two_files_is_found_by_the_reader(folder: Path):
    """The weights are already the new ones, the configuration is still the old one."""
    replace, other = Path.replace, PCAKMeans(2, random_state=0).fit(np.eye(8))

    def interrupted(self: Path, target: Path) -> Path:
        if target.name == CONFIG:
            raise KeyboardInterrupt
        return replace(self, target)

    with mock.patch.object(Path, "replace", interrupted), pytest.raises(KeyboardInterrupt):
        other.save(folder)
    assert {path.name for path in folder.iterdir()} == {CONFIG, WEIGHTS}
    assert f"{WEIGHTS} is damaged: " in refused(folder)
    other.save(folder)
    assert methods.load(folder).n_clusters == 2
