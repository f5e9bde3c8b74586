"""The dip equals published values, and its test keeps its level."""

import numpy as np
import pytest
from scipy.optimize import linprog

from bench.analysis.dip import N_UNIFORM, dip, dip_p_value

rng = np.random.default_rng(0)


def test_two_points_are_the_farthest_from_one_mode_and_even_numbers_the_nearest() -> None:
    assert dip(np.repeat([0.0, 1.0], 50)) == 0.25
    assert dip(np.arange(10.0)) == pytest.approx(1 / 20)
    assert dip(np.full(7, 3.0)) == pytest.approx(1 / 14)


def test_the_dip_depends_neither_on_the_unit_nor_on_the_direction() -> None:
    values = np.concatenate([rng.normal(size=60), rng.normal(4, 1, 40)])
    assert dip(values) == pytest.approx(dip(-3 * values + 5))


@pytest.mark.parametrize(
    ("n", "median", "upper"), [(10, 0.0977817630384725, 0.139611395137099), (50, 0.048851155289608, 0.0702737877191269)]
)
def test_the_dips_of_uniform_numbers_have_the_published_quantiles(n: int, median: float, upper: float) -> None:
    """The 50 % and 95 % quantiles of the table qDiptab of the R package diptest, from a million samples."""
    dips = [dip(sample) for sample in np.random.default_rng(1).random((4000, n))]
    assert np.quantile(dips, [0.5, 0.95]) == pytest.approx([median, upper], rel=0.025)


def least_distance(values: np.ndarray) -> float:
    """The same by linear programming: for each mode, the nearest function that is convex before and concave after it.

    The variables are the function at each number, from the left and from the right, and the distance.
    """
    x, counts = np.unique(values, return_counts=True)
    n, above = len(x), np.cumsum(counts) / counts.sum()
    below = above - counts / counts.sum()
    found = []
    for mode in range(n):
        rows, limits = [], []

        def at_most(terms: list[tuple[int, float]], limit: float, rows: list = rows, limits: list = limits) -> None:
            row = np.zeros(2 * n + 1)
            for place, factor in terms:
                row[place] += factor
            rows.append(row)
            limits.append(limit)

        for i in range(n):
            for place, target in ((i, below[i]), (n + i, above[i])):
                at_most([(place, 1), (2 * n, -1)], target)
                at_most([(place, -1), (2 * n, -1)], -target)
            if i != mode:  # no jump
                at_most([(i, 1), (n + i, -1)], 0)
            at_most([(n + i, -1), (i, 1)] if i == mode else [(n + i, 1), (i, -1)], 0)
            if i > 0:
                at_most([(n + i - 1, 1), (i, -1)], 0)
            if 0 < i < n - 1 and i != mode:
                before, after, sign = x[i] - x[i - 1], x[i + 1] - x[i], 1 if i < mode else -1
                slopes = [(i, 1 / before), (n + i - 1, -1 / before), (i + 1, -1 / after), (n + i, 1 / after)]
                at_most([(place, sign * factor) for place, factor in slopes], 0)
        cost = np.append(np.zeros(2 * n), 1)
        found.append(linprog(cost, np.array(rows), np.array(limits), bounds=(None, None)).fun)
    return min(found)


@pytest.mark.parametrize("ties", [False, True])
def test_a_dip_is_the_least_distance_to_a_distribution_with_one_mode(ties: bool) -> None:
    for seed in range(12):
        generator = np.random.default_rng(seed)
        values = np.concatenate([generator.normal(size=6), generator.normal(4, 1, 5)])
        values = np.round(values) if ties else values
        assert dip(values) == pytest.approx(max(least_distance(values), 1 / 22), abs=1e-9), seed
    assert dip(np.array([0, 0, 0, 1, 1, 1, 1.0])) == pytest.approx(3 / 14)


def test_separate_clusters_have_modes_and_one_normal_cloud_has_one() -> None:
    cloud = rng.normal(size=(400, 5)).astype(np.float32)
    apart = cloud + 8 * (np.arange(400) % 2)[:, None].astype(np.float32)
    assert dip_p_value(apart) == 1 / (N_UNIFORM + 1)
    assert dip_p_value(cloud) > 0.05
    assert dip_p_value(np.zeros((9, 2), np.float32)) == 1


def test_one_mode_is_rejected_as_often_as_it_should_be() -> None:
    uniform = np.random.default_rng(2).random((200, 60, 1)).astype(np.float32)
    rejected = np.mean([dip_p_value(sample) <= 0.05 for sample in uniform])
    assert 0.01 <= rejected <= 0.1
