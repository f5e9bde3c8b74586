"""The process of a pretrained model: the features of this process, and one line for each failure."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from small_models import fake_timm, save_model

from bench.datasets.features import encoder_process as module
from bench.datasets.features.encoder_process import encoder_on, encoder_process
from bench.datasets.features.encoders import Encoder, load_encoder
from bench.datasets.features.models import PretrainedModel, pretrained_model
from bench.datasets.features.weights import Weights, find_weights
from bench.errors import UsageError

Loaded = tuple[PretrainedModel, Weights]
IMAGES = [PIL.Image.new("RGB", (3 + i, 5), (10 * i, 20, 250)) for i in range(7)]


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the module `timm`."""
    fake_timm(tmp_path / "library", monkeypatch)
    return tmp_path / "library" / "timm.py"


@pytest.fixture
def loaded(tmp_path: Path, library: Path) -> Loaded:
    model = pretrained_model(f"timm:{save_model(tmp_path / 'net')}")
    return model, find_weights(model)


def test_its_features_are_those_of_this_process(loaded: Loaded):
    with encoder_process(*loaded, "cpu") as encode:
        found = [encode(IMAGES[:4]), encode(IMAGES[4:])]
    assert "timm" not in sys.modules
    expected = load_encoder(*loaded, "cpu")
    for features, images in zip(found, (IMAGES[:4], IMAGES[4:]), strict=True):
        np.testing.assert_array_equal(features, expected(images))


def test_only_a_gpu_with_cuda_has_a_process(loaded: Loaded, monkeypatch: pytest.MonkeyPatch):
    asked = []

    @contextmanager
    def process(model: PretrainedModel, weights: Weights, device: str) -> Iterator[Encoder]:
        asked.append(device)
        yield lambda rows: np.zeros((len(rows), 1), np.float32)

    monkeypatch.setattr(module, "encoder_process", process)
    for device in ("cpu", "cuda"):
        with encoder_on(*loaded, device) as encode:
            assert len(encode(IMAGES)) == len(IMAGES)
    assert asked == ["cuda"]


def test_a_model_that_cannot_be_read_is_one_line(loaded: Loaded):
    (loaded[1].folder / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(UsageError, match=r"timm cannot read the model \("), encoder_process(*loaded, "cpu"):
        pytest.fail("the model cannot be read")


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (
            "raise torch.OutOfMemoryError('CUDA out of memory.')",
            "the GPU has too little free memory",
        ),
        ("import os; os._exit(3)", "the process that computes the features ended, exit code 3"),
    ],
)
def test_a_failure_in_a_batch_is_one_line(loaded: Loaded, library: Path, fault: str, message: str):
    library.write_text(library.read_text().replace("        calls.append(len(batch))\n", f"        {fault}\n"))
    with encoder_process(*loaded, "cpu") as encode, pytest.raises(UsageError, match=message):
        encode(IMAGES)


@pytest.mark.skipif(os.name != "posix", reason="the exit code of a signal")
def test_the_process_ends_with_the_context(loaded: Loaded, monkeypatch: pytest.MonkeyPatch):
    started = []
    popen = module.subprocess.Popen
    monkeypatch.setattr(module.subprocess, "Popen", lambda *a, **k: started.append(popen(*a, **k)) or started[-1])
    with pytest.raises(KeyboardInterrupt), encoder_process(*loaded, "cpu"):
        raise KeyboardInterrupt
    assert [process.returncode for process in started] == [-9]
