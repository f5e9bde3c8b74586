"""Features of a pretrained model: computed once, in batches, under a key of all that decides them."""

import shutil
import sys

import numpy as np
import PIL.Image
import pytest
import torch
from small_models import fake_timm, save_model

from bench.datasets.features import encoder_process, stream
from bench.datasets.features.stream import BATCH
from bench.datasets.load import load
from bench.errors import UsageError
from bench.store.reading import Reading

N = BATCH + 9


@pytest.fixture(autouse=True)
def cache_dir(tmp_path, monkeypatch):
    monkeypatch.setenv("DEC_BENCH_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def photos(tmp_path):
    """Photographs of several sizes in two classes."""
    generator = np.random.default_rng(0)
    for i in range(N):
        path = tmp_path / "photos" / "ab"[i % 2] / f"{i:02}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        PIL.Image.fromarray(generator.integers(0, 256, (10 + i, 20, 3), dtype=np.uint8)).save(path)
    return tmp_path / "photos"


@pytest.fixture
def model(tmp_path, monkeypatch):
    fake_timm(tmp_path / "library", monkeypatch)
    return save_model(tmp_path / "net")


def calls() -> list[int]:
    """The sizes of the batches that the network has computed."""
    return sys.modules["timm"].calls if "timm" in sys.modules else []


def test_features_are_those_of_the_network_in_the_order_of_the_rows(photos, model):
    data = load(str(photos), reading=Reading(features=f"timm:{model}"))
    from safetensors.numpy import load_file

    weight = load_file(model / "model.safetensors")["weight"]
    paths = sorted(photos.rglob("*.png"))
    means = np.stack([np.asarray(PIL.Image.open(path), np.float32).mean(axis=(0, 1)) / 255 for path in paths])
    np.testing.assert_allclose(data.features, means @ weight, rtol=1e-5)
    assert data.image_shape is None
    assert data.labels.tolist() == [path.parent.name == "b" for path in paths]
    assert data.feature_kind.startswith("from the pretrained model net (")
    assert calls() == [BATCH, 9]


def test_they_are_computed_once_also_for_a_copy_and_for_other_labels(photos, model, tmp_path):
    reading = Reading(features=f"timm:{model}")
    first = load(str(photos), reading=reading)
    load(str(photos), reading=reading)
    copied = load(str(shutil.copytree(photos, tmp_path / "copied", copy_function=shutil.copyfile)), reading=reading)
    assert len(calls()) == 2
    assert copied.digest == first.digest


def test_other_weights_or_another_image_are_computed_again(photos, model, tmp_path):
    reading = Reading(features=f"timm:{model}")
    first = load(str(photos), reading=reading)
    save_model(model, seed=1)
    second = load(str(photos), reading=reading)
    assert second.digest != first.digest
    changed = next(photos.rglob("*.png"))
    PIL.Image.new("RGB", (9, 9), "red").save(changed)
    third = load(str(photos), reading=reading)
    assert third.digest != second.digest
    assert len(calls()) == 6


def test_versions_and_the_device_are_parts_of_the_key(photos, model, monkeypatch, tmp_path):
    reading = Reading(features=f"timm:{model}")
    load(str(photos), reading=reading)
    monkeypatch.setattr(stream, "installed", lambda name: f"{name} 99")
    load(str(shutil.copytree(photos, tmp_path / "one")), reading=reading)
    assert len(calls()) == 4
    monkeypatch.setattr(stream, "chosen_device", lambda device: "meta")
    monkeypatch.setattr(encoder_process, "load_encoder", lambda *_: lambda batch: np.zeros((len(batch), 2), np.float32))
    assert load(str(shutil.copytree(photos, tmp_path / "two")), reading=reading).features.shape[1] == 2


def test_damaged_features_are_computed_again(photos, model, tmp_path):
    reading = Reading(features=f"timm:{model}")
    first = load(str(photos), reading=reading)
    for path in (tmp_path / "cache").glob("*/features.npy"):
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
    second = load(str(photos), reading=reading)
    assert second.digest == first.digest
    assert len(calls()) == 4


def test_the_random_state_of_torch_is_not_changed(photos, model):
    before = torch.get_rng_state()
    load(str(photos), reading=Reading(features=f"timm:{model}"))
    assert torch.equal(torch.get_rng_state(), before)


def test_features_that_are_not_finite_are_refused(photos, model):
    from safetensors.numpy import save_file

    save_file({"weight": np.full((3, 2), np.inf, np.float32)}, model / "model.safetensors")
    with pytest.raises(UsageError, match="the features of row 0 of data set 'photos' are not finite"):
        load(str(photos), reading=Reading(features=f"timm:{model}"))


def test_resizing_before_the_model_resizes_is_refused(photos, model):
    with pytest.raises(UsageError, match="resizes the images itself: --resize does nothing there"):
        load(str(photos), reading=Reading(features=f"timm:{model}", resize=16))


def test_a_file_that_the_library_cannot_read_is_one_line(photos, model):
    (model / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(UsageError, match=rf"--features timm:{model}: timm cannot read the model \("):
        load(str(photos), reading=Reading(features=f"timm:{model}"))


def test_a_missing_library_is_one_line_with_the_command(photos, tmp_path, monkeypatch):
    folder = save_model(tmp_path / "net")
    monkeypatch.setattr("methods.declarations.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"needs timm, which is not installed: pip install 'dec-bench\[features\]'"):
        load(str(photos), reading=Reading(features=f"timm:{folder}"))


def test_transparent_pixels_are_white_for_the_model(model, tmp_path):
    folder = tmp_path / "cutouts"
    folder.mkdir()
    for name, hidden in (("a", (9, 99, 0, 0)), ("b", (200, 7, 250, 0))):
        PIL.Image.new("RGBA", (9, 9), hidden).save(folder / f"{name}.png")
    data = load(str(folder), reading=Reading(features=f"timm:{model}"))
    assert (data.features[0] == data.features[1]).all()


def test_bundled_images_have_features_too(model):
    data = load("digits", reading=Reading(features=f"timm:{model}", limit=20))
    assert data.features.shape == (20, 5)


@pytest.mark.slow
def test_pixels_do_not_import_torch(photos):
    import subprocess

    code = "import sys; from bench.datasets.load import load; load('digits'); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
