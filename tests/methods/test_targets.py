"""P of clusters of equal size, and P from neighbours: by hand, in a fit, and without a wait for the device."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.dec import rounds
from methods.dec.estimator import DEC
from methods.dec.objective import Target, equal_size_distribution, neighbourhood_means, target_distribution
from methods.manifold import exact_neighbours

pytestmark = pytest.mark.filterwarnings("ignore::methods.fit_warnings.LostClustersWarning")  # short fits
QUICK = {
    "preset": "small",
    "image_shape": (8, 8, 1),
    "pretrain_epochs": 2,
    "init": "gmm",
    "epochs": 3,
    "warmup_epochs": 1,
    "tol": 0.0,
    "device": "cpu",
    "random_state": 0,
}
META = torch.device("meta")


def test_neighbours_correct_a_lonely_wrong_sample():
    """Two blobs; one sample of the first has the Q of the second. P of all others keeps its cluster."""
    generator = np.random.default_rng(0)
    X = np.concatenate([generator.normal(center, 0.1, size=(20, 3)) for center in (0, 5)]).astype(np.float32)
    blobs = torch.tensor([0] * 20 + [1] * 20)
    q = torch.where(torch.nn.functional.one_hot(blobs) > 0, 0.9, 0.1)
    q[7] = torch.tensor([0.2, 0.8])
    neighbors = torch.as_tensor(exact_neighbours(X, 6, None)[0][:, 1:])
    alone, together = Target()(q, blobs, 0, 1), Target(neighbors=neighbors)(q, blobs, 0, 1)
    assert (alone.argmax(1) != blobs).nonzero().flatten().tolist() == [7]
    assert torch.equal(together.argmax(1), blobs)
    torch.testing.assert_close(together.sum(1), torch.ones(40))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 6), st.floats(1, 4), st.floats(0.2, 1))
def test_equal_sizes_scale_the_rows_and_columns_of_sharpened_q(seed: int, n_clusters: int, power: float, alpha: float):
    """Rows sum to 1 and columns to n / k. A matrix has only one scaling with these sums (Sinkhorn & Knopp 1967)."""
    unequal = alpha * np.arange(1, n_clusters + 1)
    q = torch.as_tensor(np.random.default_rng(seed).dirichlet(unequal, 200).clip(1e-6))
    q = q / q.sum(1, keepdim=True)
    p = equal_size_distribution(q, power)
    torch.testing.assert_close(p.sum(1), torch.ones(200, dtype=torch.float64))
    torch.testing.assert_close(p.mean(0), torch.full_like(p[0], 1 / n_clusters), rtol=0.005, atol=0)
    factors = p.log() - power * q.log()
    of_rows_and_columns = factors.mean(1, keepdim=True) + factors.mean(0) - factors.mean()
    torch.testing.assert_close(factors, of_rows_and_columns, rtol=0, atol=1e-6)


def test_equal_sizes_change_nothing_where_sizes_are_equal_and_move_the_least_sure_where_they_are_not():
    q = torch.tensor([[0.8, 0.2], [0.2, 0.8]])
    torch.testing.assert_close(equal_size_distribution(q), target_distribution(q))
    q = torch.tensor([[0.99, 0.01], [0.98, 0.02], [0.97, 0.03], [0.6, 0.4]])
    p = Target(8.0, equal_sizes=True)(q, torch.zeros(4, dtype=torch.int64), 0, 1)
    assert p.argmax(1).tolist() == [0, 0, 1, 1]
    assert Target(8.0)(q, torch.zeros(4, dtype=torch.int64), 0, 1).argmax(1).tolist() == [0, 0, 0, 0]


def test_equal_sizes_are_finite_if_a_cluster_is_almost_empty():
    q = torch.tensor([[1.0, 1e-38, 0.0]]).repeat(30, 1)
    p = equal_size_distribution(q, 10.0)
    torch.testing.assert_close(p, torch.full((30, 3), 1 / 3), rtol=0.01, atol=0)


def test_p_of_neighbours_is_the_sharpened_mean():
    q = torch.tensor([[1.0, 0.0], [0.25, 0.75], [0.1, 0.9], [0.6, 0.4]])
    neighbors = torch.tensor([[1, 2], [0, 2], [3, 1], [2, 0]])
    means = torch.tensor([[1.35, 1.65], [1.35, 1.65], [0.95, 2.05], [1.7, 1.3]]) / 3
    torch.testing.assert_close(neighbourhood_means(q, neighbors), means)
    target = Target(3.0, neighbors=neighbors, warmup_epochs=1)
    labels = torch.tensor([0, 1, 1, 0])
    torch.testing.assert_close(target(q, labels, 1, 2), target_distribution(means, 3.0))
    assert torch.equal(target(q, labels, 0, 2), torch.nn.functional.one_hot(labels).float())  # the warm-up


@pytest.mark.parametrize("equal_sizes", [False, True])
def test_p_is_computed_on_meta(equal_sizes: bool):
    """So nothing waits for a value, and every tensor is on the device of Q."""
    q, labels = torch.empty(30, 4, device=META), torch.empty(30, dtype=torch.int64, device=META)
    neighbors = torch.empty(30, 5, dtype=torch.int64, device=META)
    p = Target(neighbors=neighbors, equal_sizes=equal_sizes)(q, labels, 0, 2)
    assert (p.device, p.shape, p.dtype) == (META, (30, 4), torch.float32)


def watched_targets(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Target], list[np.ndarray]]:
    """The target of each round that follows, and the spaces in which neighbours are searched."""
    targets, spaces = [], []
    refined, search = rounds.Refinement, rounds.exact_neighbours

    class Watched(refined):
        def __init__(self, *arguments: object, target: Target, **options: object) -> None:
            targets.append(target)
            super().__init__(*arguments, target=target, **options)

    def watched_search(space: np.ndarray, *arguments: object) -> object:
        spaces.append(space)
        return search(space, *arguments)

    monkeypatch.setattr(rounds, "Refinement", Watched)
    monkeypatch.setattr(rounds, "exact_neighbours", watched_search)
    return targets, spaces


@pytest.mark.parametrize(("init", "width"), [("gmm", 10), ("hidden-manifold", 50)])
def test_neighbours_are_found_once_in_the_space_of_the_first_clusters(digits, init, width, monkeypatch):
    """Before the last round: the others have only a warm-up, in which P does not depend on Q."""
    targets, spaces = watched_targets(monkeypatch)
    DEC(5, target_neighbors=4, **{**QUICK, "init": init, "rounds": 2}).fit(digits)
    assert [space.shape for space in spaces] == [(len(digits), width)]
    first, last = targets
    assert first.neighbors is None
    np.testing.assert_array_equal(last.neighbors.numpy(), exact_neighbours(spaces[0], 5, None)[0][:, 1:])
    assert (last.neighbors != torch.arange(len(digits))[:, None]).all()


def test_no_neighbours_are_searched_by_default(digits, monkeypatch):
    targets, spaces = watched_targets(monkeypatch)
    DEC(5, **QUICK).fit(digits)
    assert not spaces
    assert [target.neighbors for target in targets] == [None]


def test_the_search_is_in_the_progress_of_clustering_before_its_first_epoch(digits, monkeypatch):
    reports, at_search = [], []
    monkeypatch.setattr(
        rounds, "exact_neighbours", lambda *arguments: (at_search.append(reports[-1]), exact_neighbours(*arguments))[1]
    )
    DEC(5, target_neighbors=4, **{**QUICK, "rounds": 2}).fit(digits, progress=reports.append)
    assert [(report.phase, report.done, report.total) for report in at_search] == [("cluster", 1, 4)]
    done = [report.done for report in reports if report.phase == "cluster"]
    assert done == sorted(done)
    assert done[-1] == 4


def test_a_warm_fit_finds_neighbours_among_its_own_codes(digits, monkeypatch):
    dec = DEC(3, warm_start=True, target_neighbors=4, **QUICK).fit(digits)
    codes = dec.embedding_
    _, spaces = watched_targets(monkeypatch)
    dec.fit(digits)
    np.testing.assert_array_equal(spaces[0], codes)


def test_as_many_neighbours_as_samples_are_refused_before_training(digits):
    def fail(*arguments: object) -> None:
        pytest.fail("training started")

    with pytest.raises(ValueError, match=f"target_neighbors=300 must be less than n_samples={len(digits)}"):
        DEC(5, target_neighbors=300, **QUICK).fit(digits, progress=fail)
