"""Training curves."""

from bench.report.figures.training import training_curves
from bench.report.outcomes import read


def test_a_panel_per_history_and_a_line_per_seed(full) -> None:
    figure = training_curves(read(full))
    assert figure is not None
    titles = [ax.get_title() for ax in figure.axes if ax.get_title()]
    assert sorted(titles) == [
        "cluster/kl",
        "cluster/label change",
        "cluster/reconstruction",
        "pretrain/reconstruction",
    ]
    assert [len(ax.lines) for ax in figure.axes] == [2, 2, 2, 2], "seed 1 of dec failed"
