"""No weight stays below the normal range of float32, in which processors are slow."""

from pathlib import Path

import numpy as np
import torch
from sklearn.datasets import load_digits

from methods import DEC
from methods.dec.subnormal import TINY, zero_subnormals


def test_subnormal_numbers_become_zero_and_normal_ones_stay():
    module = torch.nn.BatchNorm1d(4)
    values = torch.tensor([1e-40, -1e-40, TINY, -1.0])
    with torch.no_grad():
        module.weight.copy_(values)
    assert module.running_var is not None
    module.running_var.copy_(values.abs())
    zero_subnormals(module)
    assert module.weight.tolist() == [0.0, 0.0, TINY, -1.0]
    assert module.running_var.tolist() == [0.0, 0.0, TINY, 1.0]


def test_a_phase_leaves_no_subnormal_number():
    """A large penalty shrinks the weights of the border pixels, which are always 0, below the normal range."""
    images = (load_digits().images[:200] / 16).astype(np.float32)
    dec = DEC(4, preset="mlp", image_shape=(8, 8, 1), weight_decay=1e4, pretrain_epochs=40, epochs=1, device="cpu")
    dec.set_params(optimizer="sgd", lr=9e-5, momentum=0.0, random_state=0).fit(images)
    weights = torch.cat([weight.detach().flatten() for weight in dec.network_.parameters()])
    assert not ((weights != 0) & (weights.abs() < TINY)).any()


def test_a_kept_model_with_subnormal_numbers_is_loaded_without_them(tmp_path: Path):
    images = (load_digits().images[:200] / 16).astype(np.float32)
    dec = DEC(4, preset="small", pretrain_epochs=1, epochs=1, device="cpu", random_state=0).fit(images)
    with torch.no_grad():
        dec.network_.encoder[0].weight[0] = 1e-40
    codes = dec.transform(images)
    dec.save(tmp_path / "model")
    loaded = DEC.load(tmp_path / "model")
    assert not loaded.network_.encoder[0].weight[0].any()
    np.testing.assert_array_equal(loaded.transform(images), codes)
