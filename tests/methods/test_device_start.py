"""The start of a device: products and convolutions in each type of training, without traces."""

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from methods import device_start
from methods.device_start import start


class Operations(TorchDispatchMode):
    """Collects the operations, each with the type of its result."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, torch.dtype]] = set()

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        name = function._schema.name.removeprefix("aten::")
        results = result if isinstance(result, tuple) else (result,)
        self.found |= {(name, each.dtype) for each in results if isinstance(each, torch.Tensor)}
        return result


@pytest.mark.parametrize("device", ["cpu", "meta"])
@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_both_directions_of_both_operations_run(device: str, precision: torch.dtype, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(device_start, "choose_precision", lambda device: precision)
    with Operations() as operations:
        start(device)
    for dtype in {torch.float32, precision}:
        assert {("convolution", dtype), ("convolution_backward", dtype), ("mm", dtype)} <= operations.found
    assert {dtype for _, dtype in operations.found} == {torch.float32, precision}


def test_no_random_number_is_drawn_and_no_setting_changes():
    state, settings = torch.get_rng_state(), torch.are_deterministic_algorithms_enabled()
    start("cpu")
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.are_deterministic_algorithms_enabled() == settings


@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_the_decompositions_of_components_and_mixtures_run(device: str):
    with Operations() as operations:
        device_start._decompose(torch.device(device))
    names = {name for name, _ in operations.found}
    assert {"_linalg_eigh", "linalg_cholesky_ex", "linalg_solve_triangular"} <= names


@pytest.mark.cuda
def test_cublas_and_cudnn_are_ready():
    start("cuda")
    assert torch.cuda.is_initialized()
    assert torch.cuda.memory_allocated() < 200e6, "only the workspaces of the libraries stay"
