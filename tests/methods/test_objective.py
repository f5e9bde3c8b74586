"""q, p and the losses, compared with values computed by hand."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans

from methods.dec.objective import (
    Target,
    contrastive_loss,
    kl_divergence,
    reconstruction_loss,
    soft_assignments,
    target_distribution,
)


def test_q_of_distances_1_and_3_is_five_sixths():
    q = soft_assignments(torch.tensor([[0.0, 0.0]]), torch.tensor([[1.0, 0.0], [0.0, 3.0]]))
    torch.testing.assert_close(q, torch.tensor([[5 / 6, 1 / 6]]))


def test_p_by_hand():
    # f = (0.5, 1.5); rows: (0.25/0.5, 0.25/1.5) = (1/2, 1/6) → (3/4, 1/4); (0, 1/1.5) → (0, 1)
    p = target_distribution(torch.tensor([[0.5, 0.5], [0.0, 1.0]]))
    torch.testing.assert_close(p, torch.tensor([[0.75, 0.25], [0.0, 1.0]]))


def test_p_depends_on_the_whole_data_set():
    q = torch.tensor([[0.9, 0.1], [0.6, 0.4], [0.3, 0.7]])
    whole = target_distribution(q)
    assert not torch.allclose(whole[:1], target_distribution(q[:1]))


def test_p_by_hand_with_another_power_and_without_balance():
    q = torch.tensor([[0.75, 0.25], [0.5, 0.5]])
    torch.testing.assert_close(target_distribution(q, balance=False), torch.tensor([[0.9, 0.1], [0.5, 0.5]]))
    cubed = torch.tensor([[27 / 28, 1 / 28], [0.5, 0.5]])
    torch.testing.assert_close(target_distribution(q, 3.0, balance=False), cubed)
    assert target_distribution(q)[1, 1] > 0.5  # the second cluster is the smaller one


def test_the_power_changes_linearly_after_the_warm_up():
    q = torch.tensor([[0.75, 0.25], [0.5, 0.5], [0.2, 0.8]])
    target, start = Target(2.0, 4.0, balance=False, warmup_epochs=2), torch.tensor([1, 0, 1])
    for epoch in (0, 1):
        assert target(q, start, epoch, 5).tolist() == [[0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]
    for epoch, power in ((2, 2.0), (3, 3.0), (4, 4.0)):
        torch.testing.assert_close(target(q, start, epoch, 5), target_distribution(q, power, balance=False))


def test_contrast_by_hand():
    """Two images with orthogonal codes and equal views: the partner has similarity 1 / T, the two others 0."""
    codes = torch.tensor([[1.0, 0.0], [0.0, 2.0]])
    expected = -math.log(math.exp(2) / (math.exp(2) + 2))
    assert float(contrastive_loss(codes, 3 * codes)) == pytest.approx(expected, rel=1e-5)
    assert float(contrastive_loss(codes, codes.flip(0))) == pytest.approx(expected + 2, rel=1e-5)


def test_kl_by_hand():
    p = torch.tensor([[1.0, 0.0], [0.5, 0.5]])
    q = torch.tensor([[0.5, 0.5], [0.25, 0.75]])
    second = 0.5 * math.log(0.5 / 0.25) + 0.5 * math.log(0.5 / 0.75)
    assert float(kl_divergence(p, q)) == pytest.approx((math.log(2) + second) / 2)


def test_reconstruction_is_the_mean_over_pixels():
    assert float(reconstruction_loss(torch.tensor([[0.0, 1.0], [1.0, 1.0]]), torch.ones(2, 2))) == pytest.approx(0.25)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 6))
def test_p_sharpens_balanced_q_and_keeps_its_order(seed: int, n_clusters: int):
    q = torch.as_tensor(np.random.default_rng(seed).dirichlet(np.ones(n_clusters), 40))
    balanced = torch.stack([q.roll(shift, 1) for shift in range(n_clusters)]).flatten(0, 1)  # every column has one sum
    p = target_distribution(balanced)
    torch.testing.assert_close(p.sum(1), torch.ones(len(p), dtype=p.dtype))
    assert torch.equal(p.argmax(1), balanced.argmax(1))
    assert bool((p.max(1).values >= balanced.max(1).values).all())
    assert float(kl_divergence(p, balanced)) >= 0


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_largest_q_is_the_nearest_centre(seed: int):
    rng = np.random.default_rng(seed)
    codes, centers = rng.normal(size=(30, 4)), rng.normal(size=(5, 4))
    q = soft_assignments(torch.as_tensor(codes), torch.as_tensor(centers))
    nearest = KMeans(5, init=centers, n_init=1, max_iter=1).fit(centers).cluster_centers_
    distances = np.linalg.norm(codes[:, None] - nearest[None], axis=-1)
    np.testing.assert_array_equal(q.argmax(1).numpy(), distances.argmin(1))
