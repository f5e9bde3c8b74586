"""Several clusterings become one; a start that disagrees is dropped, and the fit says so."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.metrics import adjusted_rand_score

from methods import DEC
from methods.dec import rounds
from methods.dec.consensus import Consensus, consensus, matched
from methods.dec.joint_start import joint_result, joint_start
from methods.dec.objective import Target
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


def test_an_uncertain_start_warns_and_a_certain_one_does_not(recwarn: pytest.WarningsRecorder):
    joint_start([noisy(0, n_wrong=1), noisy(1, n_wrong=1)])
    joint_start([noisy(seed, n_wrong=1) for seed in range(3)], [MERGED])  # a map of the samples may be worse
    assert not recwarn.list
    with pytest.warns(UncertainStartWarning, match=r"clusters of 1 of 4 networks disagree .* \(mean ARI 0\."):
        joint_start([noisy(0), MERGED, noisy(1), noisy(2)])
    with pytest.warns(UncertainStartWarning, match=r"clusters of 1 of 1 networks disagree .* \(mean ARI 0\."):
        joint_start([MERGED], [noisy(0), noisy(1)])
    with pytest.warns(UncertainStartWarning, match=r"have a mean ARI of only 0\."):
        joint_start([noisy(0, n_wrong=10), noisy(1, n_wrong=10)])


def test_the_result_is_what_the_networks_have_learnt_unless_they_clearly_agree_more_at_the_start(
    recwarn: pytest.WarningsRecorder,
):
    alike, unlike = ([noisy(seed, n_wrong) for seed in range(3)] for n_wrong in (1, 20))
    nearly = [noisy(0, n_wrong=1), noisy(1, n_wrong=1), noisy(9, n_wrong=2)]
    assert consensus(nearly).agreement < consensus(alike).agreement
    assert joint_result(alike, unlike).agreement == consensus(alike).agreement
    assert joint_result(alike, alike).agreement == consensus(alike).agreement
    assert joint_result(nearly, alike).agreement == consensus(nearly).agreement
    assert not recwarn.list
    with pytest.warns(
        UncertainStartWarning, match=r"the 3 networks agree less .* \(mean ARI 0\.\d+\) than on .* \(0\.9"
    ):
        kept = joint_result(unlike, alike)
    np.testing.assert_array_equal(kept.labels, consensus(alike).labels)


def test_the_warm_up_has_no_target_for_an_uncertain_sample():
    p = Target(warmup_epochs=1)(torch.full((3, 2), 0.5), torch.tensor([1, -1, 0]), 0, 2)
    assert p.tolist() == [[0, 1], [0, 0], [1, 0]]


@pytest.mark.filterwarnings("ignore::methods.fit_warnings.UncertainStartWarning")
def test_networks_differ_and_the_first_one_is_the_fit(images: np.ndarray):
    reports = []
    options = {**SMALL, "epochs": 3, "rounds": 2, "warmup_epochs": 1, "tol": 0.0, "keep_labels": True}
    joint = {"n_networks": 3, "input_starts": 1, "vote_epochs": 2}
    several = DEC(10, **options, **joint)
    several.fit(images, progress=reports.append)
    alone = DEC(10, **options).fit(images)
    for loss in ("pretrain/reconstruction", "cluster/kl"):  # the first network learns from its own clusters
        assert several.history_[loss][: len(alone.history_[loss])] == alone.history_[loss]
    assert several.history_["cluster/round"] == [1, 2, 2, 2, 3, 3]
    assert several.n_iter_ == alone.n_iter_ + 2
    assert (several.embedding_ != alone.embedding_).any()
    np.testing.assert_array_equal(several.labels_, several.predict(images))
    assert several.trace_ is not None
    assert len(several.trace_.labels) == 10  # the start of each round and of the vote, 1 + 3 + 2 updates, the end
    for phase, total in (("pretrain", 6), ("cluster", 14), ("centres", 10)):
        done = [report.done for report in reports if report.phase == phase]
        assert done == sorted(done)
        assert done[-1] <= total == next(report.total for report in reports if report.phase == phase)
    again = DEC(10, **options, **joint).fit(images)
    np.testing.assert_array_equal(several.embedding_, again.embedding_)


def test_the_vote_is_of_clusters_that_are_found_after_learning(images: np.ndarray, monkeypatch: pytest.MonkeyPatch):
    """They are found as the first clusters of one more round would be."""
    compared = []

    def joint_of(last: list[np.ndarray], first: list[np.ndarray]) -> Consensus:
        compared.append((last, first))
        return joint_result(last, first)

    monkeypatch.setattr(rounds, "joint_result", joint_of)
    options = {**SMALL, "epochs": 1, "warmup_epochs": 1, "tol": 0.0, "keep_labels": True}
    DEC(10, **options, n_networks=2, vote_epochs=1).fit(images)
    one_more = DEC(10, **options, rounds=2).fit(images)
    ((last, first),) = compared
    assert (len(last), len(first)) == (2, 2)
    assert one_more.trace_ is not None
    starts = one_more.trace_.labels[0], one_more.trace_.labels[2]
    np.testing.assert_array_equal(first[0], starts[0])
    np.testing.assert_array_equal(last[0], starts[1])


def test_a_network_whose_clusters_disagree_starts_from_the_others(images: np.ndarray):
    """The mixture of codes after one epoch disagrees with two maps of the images themselves, which are alike."""
    options = {**SMALL, "pretrain_epochs": 1, "epochs": 1, "warmup_epochs": 1, "keep_labels": True}
    alone = DEC(10, **options).fit(images)
    with pytest.warns(UncertainStartWarning, match="1 of 1 networks disagree"):
        helped = DEC(10, input_starts=2, **options).fit(images)
    assert alone.trace_ is not None
    assert helped.trace_ is not None
    y = load_digits().target[:200]
    before, after = (adjusted_rand_score(y, fit.trace_.labels[0]) for fit in (alone, helped))
    assert after > before + 0.1
