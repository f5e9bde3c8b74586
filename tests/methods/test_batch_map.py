"""The batch rule equals a plain reference in float64, repeats its bits, and lets no GPU wait for the host."""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest
import torch
from map_bits import digest
from no_sync import no_host_sync
from torch import Tensor

from methods import batch_map, map_winners
from methods.batch_map import train_batch
from methods.progress import Progress

ON_CUDA = pytest.param("cuda", marks=pytest.mark.cuda)
GRID = (3, 4)


def trained(X: Tensor, start: Tensor, **arguments: Any) -> Tensor:
    """The codebook of a map of 3 × 4 units after two epochs, unless the arguments say otherwise."""
    defaults = {
        "epochs": 2,
        "batch_size": None,
        "sigma": lambda done: 2 / (1 + 2 * done),
        "learning_rate": lambda done: 1 - done / 2,
        "generator": torch.Generator().manual_seed(5),
        "progress": lambda progress: None,
    }
    return train_batch(X, start, **{"grid_shape": GRID} | defaults | arguments)


def reference(
    X: np.ndarray,
    start: np.ndarray,
    batch_size: int | None = None,
    sigma: Callable[[float], float] = lambda done: 2 / (1 + 2 * done),
    rate: Callable[[float], float] = lambda done: 1 - done / 2,
) -> np.ndarray:
    """The same in plain NumPy and float64: Kohonen 2013, Eq. 8, with a share of the way."""
    row, column = np.divmod(np.arange(len(start)), GRID[1])
    squares = (row[:, None] - row) ** 2 + (column[:, None] - column) ** 2
    codebook, generator = start, torch.Generator().manual_seed(5)
    size = batch_size or len(X)
    for epoch in range(2):
        order = torch.randperm(len(X), generator=generator).numpy() if batch_size else np.arange(len(X))
        starts = range(0, len(X), size)
        for batch, first in enumerate(starts):
            done = (epoch + batch / len(starts)) / 2
            samples = X[order[first : first + size]].astype(np.float64)
            won_by = ((samples[:, None] - codebook) ** 2).sum(2).argmin(1)
            weights = np.exp(squares / (-2 * sigma(done) ** 2))[:, won_by]
            moves = weights.sum(1) > 0
            means = (weights @ samples)[moves] / weights.sum(1)[moves, None]
            codebook = codebook.astype(np.float64)
            codebook[moves] += rate(done) * (means - codebook[moves])
            codebook = codebook.astype(np.float32)
    return codebook


