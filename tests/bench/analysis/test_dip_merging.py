"""Two clusters are merged while no valley lies between them."""

import numpy as np
import pytest

from bench.analysis.dip import dip
from bench.analysis.dip_merging import merges_of

LINE = np.concatenate([np.linspace(0, 1, 40), np.linspace(5, 6, 40), np.linspace(20, 21, 40)])[:, None]
LABELS = np.repeat(np.arange(6), 20)
"""Two labels for each of three groups of numbers."""


def test_the_halves_of_a_group_are_merged_first() -> None:
    merges = merges_of(LABELS, [LINE])
    assert [merge.n_clusters for merge in merges] == [6, 5, 4, 3, 2]
    assert max(merge.valley for merge in merges[:3]) < 0.2
    assert min(merge.valley for merge in merges[3:]) > 1


def test_a_valley_is_the_root_of_n_times_the_dip_on_the_axis_between_the_means() -> None:
    line = LINE[:80]
    (merge,) = merges_of(np.repeat([0, 1], 40), [line])
    assert merge.valley == pytest.approx(np.sqrt(80) * dip(line[:, 0]))
    turned = np.column_stack([line[:, 0], -2 * line[:, 0], np.zeros(80)])
    (merge_in_space,) = merges_of(np.repeat([0, 1], 40), [turned])
    assert merge_in_space.valley == pytest.approx(merge.valley)


def test_the_map_with_the_shallowest_valley_counts() -> None:
    together = np.linspace(0, 1, 120)[:, None]
    apart, both = merges_of(LABELS, [LINE]), merges_of(LABELS, [LINE, together])
    assert max(merge.valley for merge in both) < 0.3 < max(merge.valley for merge in apart)


def test_a_small_cluster_beside_a_large_one_is_not_lost() -> None:
    """The dip of all 1,020 numbers is small, because 20 of them are its tail; the nearest 40 and these 20 have two
    modes."""
    generator = np.random.default_rng(0)
    large, small = generator.normal(0, 1, 1000), generator.normal(8, 0.3, 20)
    values = np.concatenate([large, small])[:, None]
    (merge,) = merges_of(np.repeat([0, 1], [1000, 20]), [values])
    assert merge.valley > 1 > 3 * np.sqrt(1020) * dip(values[:, 0])


def test_labels_are_not_changed_and_progress_ends_at_one() -> None:
    before, shares = LABELS.copy(), []
    merges_of(LABELS, [LINE], shares.append)
    assert (before == LABELS).all()
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
