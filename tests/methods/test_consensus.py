"""Several clusterings become one; a start that disagrees is dropped, and the fit says so."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from methods import DEC
from methods.dec.consensus import consensus, matched
from methods.dec.joint_start import joined
from methods.dec.objective import Target
from methods.dec.snapshot import Snapshot
from methods.fit_warnings import UncertainStartWarning

TRUE = np.repeat(np.arange(4), 25)
MERGED = np.array([0, 0, 1, 2])[TRUE]
SMALL = {"preset": "small", "pretrain_epochs": 2, "init": "gmm", "device": "cpu", "random_state": 0}


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return (load_digits().images[:200] / 16).astype(np.float32)


def noisy(seed: int, n_wrong: int = 3) -> np.ndarray:
    """`TRUE` with other numbers of its clusters, and some wrong samples."""
    random = np.random.default_rng(seed)
    labels = TRUE.copy()
    wrong = random.choice(len(labels), n_wrong, replace=False)
    labels[wrong] = (labels[wrong] + 1) % 4
    return random.permutation(4)[labels]


def test_the_vote_is_better_than_each_clustering():
    labelings = [noisy(seed) for seed in range(5)]
    joint = consensus(labelings)
    wrong = [np.sum(matched(labels, TRUE, 4) != TRUE) for labels in (joint.labels, *labelings)]
    assert wrong[0] == 0 < min(wrong[1:])
    assert joint.used.all()
    assert 80 <= joint.agreed.sum() < 100
    np.testing.assert_array_equal(matched(labelings[3], TRUE, 4)[joint.agreed], TRUE[joint.agreed])


def test_a_clustering_that_merges_clusters_has_no_vote():
    joint = consensus([noisy(0), MERGED, noisy(1), noisy(2)])
    np.testing.assert_array_equal(joint.used, [True, False, True, True])
    assert joint.agreements[1] < joint.agreements[[0, 2, 3]].min()
    assert len(np.unique(joint.labels)) == 4


def test_every_cluster_has_agreed_samples():
    """Two of three clusterings exchange a half of one cluster with another, each another half."""
    one, other = TRUE.copy(), TRUE.copy()
    one[:13], other[12:25] = 1, 1
    joint = consensus([one, other, TRUE])
    assert all(joint.agreed[joint.labels == cluster].any() for cluster in range(4))


def test_one_clustering_is_its_own_consensus():
    joint = consensus([TRUE])
    np.testing.assert_array_equal(joint.labels, TRUE)
    assert joint.agreed.all()
    assert joint.agreements.tolist() == [1.0]


def test_without_a_vote_the_most_typical_clustering_is_used_for_all_samples():
    joint = joined([noisy(0, n_wrong=2), noisy(1, n_wrong=1), noisy(2, n_wrong=2)], by_vote=False)
    np.testing.assert_array_equal(joint.labels, noisy(1, n_wrong=1))
    assert joint.agreed.all()


def test_an_uncertain_start_warns_and_a_certain_one_does_not(recwarn: pytest.WarningsRecorder):
    joined([noisy(0, n_wrong=1), noisy(1, n_wrong=1)], by_vote=True)
    assert not recwarn.list
    with pytest.warns(UncertainStartWarning, match=r"1 of 4 first clustering disagrees with the others: mean ARI 0\."):
        joined([noisy(0), MERGED, noisy(1), noisy(2)], by_vote=True)
    with pytest.warns(UncertainStartWarning, match=r"the 2 first clusterings have a mean ARI of only 0\."):
        joined([noisy(0, n_wrong=10), noisy(1, n_wrong=10)], by_vote=True)


def test_the_warm_up_has_no_target_for_an_uncertain_sample():
    p = Target(warmup_epochs=1)(torch.full((3, 2), 0.5), torch.tensor([1, -1, 0]), 0, 2)
    assert p.tolist() == [[0, 1], [0, 0], [1, 0]]


@pytest.mark.filterwarnings("ignore::methods.fit_warnings.UncertainStartWarning")
def test_networks_differ_and_the_first_one_is_the_fit(images: np.ndarray):
    reports = []
    options = {**SMALL, "epochs": 3, "rounds": 2, "warmup_epochs": 1, "tol": 0.0, "keep_labels": True}
    several = DEC(10, n_networks=3, input_starts=1, consensus=True, **options)
    several.fit(images, progress=reports.append)
    alone = DEC(10, **options).fit(images)
    assert several.history_["pretrain/reconstruction"] == alone.history_["pretrain/reconstruction"]
    assert len(several.history_["cluster/kl"]) == len(alone.history_["cluster/kl"]) == 4
    assert (several.embedding_ != alone.embedding_).any()
    np.testing.assert_array_equal(several.labels_, several.predict(images))
    assert several.trace_ is not None
    assert len(several.trace_.labels) == 7  # the start of each round, 1 + 3 updates, the end
    for phase, total in (("pretrain", 6), ("cluster", 6), ("centres", 7)):
        done = [report.done for report in reports if report.phase == phase]
        assert done == sorted(done)
        assert done[-1] <= total == next(report.total for report in reports if report.phase == phase)
    again = DEC(10, n_networks=3, input_starts=1, consensus=True, **options).fit(images)
    np.testing.assert_array_equal(several.embedding_, again.embedding_)


def test_training_that_moves_certain_samples_is_undone_with_a_warning(images: np.ndarray):
    options = {**SMALL, "warmup_epochs": 2, "cluster_lr": 0.03, "target_power": 1.0}
    warm = DEC(10, epochs=2, **options).fit(images)
    with pytest.warns(UncertainStartWarning, match=r"moved \d+\.\d% of the samples .* more than largest_move=0;"):
        undone = DEC(10, epochs=6, largest_move=0.0, **options).fit(images)
    np.testing.assert_array_equal(undone.embedding_, warm.embedding_)
    np.testing.assert_array_equal(undone.labels_, warm.labels_)
    assert len(undone.history_["cluster/kl"]) == 6
    assert (DEC(10, epochs=6, **options).fit(images).embedding_ != warm.embedding_).any()


def test_a_snapshot_is_a_copy():
    network, centers = torch.nn.Linear(2, 2), torch.zeros(2, 2, requires_grad=True)
    before = network.weight.detach().clone()
    snapshot = Snapshot(network, centers)  # type: ignore[arg-type]
    snapshot.put_back()  # nothing was taken
    snapshot.take()
    with torch.no_grad():
        network.weight.add_(1.0)
        centers.add_(1.0)
    snapshot.put_back()
    assert torch.equal(network.weight, before)
    assert not centers.any()
