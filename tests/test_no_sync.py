"""The context of `no_sync` finds every kind of wait, and lets work on a device pass."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from no_sync import no_host_sync
from torch import Tensor, nn

X = torch.arange(6.0).view(3, 2)
META = torch.device("meta")

WAITS: dict[str, Callable[[], object]] = {
    "_local_scalar_dense": lambda: X.sum().item(),
    "aten._local_scalar_dense": lambda: float(X.sum()),
    "aten._local_scalar_dense.default": lambda: bool(X.sum() > 1),
    "aten._local_scalar_dense.default makes": lambda: X[torch.tensor(1)],
    "aten.equal": lambda: torch.equal(X, X),
    "aten.allclose": lambda: torch.allclose(X, X),
    "aten.nonzero": lambda: torch.nonzero(X),
    "aten.nonzero.default": lambda: torch.where(X > 1),
    "aten.masked_select": lambda: X.masked_select(X > 1),
    "aten.bincount": lambda: torch.bincount(torch.tensor([1, 2])),
    "aten._unique2": lambda: X.unique(),
    "aten.unique_consecutive": lambda: X.unique_consecutive(),
    "aten.repeat_interleave": lambda: torch.repeat_interleave(torch.tensor([1, 2])),
    "aten.index.Tensor": lambda: X[X > 1],
    "aten.index_put_": lambda: X.clone().__setitem__(X[:, 0] > 1, torch.ones(2, 2)),
    "_linalg_check_errors": lambda: torch.linalg.inv(X.T @ X),
    "cpu": lambda: X.cpu(),
    "numpy": lambda: X.numpy(),
    "__array__": lambda: np.asarray(X),
    "tolist": lambda: X.tolist(),
    "tensor": lambda: torch.tensor([1.0], device="cpu"),
    "aten._to_copy": lambda: X.to(META),
    "aten.copy_": lambda: torch.empty(3, 2, device=META).copy_(X),
}

PASSES: dict[str, Callable[[], object]] = {
    "a copy in the background": lambda: X.to(META, non_blocking=True),
    "a copy in place in the background": lambda: torch.empty(3, 2, device=META).copy_(X, non_blocking=True),
    "another type": lambda: X.double(),
    "the same device": lambda: X.to("cpu"),
    "row numbers": lambda: X[torch.tensor([0, 2])],
    "rows written": lambda: X.clone().__setitem__(torch.tensor([0, 2]), 1.0),
    "one value at a mask": lambda: X.clone().__setitem__(X > 1, 0.0),
    "a choice by a mask": lambda: torch.where(X > 1, X, 0.0),
    "a number of the host": lambda: X * torch.tensor(2.0),
    "a known number of results": lambda: torch.repeat_interleave(X, torch.tensor([1, 2, 1]), dim=0, output_size=4),
}


@pytest.mark.parametrize("operation", WAITS)
def test_a_wait_fails_with_the_name_of_the_operation(operation: str):
    with pytest.raises(AssertionError, match=operation), no_host_sync():
        WAITS[operation]()
    WAITS[operation]()  # outside it is allowed again


@pytest.mark.parametrize("work", PASSES)
def test_work_without_a_wait_passes(work: str):
    with no_host_sync():
        PASSES[work]()


def test_a_step_of_training_passes_and_its_backward_pass_is_looked_at():
    class Curious(torch.autograd.Function):
        @staticmethod
        def forward(ctx: object, x: Tensor) -> Tensor:
            return x.clone()

        @staticmethod
        def backward(ctx: object, gradient: Tensor) -> Tensor:
            return gradient * gradient.sum().item()

    network = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Dropout(0.5), nn.Linear(4, 1))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    with no_host_sync():
        network(X).square().mean().backward()
        optimizer.step()
        loss = Curious.apply(network(X)).sum()
        with pytest.raises(AssertionError, match="_local_scalar_dense"):
            loss.backward()
