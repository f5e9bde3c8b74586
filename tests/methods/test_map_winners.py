"""Winners are the nearest units in exact arithmetic, on a CPU and as on a GPU; the sums of what they win are theirs."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from no_sync import no_host_sync
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from methods import map_winners
from methods.map_winners import sums_by_winner, sums_on_cpu, sums_on_gpu, winners, winners_without_reading

META = torch.device("meta")
DRAWS = np.random.default_rng(0)

FINDERS = [
    pytest.param(winners, "cpu", id="cpu"),
    pytest.param(winners_without_reading, "cpu", id="as on a GPU"),
    pytest.param(winners_without_reading, "cuda", id="cuda", marks=pytest.mark.cuda),
]
SUMS = [
    pytest.param(sums_by_winner, "cpu", id="cpu"),
    pytest.param(sums_on_gpu, "cpu", id="as on a GPU"),
    pytest.param(sums_by_winner, "cuda", id="cuda", marks=pytest.mark.cuda),
]


def integers(*shape: int, high: int) -> Tensor:
    return torch.from_numpy(DRAWS.integers(0, high, shape)).float()


def normal(*shape: int) -> Tensor:
    return torch.from_numpy(DRAWS.standard_normal(shape)).float()


def cases() -> dict[str, tuple[Tensor, Tensor]]:
    """Samples and units."""
    few = integers(40, 6, high=2)
    far = 1e6 + integers(2500, 6, high=100) / 8
    apart = torch.cat([normal(500, 6), 1e4 + integers(500, 6, high=9)])
    outlier = torch.cat([normal(9, 6), 1e6 * normal(1, 6)])
    return {
        "no ties": (normal(2500, 50), normal(9, 50)),
        "many ties": (integers(2500, 6, high=2), integers(9, 6, high=2)),
        "three equal units": (integers(300, 6, high=3), integers(9, 6, high=3)[[0, 1, 2, 1, 4, 1, 6]]),
        "only equal units": (normal(300, 6), normal(1, 6).expand(9, 6).contiguous()),
        "units that are samples": (few, few[[5, 9, 5, 20]]),
        "duplicates": (few[DRAWS.integers(0, 40, 1500)], integers(9, 6, high=2)),
        "one unit": (normal(300, 6), normal(1, 6)),
        "one sample": (normal(1, 6), normal(9, 6)),
        "one feature": (integers(300, 1, high=9), integers(9, 1, high=9)),
        "as many samples as one sum has": (integers(1024, 6, high=9), integers(9, 6, high=9)),
        "one more": (integers(1025, 6, high=9), integers(9, 6, high=9)),
        "far from zero": (far, far[DRAWS.integers(0, 2500, 9)]),
        "groups far apart": (apart, apart[DRAWS.integers(0, 1000, 9)]),
        "an outlier": (outlier, normal(9, 6)),
        "small numbers": (1e-15 * normal(300, 6), 1e-15 * normal(9, 6)),
        "large numbers": (1e15 * normal(300, 6), 1e15 * normal(9, 6)),
        "only zeros": (torch.zeros(5, 6), torch.zeros(9, 6)),
    }


CASES = cases()


def exact_winners(X: Tensor, codebook: Tensor) -> Tensor:
    return (X.double()[:, None] - codebook.double()).square().sum(2).argmin(1)


@pytest.mark.parametrize(("find", "device"), FINDERS)
@pytest.mark.parametrize("case", CASES)
def test_the_first_of_the_nearest_units_wins(case: str, find: Callable[..., Tensor], device: str):
    X, codebook = CASES[case]
    assert find(X.to(device), codebook.to(device)).tolist() == exact_winners(X, codebook).tolist()


@pytest.mark.parametrize(("find", "device"), FINDERS)
def test_samples_whose_distances_differ_little_have_the_nearest_unit(find: Callable[..., Tensor], device: str):
    """In float32, the product of these vectors has no digit of the difference."""
    X = torch.full((3, 50), 1000.0, device=device)
    X[:, 0] += torch.tensor([0.0, 0.1, 0.2], device=device)
    codebook = X[[2, 1, 0]]
    assert find(X, codebook).tolist() == [2, 1, 0]
    assert find(X, codebook[:1]).tolist() == [0, 0, 0]


@pytest.mark.parametrize(("total", "device"), SUMS)
@pytest.mark.parametrize("case", CASES)
def test_sums_and_numbers_are_those_of_the_winners(case: str, total: Callable[..., tuple[Tensor, Tensor]], device: str):
    X, codebook = CASES[case]
    won_by = exact_winners(X, codebook)
    expected = torch.zeros(codebook.shape, dtype=torch.float64).index_add_(0, won_by, X.double())
    sums, wins = (each.cpu() for each in total(X.to(device), codebook.to(device)))
    assert sums.dtype == wins.dtype == torch.float64
    assert wins.tolist() == torch.bincount(won_by, minlength=len(codebook)).tolist()
    torch.testing.assert_close(sums, expected, rtol=0, atol=1e-6 * float(X.abs().sum(0).max()))


def test_sums_in_small_pieces_are_the_same(monkeypatch: pytest.MonkeyPatch):
    X, codebook = CASES["many ties"]
    at_once = sums_on_gpu(X, codebook)
    monkeypatch.setattr(map_winners, "_BYTES", 1)
    pieces = []
    monkeypatch.setattr(
        map_winners,
        "winners_without_reading",
        lambda samples, units: pieces.append(len(samples)) or winners_without_reading(samples, units),
    )
    for whole, in_pieces in zip(at_once, sums_on_gpu(X, codebook), strict=True):
        assert torch.equal(whole, in_pieces)
    assert pieces == [1024, 1024, 452]


class Largest(TorchDispatchMode):
    """Notes the bytes of the largest result of an operation."""

    nbytes = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        results = func(*args, **(kwargs or {}))
        self.nbytes = max([self.nbytes, *(leaf.nbytes for leaf in tree_leaves(results) if isinstance(leaf, Tensor))])
        return results


@pytest.mark.parametrize(
    ("n_samples", "n_units", "n_features"),
    [(150_000, 100, 784), (70_000, 2500, 784), (10**8, 4, 2), (20_000, 100, 100_000)],
)
def test_memory_does_not_grow_with_the_number_of_samples(n_samples: int, n_units: int, n_features: int):
    X, codebook = torch.empty(n_samples, n_features, device=META), torch.empty(n_units, n_features, device=META)
    with Largest() as largest:
        sums_on_gpu(X, codebook)
    assert largest.nbytes <= max(map_winners._BYTES, 2 * 8 * 1024 * n_features)


@pytest.mark.parametrize("n_samples", [1, 1024, 2500])
def test_the_path_of_a_gpu_has_shapes_that_no_value_decides(n_samples: int):
    X, codebook = torch.empty(n_samples, 6, device=META), torch.empty(9, 6, device=META)
    with no_host_sync():
        sums, wins = sums_by_winner(X, codebook)
    assert (sums.device, sums.shape, wins.shape) == (META, (9, 6), (9,))


@pytest.mark.parametrize("case", CASES)
def test_the_path_of_a_gpu_reads_no_result(case: str):
    with no_host_sync():
        sums_on_gpu(*CASES[case])
    with pytest.raises(AssertionError, match="aten"), no_host_sync():
        sums_on_cpu(*CASES[case])
