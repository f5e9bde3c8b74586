"""The stored description of the machine and the software of a cell."""

import re
import tomllib
from pathlib import Path

import pytest
import torch

from bench.errors import UsageError
from bench.machine.environment import COMPUTING_LIBRARIES, Machine, describe_environment, describe_machine
from methods.registry import METHODS

ROOT = Path(__file__).resolve().parents[3]


def test_the_environment_has_the_library_of_every_extra_that_a_method_needs():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    needed = {method.extra.name for method in METHODS.values() if method.extra is not None}
    libraries = {re.split(r"[<>=]", one)[0] for name in needed for one in extras[name]}
    assert libraries == {"umap-learn"}
    assert libraries <= set(COMPUTING_LIBRARIES)


def test_the_environment_has_the_installed_versions():
    versions = describe_environment(1, "cpu").versions
    assert set(versions) == set(COMPUTING_LIBRARIES)
    assert all(re.match(r"\d+\.\d+", version) for version in versions.values())


def test_a_machine_without_cuda_is_described_by_this_process(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert describe_machine(3, "cpu") == Machine(describe_environment(3, "cpu"), ())


@pytest.mark.slow
def test_a_machine_with_cuda_is_described_by_another_process(monkeypatch: pytest.MonkeyPatch):
    """This process believes that it has a GPU; the other one finds none."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: pytest.fail("this would start CUDA"))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    machine = describe_machine(3, "cpu")
    assert (machine.environment.threads, machine.environment.accelerator, machine.gpus) == (3, None, ())
    with pytest.raises(
        UsageError, match="--device: device='cuda:7' is not available here: PyTorch sees no GPU"
    ) as error:
        describe_machine(3, "cuda:7")
    assert "\n" not in str(error.value)
