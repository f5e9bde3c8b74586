"""A library of pretrained models for tests: a module `timm` that reads a tiny network from safetensors."""

import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

MODULE = '''
"""A network that multiplies the mean colour of an image by a matrix."""

import numpy, safetensors.torch, torch
from types import SimpleNamespace

calls = []


class Network(torch.nn.Module):
    def __init__(self, folder):
        super().__init__()
        torch.rand(7)  # as a real library, it draws weights before it loads them
        self.weight = torch.nn.Parameter(safetensors.torch.load_file(folder + "/model.safetensors")["weight"])

    def forward(self, batch):
        assert not self.training and not torch.is_grad_enabled() and torch.is_inference_mode_enabled()
        calls.append(len(batch))
        return batch @ self.weight


def create_model(name, pretrained, num_classes):
    assert pretrained and num_classes == 0 and name.startswith("local-dir:")
    return Network(name.removeprefix("local-dir:")).train()


def transform(picture):
    assert picture.mode == "RGB"
    return torch.tensor(numpy.asarray(picture, dtype=numpy.float32).mean(axis=(0, 1)) / 255)


data = SimpleNamespace(
    resolve_model_data_config=lambda network: {}, create_transform=lambda is_training, **config: transform
)
'''


def fake_timm(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install the module `timm` for one test; `folder` holds it."""
    folder.mkdir()
    (folder / "timm.py").write_text(MODULE)
    monkeypatch.setitem(sys.modules, "timm", None)  # at the end of the test, the module here is forgotten
    del sys.modules["timm"]
    monkeypatch.syspath_prepend(str(folder))


def save_model(folder: Path, seed: int = 0, n_dimensions: int = 5) -> Path:
    """The files of a model for it."""
    folder.mkdir(exist_ok=True)
    weight = np.random.default_rng(seed).normal(size=(3, n_dimensions)).astype(np.float32)
    save_file({"weight": weight}, folder / "model.safetensors")
    (folder / "config.json").write_text("{}")
    return folder
