"""Clusters without samples get the samples that are farthest from their centres."""

import torch

from methods.device_relocation import relocate

X = torch.tensor([[0.0], [1.0], [2.0], [8.0], [9.0], [20.0]], dtype=torch.float64)
LABELS = torch.tensor([0, 0, 0, 2, 2, 2])
SUMS = torch.tensor([[3.0], [0.0], [37.0], [0.0]], dtype=torch.float64)
SIZES = torch.tensor([3.0, 0.0, 3.0, 0.0], dtype=torch.float64)


def relocated(centers: list[float]) -> tuple[list[float], list[float]]:
    sums, sizes = SUMS.clone(), SIZES.clone()
    relocate(X, torch.tensor(centers, dtype=torch.float64)[:, None], LABELS, sums, sizes)
    return sums.flatten().tolist(), sizes.tolist()


def test_the_farthest_samples_leave_their_clusters():
    """20 is 8 from its centre, 12, and 8 is 4 from it; no other sample is as far."""
    assert relocated([1.0, 90.0, 12.0, 90.0]) == ([3.0, 20.0, 9.0, 8.0], [3.0, 1.0, 1.0, 1.0])


def test_a_cluster_may_lose_its_only_sample():
    sums, sizes = torch.tensor([[0.0], [8.0]]).double(), torch.tensor([0.0, 1.0]).double()
    relocate(X[[3]], torch.tensor([[0.0], [5.0]]).double(), torch.tensor([1]), sums, sizes)
    assert (sums.flatten().tolist(), sizes.tolist()) == ([8.0, 0.0], [1.0, 0.0])


def test_samples_on_their_centres_stay():
    sums, sizes = torch.tensor([[6.0], [0.0]]).double(), torch.tensor([3.0, 0.0]).double()
    relocate(
        torch.full((3, 1), 2.0).double(), torch.tensor([[2.0], [7.0]]).double(), torch.zeros(3).long(), sums, sizes
    )
    assert (sums.flatten().tolist(), sizes.tolist()) == ([6.0, 0.0], [3.0, 0.0])
