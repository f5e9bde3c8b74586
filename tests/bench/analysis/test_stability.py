"""Stability over seeds, on stored fits whose adjusted Rand indices are known."""

from itertools import combinations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from bench.analysis.stability import agreement_of_seeds
from bench.analysis.views import k_view

ONE, OTHER = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 0, 0, 1, 1, 1])


def test_each_pair_of_seeds_has_its_adjusted_rand_index(store, groups_of) -> None:
    (row,) = groups_of([("kmeans", seed, {"labels": labels}) for seed, labels in enumerate((ONE, OTHER, 1 - OTHER))])
    expected = [adjusted_rand_score(ONE, OTHER)] * 2 + [1.0]
    assert agreement_of_seeds(store, row) == pytest.approx(expected)


def test_one_seed_and_folds_have_no_stability(store, groups_of) -> None:
    (row,) = groups_of([("kmeans", 0, {"labels": ONE})])
    assert agreement_of_seeds(store, row) == []
    (row,) = groups_of([("kmeans", seed, {"labels": ONE}) for seed in range(2)], folds=2)
    assert agreement_of_seeds(store, row) == []


def test_a_damaged_fit_is_left_out_and_named(store, groups_of) -> None:
    (row,) = groups_of([("kmeans", seed, {"labels": labels}) for seed, labels in enumerate((ONE, OTHER, OTHER))])
    path = store.path("cells", f"{row.outcomes[1].cell.key}.npz")
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert agreement_of_seeds(store, row) == pytest.approx([adjusted_rand_score(ONE, OTHER)])
    assert "The stability of kmeans leaves out seed 1: its arrays are damaged." in store.warnings


def test_more_fits_than_a_heat_map_can_show_have_their_stability(store, groups_of) -> None:
    """Six numbers of clusters and eleven seeds are 66 fits."""
    draw = np.random.default_rng(0)
    labels = {(k, seed): draw.integers(k, size=30) for k in range(2, 8) for seed in range(11)}
    fits = [("kmeans", seed, {"labels": labels[k, seed]}) for k in range(2, 8) for seed in range(11)]
    view = k_view(store, groups_of(fits, ks=[k for k, _ in labels]))
    frame = view.curves[view.curves["metric"] == "stability"].set_index("k")
    assert frame["n"].tolist() == [55] * 6
    for k in range(2, 8):
        pairs = combinations([labels[k, seed] for seed in range(11)], 2)
        assert frame.loc[k, "mean"] == pytest.approx(np.mean([adjusted_rand_score(*pair) for pair in pairs]))
    assert view.left_out == []


def test_all_that_is_not_in_the_curves_is_named(store, groups_of) -> None:
    labels = {"labels": ONE}
    single = groups_of([("som", 0, labels)])
    assert k_view(store, single).left_out == [], "without several k there is nothing to leave it out of"
    one_seed = groups_of([("kmeans", 0, labels)] * 2, ks=[2, 3])
    folds = groups_of([("dec", seed, labels) for seed in (0, 1)] * 2, folds=2, ks=[2, 2, 3, 3])
    assert k_view(store, [*single, *one_seed, *folds]).left_out == [
        "k.csv and the figure k leave out som: only one number of clusters has finished.",
        "k.csv and the figure k have no stability of kmeans (k=2), kmeans (k=3): it needs two finished seeds.",
        "k.csv and the figure k have no stability of dec (k=2), dec (k=3): the folds of a cross-validation differ in "
        "samples.",
    ]
