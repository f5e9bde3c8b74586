"""Number and shares of clusters: computed by hand, and after a change of the labels."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.metrics.clusters import largest_share, n_clusters_found, noise_share, smallest_share
from bench.metrics.fit import Fit
from bench.metrics.partition import is_partition


def fit(labels: list[int]) -> Fit:
    return Fit(labels=np.array(labels), features=np.zeros((len(labels), 1)))


def test_by_hand() -> None:
    mixed = fit([0, 0, 0, 5, 5, -1, 7, 7])
    assert (n_clusters_found(mixed), smallest_share(mixed), largest_share(mixed)) == (3, 2 / 8, 3 / 8)
    assert noise_share(mixed) == 1 / 8
    noise = fit([-1, -1])
    assert (n_clusters_found(noise), smallest_share(noise), largest_share(noise)) == (0, None, None)
    assert noise_share(noise) == 1


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=2, max_size=40))
def test_merging_two_clusters_and_turning_one_into_noise(labels: list[int]) -> None:
    merged = [0 if label == 1 else label for label in labels]
    as_noise = [-1 if label == 1 else label for label in labels]
    both = {0, 1} <= set(labels)
    assert n_clusters_found(fit(labels)) - n_clusters_found(fit(merged)) == both
    assert n_clusters_found(fit(labels)) - n_clusters_found(fit(as_noise)) == (1 in labels)
    before, after = largest_share(fit(labels)), largest_share(fit(merged))
    assert before is not None
    assert after is not None
    assert after >= before
    if len(set(labels)) == 2:
        smallest = smallest_share(fit(labels))
        assert smallest is not None
        assert abs(smallest + before - 1) < 1e-12


def test_a_partition_has_two_clusters_and_one_with_several_samples() -> None:
    assert is_partition(np.array([0, 1, 1, -1]))
    assert not is_partition(np.array([0, 1, -1, -1]))
