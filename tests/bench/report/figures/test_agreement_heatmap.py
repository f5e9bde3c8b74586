"""The heat map of agreement."""

import numpy as np
import pandas as pd

from bench.report.figures.agreement_heatmap import agreement_heatmap
from bench.report.figures.views import FitsView
from bench.report.groups import group
from bench.report.outcomes import read


def view_of(lab, cells, values) -> FitsView:
    """A view of finished cells, given as method, seed and options, with these agreements."""
    for method, seed, params in cells:
        lab.ok(lab.cell(method, seed, params), {"accuracy": 0.5})
    groups = group(read(lab.done()).all)
    names = [f"{each.label}, seed {outcome.cell.seed}" for each in groups for outcome in each.ok]
    return FitsView(groups, pd.DataFrame(values, names, names), len(names), pd.DataFrame(), groups)


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_a_row_of_the_tables_is_one_row_with_the_mean_and_the_spread_over_pairs_of_seeds(lab):
    values = np.array([[1, 0.9, 0.2, 0.3], [0.9, 1, 0.4, 0.5], [0.2, 0.4, 1, 0.7], [0.3, 0.5, 0.7, 1]])
    cells = [(method, seed, {}) for method in ("dec", "som") for seed in range(2)]
    figure = agreement_heatmap(view_of(lab, cells, values))
    assert figure is not None
    ax = figure.axes[0]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["dec", "som"]
    assert [text.get_text() for text in ax.get_xticklabels()] == ["dec", "som"]
    assert texts(figure) == ["0.90", "0.35", "0.20–0.50", "0.35", "0.20–0.50", "0.70"]
    shown = ax.collections[0].get_array().reshape(2, 2)
    np.testing.assert_allclose(shown, [[0.9, 0.35], [0.35, 0.7]])


def test_a_row_with_one_seed_has_no_agreement_with_itself(lab):
    figure = agreement_heatmap(view_of(lab, [("dec", 0, {}), ("som", 0, {})], [[1, 0.25], [0.25, 1]]))
    assert figure is not None
    assert texts(figure) == ["1 seed", "0.25", "0.25", "1 seed"]


def test_many_seeds_and_long_names_do_not_make_it_wide(lab):
    cells = [
        ("dec", seed, {"kl_weight": weight, "reconstruction_weight": 1.0 + weight, "final_assignment": "kmeans"})
        for weight in np.arange(12).tolist()
        for seed in range(10)
    ]
    figure = agreement_heatmap(view_of(lab, cells, np.full((120, 120), 0.5)))
    assert figure is not None
    assert figure.get_figwidth() * 200 < 3000
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()][-1] == "dec #12"
    assert "dec #12: dec (kl_weight=11" in figure.texts[-1].get_text()


def test_without_compared_fits_there_is_no_figure():
    assert agreement_heatmap(FitsView([], pd.DataFrame(), 0, pd.DataFrame(), [])) is None
