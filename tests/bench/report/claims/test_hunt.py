"""How near the search of spaces comes to random targets."""

from math import log

import numpy as np
import pandas as pd
import pytest

from bench.report.claims.hunt import N_TARGETS, distances, figures_of, hunt, usable
from bench.report.claims.published import INDICES, PublishedClaim, PublishedReport, Score
from bench.report.claims.sha12 import SHA12
from bench.report.claims.tanh128 import TANH128

FIGURES = dict(zip(INDICES, (0.5, 0.7, 8000.0), strict=True))
COLUMNS = ["space", *INDICES]


def report(figures=FIGURES, space: str = "input") -> PublishedReport:
    claims = tuple(
        PublishedClaim(name, name, "1", figure, Score("som", f"{name}_{space}"), "") for name, figure in figures.items()
    )
    return PublishedReport("A report", ("dec", "som"), "sha12", (), "", claims)


def random_ways(n: int, seed: int, spaces: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    values = np.exp(rng.normal(np.log(list(FIGURES.values())), 1.0, (n, 3)))
    return pd.DataFrame([[f"space {i % spaces}", *row] for i, row in enumerate(values)], columns=COLUMNS)


def test_a_distance_is_the_sum_of_the_logarithms_of_the_ratios():
    ways = pd.DataFrame([["a", 1.0, 0.7, 8000.0], ["b", 0.25, 1.4, 4000.0]], columns=COLUMNS)
    assert distances(ways, FIGURES) == pytest.approx([log(2), 3 * log(2)])


def test_only_ways_with_three_positive_indices_have_a_distance():
    ways = pd.DataFrame(
        [["a", 0.5, 0.7, 1.0], ["b", -0.1, 0.7, 1.0], ["c", None, None, None], ["d", 0.5, 0.7, 0.0]], columns=COLUMNS
    )
    assert list(usable(ways)["space"]) == ["a"]


def test_figures_are_sought_only_if_all_three_are_known_and_their_space_is_not():
    assert figures_of(SHA12, "som") == {"silhouette": 0.4777, "davies_bouldin": 0.7270, "calinski_harabasz": 7089.3218}
    assert figures_of(SHA12, "dec") == {}
    assert hunt(TANH128, random_ways(10, 0, 2)).empty
    assert hunt(report(dict(list(FIGURES.items())[:2])), random_ways(10, 0, 2)).empty
    assert hunt(report(), None).empty


def test_drawn_targets_are_sought_among_all_ways_and_ways_left_out_in_other_spaces():
    """Two spaces with one way each: a way that is left out has the distance of the two ways."""
    ways = pd.DataFrame([["a", 0.5, 0.7, 8000.0], ["b", 1.0, 0.7, 8000.0]], columns=COLUMNS)
    rows = hunt(report(), ways).set_index("targets")
    assert set(rows["method"]) == {"som"}
    assert rows.loc["left out", ["n_targets", "q05", "q95"]].tolist() == pytest.approx([2, log(2), log(2)])
    assert (rows["distance"] == 0).all()
    assert rows.loc["left out", "share_nearer"] == 0
    drawn = rows.loc["drawn"]  # only the silhouette differs, so every drawn target is one of both ways
    assert (drawn["n_targets"], drawn["share_nearer"], drawn["q95"]) == (N_TARGETS, 1.0, 0.0)


def test_drawn_targets_have_values_of_the_table_that_need_not_fit_together():
    ways = pd.DataFrame([["a", 1.0, 1.0, 1.0], ["b", 2.0, 2.0, 2.0]], columns=COLUMNS)
    drawn = hunt(report(), ways).set_index("targets").loc["drawn"]
    assert drawn["q95"] == pytest.approx(log(2))  # six of the eight combinations differ from a way in one index
    assert drawn["q05"] == 0
    quarter = hunt(report(dict.fromkeys(INDICES, 1.0)), ways).set_index("targets").loc["drawn", "share_nearer"]
    assert quarter == pytest.approx(0.25, abs=0.02)


def test_ways_of_one_space_only_have_no_way_left_out():
    assert list(hunt(report(), random_ways(9, 0, 1))["targets"]) == ["drawn"]


def test_the_same_table_has_the_same_targets():
    ways = random_ways(30, 1, 3)
    pd.testing.assert_frame_equal(hunt(report(), ways), hunt(report(), ways.copy()))


def test_figures_that_are_themselves_random_targets_are_not_found_nearer_than_others():
    """Calibration: figures drawn like the ways have a uniform share among the ways left out."""
    shares = [
        hunt(
            report(dict(zip(INDICES, random_ways(1, 1000 + seed, 1).iloc[0, 1:], strict=True))),
            random_ways(60, seed, 60),
        ).set_index("targets")["share_nearer"]["left out"]
        for seed in range(60)
    ]
    assert np.mean(shares) == pytest.approx(0.5, abs=0.13)
    assert np.mean(np.array(shares) < 0.1) < 0.25
