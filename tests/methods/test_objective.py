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
    triplet_loss,
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


def unit(codes: np.ndarray) -> np.ndarray:
    return codes / np.linalg.norm(codes, axis=1, keepdims=True)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12))
def test_contrast_equals_its_equation_in_numpy(seed: int, n: int):
    """Chen et al. 2020, Eq. 1, one term after the other."""
    rng = np.random.default_rng(seed)
    first, second = rng.normal(size=(2, n, 5)).astype(np.float32)
    z = unit(np.concatenate([first, second]).astype(float))
    terms = []
    for i in range(2 * n):
        others = sum(math.exp(z[i] @ z[k] / 0.5) for k in range(2 * n) if k != i)
        terms.append(-math.log(math.exp(z[i] @ z[(i + n) % (2 * n)] / 0.5) / others))
    loss = contrastive_loss(torch.tensor(first), torch.tensor(second))
    assert float(loss) == pytest.approx(np.mean(terms), rel=1e-4, abs=1e-5)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 4), st.floats(0.05, 4))
def test_triplets_equal_their_equation_in_numpy(seed: int, n: int, n_clusters: int, margin: float):
    """Schroff et al. 2015, Eq. 3, one anchor after the other; the negative is found by a loop."""
    rng = np.random.default_rng(seed)
    anchors, positives = rng.normal(size=(2, n, 3)).astype(np.float32)
    labels = rng.integers(n_clusters, size=n)
    a, p = unit(anchors.astype(float)), unit(positives.astype(float))
    total = 0.0
    for i in range(n):
        to_positive = np.sum((a[i] - p[i]) ** 2)
        distances = [np.sum((a[i] - a[j]) ** 2) for j in range(n) if labels[j] != labels[i]]
        farther = [distance for distance in distances if distance > to_positive]
        total += max(0.0, to_positive - min(farther) + margin) if farther else 0.0
    loss = triplet_loss(torch.tensor(anchors), torch.tensor(positives), torch.tensor(labels), margin)
    assert float(loss) == pytest.approx(total / n, rel=1e-4, abs=1e-5)


def on_circle(*degrees: float) -> torch.Tensor:
    angles = torch.tensor(degrees) * math.pi / 180
    return torch.stack([torch.cos(angles), torch.sin(angles)], 1)


def test_the_negative_is_the_nearest_of_another_cluster_behind_the_positive():
    """The anchor is at 0°, its positive at 68°. Of the samples at 20°, 69°, 70° and 110°, the third is the negative.

    The first is nearer than the positive, the second is in the anchor's cluster, the last is farther than the third.
    The other anchors equal their positives. The negatives of those at 20° and 110° are outside the margin.
    """
    anchors, labels = on_circle(0.0, 20.0, 69.0, 70.0, 110.0), torch.tensor([0, 1, 0, 1, 1])
    positives = torch.cat([on_circle(68.0), anchors[1:]])
    of_first = (2 - 2 * math.cos(math.radians(68))) - (2 - 2 * math.cos(math.radians(70))) + 0.1
    of_third = 0.1 - (2 - 2 * math.cos(math.radians(1)))  # 69° and 70° are each other's negatives
    loss = triplet_loss(anchors, positives, labels, margin=0.1)
    assert float(loss) * 5 == pytest.approx(of_first + 2 * of_third, rel=1e-3)


def test_a_step_along_the_triplet_loss_brings_views_together_and_clusters_apart():
    anchors, positives = on_circle(0.0, 40.0).requires_grad_(), on_circle(-10.0, 50.0).requires_grad_()
    triplet_loss(anchors, positives, torch.tensor([0, 1]), margin=1.0).backward()
    moved, views = anchors.detach() - 0.1 * anchors.grad, positives.detach() - 0.1 * positives.grad
    cosine = torch.nn.functional.cosine_similarity
    assert bool((cosine(moved, views) > cosine(anchors, positives)).all())
    assert float(cosine(moved[0], moved[1], 0)) < math.cos(math.radians(40))


def test_triplets_without_a_negative_have_no_loss_and_no_gradient():
    codes = on_circle(0.0, 90.0).requires_grad_()
    loss = triplet_loss(codes, on_circle(10.0, 100.0), torch.tensor([3, 3]), margin=4.0)
    loss.backward()
    assert loss.item() == 0
    assert codes.grad.tolist() == [[0.0, 0.0], [0.0, 0.0]]


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
