"""τ is scipy's, its sign means better, and its interval knows that partitions of one method are alike."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import kendalltau
from sklearn.metrics import adjusted_rand_score

from bench.analysis.aggregate import Aggregate
from bench.analysis.agreement import pairwise_ari
from bench.analysis.criteria import criteria_of
from bench.analysis.index_matrix import INDICES, IndexMatrices
from bench.analysis.index_worth import Criterion, index_worth, weighted_taus
from bench.analysis.partition_agreement import agreement_with_others, stability
from bench.analysis.partitions import Partition

rng = np.random.default_rng(0)
LABELS = ["a"] * 4 + ["b"] * 4 + ["c"] * 4


def worth(values: np.ndarray, ari: np.ndarray, labels: list[str] = LABELS) -> SimpleNamespace:
    (row,) = index_worth([Criterion("index", "own", values)], ari, labels).itertuples()
    return row


def test_weighted_pairs_give_scipys_tau_of_the_repeated_sample() -> None:
    x, y = rng.integers(0, 6, 12).astype(float), rng.integers(0, 6, 12).astype(float)
    counts = rng.integers(0, 4, (30, 12)).astype(float)
    expected = [kendalltau(np.repeat(x, row.astype(int)), np.repeat(y, row.astype(int))).statistic for row in counts]
    assert weighted_taus(x, y, counts) == pytest.approx(expected)


def test_the_same_order_is_worth_1_and_the_opposite_minus_1() -> None:
    ari = rng.random(12)
    for values, tau in ((np.exp(ari), 1), (-ari, -1)):
        row = worth(values, ari)
        assert (row.tau, row.low, row.high) == pytest.approx((tau, tau, tau))
        assert (row.n_partitions, row.n_methods) == (12, 3)


def test_tau_is_scipys_and_the_interval_is_around_it_and_the_same_in_each_call() -> None:
    ari = rng.random(12)
    values = ari + rng.normal(0, 0.3, 12)
    row = worth(values, ari)
    assert row.tau == kendalltau(values, ari).statistic
    assert row.low < row.tau < row.high
    assert (row.low, row.high) == (worth(values, ari).low, worth(values, ari).high)


def test_the_interval_of_few_methods_with_alike_seeds_is_wider_than_that_of_many_methods() -> None:
    ari = np.repeat([0.1, 0.5, 0.9], 4) + rng.normal(0, 0.001, 12)
    values = np.repeat([0.3, 0.2, 0.9], 4) + rng.normal(0, 0.001, 12)
    clustered, independent = worth(values, ari), worth(values, ari, [str(number) for number in range(12)])
    assert clustered.tau == independent.tau
    assert clustered.high - clustered.low > 1.2 * (independent.high - independent.low)


def test_fewer_than_six_partitions_and_constant_values_are_worth_nothing() -> None:
    ari, values = rng.random(12), rng.random(12)
    values[:7] = np.nan
    row = worth(values, ari)
    assert (row.tau, row.low, row.high, row.n_partitions, row.n_methods) == (None, None, None, 5, 2)
    assert worth(np.ones(12), ari).tau is None


def test_every_criterion_is_turned_so_that_higher_is_better() -> None:
    fits = [Partition("dec", seed, rng.integers(0, 3, 30), f"key{seed}") for seed in range(2)]
    values = {name: np.array([[1.0], [2.0], [9.0]]) for name in INDICES}
    aggregates = {name: Aggregate(np.array([4.0, 5.0, 6.0]), "") for name in INDICES}
    scores = {"key0": {"davies_bouldin_own": 3.0, "silhouette_own": 0.5}}
    found = criteria_of(fits, IndexMatrices(["input"], values, np.ones(1)), aggregates, scores)
    by_name = {(each.name, each.space): each.values for each in found}
    assert by_name["Silhouette", "own"] == pytest.approx([0.5, np.nan], nan_ok=True)
    assert by_name["Davies–Bouldin", "own"] == pytest.approx([-3, np.nan], nan_ok=True)
    assert by_name["ACE of Davies–Bouldin", "several"].tolist() == [-4, -5]
    assert by_name["Silhouette", "input"].tolist() == [1, 2]
    assert by_name["Davies–Bouldin", "input"].tolist() == [-1, -2]


def test_agreement_is_the_mean_ari_with_other_seeds_and_with_other_methods() -> None:
    a, b, c, d = (rng.integers(0, 3, 50) for _ in range(4))
    names = ["som", "som", "dec", "kmeans"]
    fits = [Partition(name, seed, labels) for seed, (name, labels) in enumerate(zip(names, (a, b, c, d), strict=True))]
    found = pairwise_ari([each.labels for each in fits])
    assert stability(found, names) == pytest.approx([adjusted_rand_score(a, b)] * 2 + [np.nan] * 2, nan_ok=True)
    of_c = (np.mean([adjusted_rand_score(c, a), adjusted_rand_score(c, b)]) + adjusted_rand_score(c, d)) / 2
    assert agreement_with_others(found, names)[2] == pytest.approx(of_c)
