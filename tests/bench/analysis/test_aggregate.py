"""The aggregate over spaces is in the unit of the index, and the true labels do not influence it."""

from dataclasses import replace

import numpy as np
import pytest

from bench.analysis.aggregate import aggregate
from bench.analysis.index_matrix import INDICES, IndexMatrices
from bench.analysis.partitions import TRUTH, Partition

GOOD = np.linspace(1, 2, 10)
VALUES = np.stack([GOOD, GOOD + 0.1, -GOOD], axis=1)
FITS = [Partition("dec", seed, np.arange(6) % 2) for seed in range(10)]
SPACES = ["input", "PCA-50", "space of dec"]
MATRICES = IndexMatrices(SPACES, dict.fromkeys(INDICES, VALUES), np.array([0.001, 0.001, 1]))


def test_true_labels_and_noise_change_no_weight() -> None:
    alone = aggregate(FITS, MATRICES, "silhouette")
    noisy = Partition("dbscan", 0, np.array([-1, 0, 1, 0, 1, 0]))
    more = np.concatenate([VALUES, [[9.0, -5.0, 0.0], [50.0, 60.0, 70.0]]])
    both = aggregate(
        [*FITS, Partition(TRUTH, None, np.arange(6) % 2), noisy],
        replace(MATRICES, values=dict.fromkeys(INDICES, more)),
        "silhouette",
    )
    assert both.values[:10] == pytest.approx(alone.values)
    assert both.values[10] == pytest.approx(2.0), "both spaces have the weight 1/2"
    assert np.isnan(both.values[11])
    assert both.note == alone.note


def test_an_index_that_should_be_low_keeps_its_unit() -> None:
    found = aggregate(FITS, MATRICES, "davies_bouldin")
    assert found.values == pytest.approx(GOOD + 0.05)
    assert found.note == (
        "ACE is the weighted mean of these spaces: input 0.50, PCA-50 0.50. Left out, because a single mode is not "
        "rejected: space of dec."
    )


def test_without_a_space_of_several_modes_it_says_so() -> None:
    found = aggregate(FITS, replace(MATRICES, p_values=np.ones(3)), "silhouette")
    assert np.isnan(found.values).all()
    assert "no space has more than one mode" in found.note
