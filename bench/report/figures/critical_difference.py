"""The critical difference diagram: mean ranks over data sets, with a bar over rows that cannot be told apart."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from bench.metrics.metric import Metric
from bench.report.figures.canvas import look, panels, plain
from bench.report.friedman import RankTest, friedman
from bench.report.numbers import heading
from bench.report.ranks import rankings
from bench.report.sets_view import SetsView

MOST = 4
"""Most panels: the first metrics with a test are drawn."""


def critical_difference_diagram(view: SetsView) -> Figure | None:
    """One panel for each metric (Demšar 2006, Figure 1); None if there are too few data sets or rows for a test."""
    tests: list[tuple[Metric, RankTest]] = []
    for each in rankings(view):
        result = friedman(each, view.labels)
        if result is not None and len(tests) < MOST:
            tests.append((each.metric, result))
    if not tests:
        return None
    n_rows = max(len(result.labels) for _, result in tests)
    with look():
        figure, axes = panels(len(tests), 1, 8.0, (1.4 + 0.18 * n_rows) * len(tests))
        for ax, (metric, result) in zip(axes, tests, strict=True):
            _draw(result, ax)
            ax.grid(visible=False)
            title = f"mean rank in {plain(heading(metric))} over {result.n_sets} sets"
            note = f"CD = {result.critical_difference:.2f}" if result.p < 0.05 else "no difference is shown"
            ax.set_title(f"{title}: {note}", fontsize="medium", pad=16)
        figure.supxlabel(
            "1 is best; rows under one bar cannot be told apart (Nemenyi, 5 %)", fontsize="small", color="0.4"
        )
    return figure


def _draw(result: RankTest, ax: object) -> None:
    from scikit_posthocs import critical_difference_diagram as draw  # slow to import

    names = [plain(label) for label in result.labels]
    if len(set(names)) < len(names):  # two labels that differ in markup only
        names = [f"{number}: {name}" for number, name in enumerate(names, start=1)]
    # Without a difference by Friedman's test, Nemenyi's is not asked (Demšar 2006, Section 3.2.2).
    ps = np.array(result.ps) if result.p < 0.05 else np.ones((len(names), len(names)))
    draw(
        pd.Series(result.mean_ranks, index=names),
        pd.DataFrame(ps, index=names, columns=names),
        ax=ax,
        label_fmt_left="{label} ({rank:.2f})",
        label_fmt_right="({rank:.2f}) {label}",
    )
