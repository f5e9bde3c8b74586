"""docs/results/multiple_features.py converts UCI's Multiple Features to a folder that the loader reads."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bench.datasets.load import load

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "results" / "multiple_features.py"


def make(pixels: np.ndarray, folder: Path) -> subprocess.CompletedProcess[str]:
    np.savetxt(folder / "mfeat-pix", pixels, fmt="%3d")
    command = [sys.executable, str(SCRIPT), str(folder / "mfeat-pix"), str(folder / "made")]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.slow
def test_the_loader_reads_the_converted_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DEC_BENCH_CACHE", str(tmp_path / "cache"))
    pixels = np.random.default_rng(0).integers(0, 7, (2000, 240))
    assert make(pixels, tmp_path).returncode == 0
    data = load(str(tmp_path / "made"), "train")
    assert data.image_shape == (16, 15, 1)
    np.testing.assert_allclose(data.features, pixels / 6, atol=0.5 / 255)
    np.testing.assert_array_equal(data.labels, np.repeat(np.arange(10), 200))


@pytest.mark.parametrize("pixels", [np.zeros((3, 240)), np.full((2000, 240), 7), np.zeros((2000, 240))])
def test_another_file_is_rejected_in_one_line(pixels: np.ndarray, tmp_path: Path):
    done = make(pixels, tmp_path)
    assert done.returncode == 1
    assert done.stderr.endswith("is not mfeat-pix: expected 2000 lines of 240 whole numbers from 0 to 6.\n")
    assert done.stderr.count("\n") == 1
