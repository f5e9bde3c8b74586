"""Fits on CUDA: equal to the bit with the same seed, also in a new process."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from methods import DEC

ROOT = Path(__file__).resolve().parents[2]
SHORT = {
    "sha12": {"pretrain_epochs": 2, "epochs": 2},
    "tanh128": {"pretrain_epochs": 2, "epochs": 2},
    "mlp": {"pretrain_epochs": 2, "epochs": 2},
    "quick": {"pretrain_epochs": 1, "warmup_epochs": 1, "epochs": 2},
}
"""The presets of the test, with few epochs."""


def images() -> np.ndarray:
    """2,000 images of ten noisy patterns."""
    random = np.random.default_rng(0)
    patterns = random.random((10, 28, 28), dtype=np.float32)
    noise = random.random((2000, 28, 28), dtype=np.float32)
    return 0.7 * patterns[random.integers(0, 10, 2000)] + 0.3 * noise


def digest(preset: str) -> str:
    """SHA-256 of weights, codes and labels of a fit."""
    fitted = DEC(10, preset=preset, tol=0.0, device="cuda", random_state=0, **SHORT[preset]).fit(images())
    weights = [weight.cpu().numpy() for weight in fitted.network_.state_dict().values()]
    arrays = [*weights, fitted.cluster_centers_, fitted.embedding_, fitted.labels_]
    return hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()


@pytest.mark.cuda
@pytest.mark.parametrize("preset", SHORT)
def test_a_seed_gives_the_same_bits_twice_and_in_a_new_process(preset: str):
    expected = digest(preset)
    assert digest(preset) == expected
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(Path(__file__).parent)])}
    program = f"import test_cuda_fits; print(test_cuda_fits.digest({preset!r}))"
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == expected
