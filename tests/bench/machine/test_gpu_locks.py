"""The lock of a GPU: one holder on the machine, released by the end of its process, and no file that is not its own."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from documents import ROOT

from bench.machine.gpu_locks import take_gpu
from bench.machine.gpus import Gpu

GPU, OTHER = Gpu("Card", "GPU-3f/../0", "0", 1), Gpu("Card", "GPU-4e", "0", 1)
HOLD = """
from bench.machine.gpu_locks import take_gpu
from bench.machine.gpus import Gpu
import time
print(take_gpu(Gpu("Card", "GPU-3f/../0", "7", 2)), flush=True)
time.sleep(600)
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, of this process and of those that it starts."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_gpu_has_one_holder(temporary: Path):
    first, other = take_gpu(GPU), take_gpu(OTHER)
    assert first is not None
    assert other is not None
    assert take_gpu(GPU) is None
    os.close(first)
    again = take_gpu(GPU)
    assert again is not None
    for file in (other, again):
        os.close(file)
    assert {path.name for path in temporary.iterdir()} == {
        "dec-bench-gpu-GPU-3f-0.lock",
        "dec-bench-gpu-GPU-4e.lock",
    }


@pytest.mark.slow
def test_a_killed_holder_releases_it(temporary: Path):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    holder = subprocess.Popen([sys.executable, "-c", HOLD], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip().isdecimal()
        assert take_gpu(GPU) is None
    finally:
        holder.kill()
        holder.wait()
    file = take_gpu(GPU)
    assert file is not None
    os.close(file)


def test_a_file_of_another_user_is_locked_without_writing(temporary: Path):
    path = temporary / "dec-bench-gpu-GPU-4e.lock"
    path.write_text("not ours")
    path.chmod(0o444)
    file = take_gpu(OTHER)
    assert file is not None
    os.close(file)
    assert path.read_text() == "not ours"


@pytest.mark.skipif(os.name != "posix", reason="links that any user can make")
def test_a_link_is_not_followed(temporary: Path):
    (temporary / "dec-bench-gpu-GPU-4e.lock").symlink_to(temporary / "elsewhere")
    with pytest.raises(OSError, match="dec-bench-gpu-GPU-4e"):
        take_gpu(OTHER)
    assert not (temporary / "elsewhere").exists()
