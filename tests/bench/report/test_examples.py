"""Typical and uncertain samples of clusters."""

import numpy as np

from bench.report.examples import examples


def test_equal_strengths_are_told_apart_by_the_margin():
    labels = np.zeros(6, np.int64)
    (found,) = examples(labels, np.ones(6), np.array([0.1, 0.9, 0.5, 0.2, 0.8, 0.3]), 2)
    assert (found.typical, found.uncertain) == ((1, 4), (0, 3))


def test_no_sample_is_in_both_lists_and_noise_is_in_none():
    labels = np.array([0, 0, 0, -1, 2])
    found = examples(labels, np.array([0.5, 0.5, 0.5, np.nan, np.nan]), None, 5)
    assert [(each.cluster, each.size, each.typical, each.uncertain) for each in found] == [
        (0, 3, (0, 1), (2,)),
        (2, 1, (4,), ()),
    ]