@pytest.fixture(params=["cpu", "as on a GPU", ON_CUDA])
def device(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "as on a GPU":
        monkeypatch.setattr(batch_map, "sums_by_winner", map_winners.sums_on_gpu)
    return "cuda" if request.param == "cuda" else "cpu"


@pytest.mark.parametrize("batch_size", [None, 1, 7, 100, 300, 1000])
def test_the_codebook_equals_the_reference(digits: np.ndarray, device: str, batch_size: int | None):
    X, start = torch.from_numpy(digits[:300]).to(device), torch.from_numpy(digits[:12]).to(device)
    ours = trained(X, start, batch_size=batch_size).cpu().numpy()
    assert np.abs(ours - digits[:12]).max() > 0.1
    np.testing.assert_allclose(ours, reference(digits[:300], digits[:12], batch_size), atol=1e-5)


@pytest.mark.parametrize("batch_size", [None, 100, 1024])
def test_means_of_small_integers_have_the_bits_of_the_reference(device: str, batch_size: int | None):
    """Without neighbours a unit becomes the mean of what it wins. Sums of integers are exact in any order."""
    draws = np.random.default_rng(1)
    X = draws.integers(0, 3, (2500, 6)).astype(np.float32)
    start = X[draws.integers(0, len(X), 12)]  # many ties, and equal units
    narrow = {"sigma": lambda done: 1e-3, "learning_rate": lambda done: 1.0}
    ours = trained(torch.from_numpy(X).to(device), torch.from_numpy(start).to(device), batch_size=batch_size, **narrow)
    expected = reference(X, start, batch_size, narrow["sigma"], narrow["learning_rate"])
    np.testing.assert_array_equal(ours.cpu().numpy(), expected)


def test_a_unit_without_samples_in_its_neighbourhood_does_not_move(device: str):
    X, start = torch.tensor([[0.0], [1.0]], device=device), torch.tensor([[0.5], [100.0]], device=device)
    narrow = {"sigma": lambda done: 1e-3, "learning_rate": lambda done: 1.0}
    assert torch.equal(trained(X, start, grid_shape=(1, 2), epochs=3, **narrow), start)


@pytest.mark.parametrize(("n_samples", "batch_size"), [(1, None), (1, 1), (2500, None), (2500, 300)])
def test_every_step_runs_on_meta_without_a_wait(n_samples: int, batch_size: int | None):
    """On `meta` no value exists, and the order of the samples comes from another device."""
    X, start = torch.empty(n_samples, 6, device="meta"), torch.empty(12, 6, device="meta")
    with no_host_sync():
        codebook = trained(X, start, batch_size=batch_size)
    assert (codebook.device.type, codebook.shape, codebook.dtype) == ("meta", (12, 6), torch.float32)


@pytest.mark.parametrize("batch_size", [None, 70])
def test_the_host_reads_nothing_on_a_gpu(digits: np.ndarray, batch_size: int | None, monkeypatch: pytest.MonkeyPatch):
    X, start = torch.from_numpy(digits), torch.from_numpy(digits[:12])
    monkeypatch.setattr(batch_map, "sums_by_winner", map_winners.sums_on_gpu)
    steps: list[Progress] = []
    with no_host_sync():
        trained(X, start, batch_size=batch_size, progress=steps.append)
    assert len(steps) == (2 if batch_size is None else 10)
    assert steps[-1] == Progress("map", 2, 2)


@pytest.mark.cuda
@pytest.mark.parametrize("batch_size", [None, 70])
def test_cuda_waits_for_nothing_inside_an_epoch(digits: np.ndarray, batch_size: int | None):
    X, start = torch.from_numpy(digits).cuda(), torch.from_numpy(digits[:12]).cuda()
    try:
        torch.cuda.set_sync_debug_mode("error")
        trained(X, start, batch_size=batch_size)
    finally:
        torch.cuda.set_sync_debug_mode("default")


def test_all_steps_are_inside_the_context_of_same_bits(digits: np.ndarray, monkeypatch: pytest.MonkeyPatch):
    entered: list[str] = []
    inside: list[bool] = []

    @contextmanager
    def context(device: torch.device) -> Iterator[None]:
        entered.append(device.type)
        yield
        entered.append("left")

    def sums(*tensors: Tensor) -> tuple[Tensor, Tensor]:
        inside.append(entered == ["cpu"])
        return map_winners.sums_on_cpu(*tensors)

    monkeypatch.setattr(batch_map, "same_bits", context)
    monkeypatch.setattr(batch_map, "sums_by_winner", sums)
    trained(torch.from_numpy(digits), torch.from_numpy(digits[:12]), batch_size=100)
    assert inside == [True] * 6
    assert entered == ["cpu", "left"]


@pytest.mark.slow
@pytest.mark.parametrize("device", ["cpu", ON_CUDA])
@pytest.mark.parametrize("batch_size", [None, 512])
def test_a_seed_gives_the_same_bits_again_and_in_a_new_process(device: str, batch_size: int | None):
    here = digest(device, batch_size)
    assert digest(device, batch_size) == here
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        assert process.submit(digest, device, batch_size).result() == here


@pytest.mark.cuda
@pytest.mark.parametrize("batch_size", [None, 512])
def test_cuda_and_cpu_agree(batch_size: int | None):
    X = torch.from_numpy(np.random.default_rng(0).random((5000, 300), dtype=np.float32))
    start = X[:12].clone()
    on_cpu = trained(X, start, batch_size=batch_size)
    on_cuda = trained(X.cuda(), start.cuda(), batch_size=batch_size)
    torch.testing.assert_close(on_cuda.cpu(), on_cpu, rtol=0, atol=1e-5)
