"""Training curves."""

import numpy as np
import pytest

from bench.report.figures.palette import colours_of
from bench.report.figures.training import training_curves
from bench.report.outcomes import read


def panel(figure, title):
    (ax,) = [ax for ax in figure.axes if ax.get_title().replace("\n", " ") == title]
    return ax


def thick(ax):
    return [line for line in ax.lines if line.get_linewidth() > 1.5 and len(line.get_xdata()) > 1]


def marks(ax):
    return [line for line in ax.lines if line.get_marker() not in ("", "None")]


def draw(lab, **of_methods):
    """The figure of rows whose seeds have these histories: by method, one history for each seed."""
    for method, histories in of_methods.items():
        for seed, history in enumerate(histories):
            lab.ok(lab.cell(method.replace("_", "-"), seed), {"accuracy": 0.5}, history=history)
    return training_curves(read(lab.done()))


def test_titles_are_words_with_the_declared_label_of_the_metric_and_axes_have_units(full) -> None:
    figure = training_curves(read(full))
    assert figure is not None
    shown = {ax.get_title(): (ax.get_xlabel(), ax.get_ylabel()) for ax in figure.axes if ax.get_title()}
    assert shown == {
        "Pretraining: Reconstruction error": ("epoch of pretraining", "mean squared error per feature"),
        "Clustering: Reconstruction error": ("epoch of clustering", "mean squared error per feature"),
        "Clustering: KL(P‖Q)": ("epoch of clustering", "nats per sample"),
        "Clustering: share of labels that changed": ("epoch of clustering", "share of the samples"),
    }


def test_a_history_of_another_package_has_the_words_of_its_name(lab) -> None:
    figure = draw(lab, dec=[{"warm_up/inner_loss": [1.0, 0.5], "temperature": [1.0, 2.0]}])
    assert sorted(ax.get_title() for ax in figure.axes) == ["Warm up: inner loss", "temperature"]


def test_each_seed_is_a_thin_line_and_the_mean_goes_as_far_as_all_seeds(lab) -> None:
    figure = draw(lab, dec=[{"cluster/kl": [4.0, 2.0, 1.0]}, {"cluster/kl": [2.0, 1.0]}])
    ax = panel(figure, "Clustering: KL(P‖Q)")
    (mean,) = thick(ax)
    assert mean.get_ydata().tolist() == [3.0, 1.5]
    thin = [line.get_ydata().tolist() for line in ax.lines if line.get_linewidth() < 1]
    assert thin == [[4.0, 2.0, 1.0], [2.0, 1.0]]


def test_equal_curves_have_markers_at_different_places_and_are_named(lab) -> None:
    history = {"pretrain/reconstruction": [3.0, 2.0, 1.5]}
    figure = draw(lab, dec=[history], ae_kmeans=[history], ae_gmm=[{"pretrain/reconstruction": [2.0, 2.0, 2.0]}])
    ax = panel(figure, "Pretraining: Reconstruction error")
    places = [line.get_xdata()[0] for line in marks(ax)]
    assert len(set(np.round(places, 3))) == 3
    assert [line.get_color() for line in marks(ax)] == list(colours_of(["dec", "ae-kmeans", "ae-gmm"]).values())
    for line in marks(ax)[:2]:
        expected = np.interp(line.get_xdata(), [1, 2, 3], [3.0, 2.0, 1.5])
        assert line.get_ydata() == pytest.approx(expected), "the marker lies on its line"
    (caption,) = [text.get_text() for text in figure.texts]
    assert "Equal curves of pretraining: dec = ae-kmeans." in caption


def test_a_loss_that_was_not_computed_is_not_drawn_as_zero(lab) -> None:
    """Earlier versions stored 0 for each epoch of a loss with the weight 0."""
    zero = {"cluster/reconstruction": [0.0, 0.0], "cluster/kl": [0.2, 0.1]}
    figure = draw(lab, dec=[zero], ae_kmeans=[{"cluster/reconstruction": [0.3, 0.2]}])
    (line,) = thick(panel(figure, "Clustering: Reconstruction error"))
    assert line.get_ydata().tolist() == [0.3, 0.2]
    assert len(thick(panel(figure, "Clustering: KL(P‖Q)"))) == 1


def test_no_labels_change_before_the_first_training_of_a_round(lab) -> None:
    history = {"cluster/label_change": [0.0, 0.3, 0.0, 0.2], "cluster/round": [1, 1, 2, 2]}
    ax = panel(draw(lab, dec=[history]), "Clustering: share of labels that changed")
    (line,) = thick(ax)
    np.testing.assert_array_equal(line.get_ydata(), [np.nan, 0.3, np.nan, 0.2])
    assert ax.get_xlim()[0] <= 1, "the first epoch stays on the axis"


def test_the_starts_of_rounds_are_marked_in_the_panels_of_clustering_and_explained(lab) -> None:
    rounds = {"cluster/round": [1, 1, 2, 2, 3]}
    history = {"pretrain/reconstruction": [2.0, 1.0], "cluster/kl": [2.0, 1.0, 2.0, 1.0, 2.0], **rounds}
    figure = draw(lab, dec=[history])
    assert {ax.get_title() for ax in figure.axes} == {"Pretraining: Reconstruction error", "Clustering: KL(P‖Q)"}
    dotted = {
        ax.get_title(): [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == ":"] for ax in figure.axes
    }
    assert dotted == {"Pretraining: Reconstruction error": [], "Clustering: KL(P‖Q)": [2.5, 4.5]}
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert texts == ["dec", "start of a round of clustering"]
    assert "Each round of clustering finds the clusters again" in figure.texts[0].get_text()


def test_without_rounds_nothing_is_marked(full) -> None:
    figure = training_curves(read(full))
    assert figure is not None
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["dec"]


def test_a_method_has_its_colour_of_the_experiment_and_long_names_are_short(lab) -> None:
    history = {"cluster/kl": [2.0, 1.0]}
    lab.ok(lab.cell("kmeans", 0), {"accuracy": 0.5})
    for weight in (0.1, 1.0):
        params = {"kl_weight": weight, "reconstruction_weight": 1 - weight}
        lab.ok(lab.cell("dec", 0, params), {"accuracy": 0.5}, history=history)
    figure = training_curves(read(lab.done()))
    assert figure is not None
    (ax,) = figure.axes
    assert {line.get_color() for line in thick(ax)} == {colours_of(["kmeans", "dec"])["dec"]}
    assert len({line.get_linestyle() for line in figure.legends[0].get_lines()}) == 2
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["dec #1", "dec #2"]
    caption = figure.texts[0].get_text()
    assert "dec #1: dec (kl_weight=0.1, reconstruction_weight=0.9)" in caption


def test_the_caption_lies_below_the_legend_and_both_below_the_panels(lab) -> None:
    figure = draw(lab, dec=[{"cluster/label_change": [0.0, 0.3, 0.1], "cluster/kl": [2.0, 1.0, 1.0]}])
    figure.canvas.draw()
    caption, legend = figure.texts[0].get_window_extent(), figure.legends[0].get_window_extent()
    assert caption.y0 >= 0
    assert caption.y1 <= legend.y0
    assert all(legend.y1 <= ax.get_tightbbox().y0 for ax in figure.axes)
