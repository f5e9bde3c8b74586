"""The critical difference diagram: mean ranks over data sets, with a bar over rows that cannot be told apart."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.metrics.metric import Metric
from bench.report.figures.canvas import Colour, colours, look, panels, plain, shortened
from bench.report.figures.limits import WIDEST
from bench.report.friedman import RankTest, friedman
from bench.report.groups import Group
from bench.report.numbers import heading
from bench.report.ranks import rankings
from bench.report.sets_view import SetsView

MOST = 4
"""Most panels: the first metrics with a test are drawn."""
LONGEST = 26
"""Characters of a label."""


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
    with look(0.8):
        figure, axes = panels(len(tests), 1, WIDEST, (1.2 + 0.16 * n_rows) * len(tests) + 0.3)
        for ax, (metric, result) in zip(axes, tests, strict=True):
            _draw(result, ax, _colours(view))
            ax.grid(visible=False)
            title = f"mean rank in {plain(heading(metric))} over {result.n_sets} sets"
            note = f"CD = {result.critical_difference:.2f}" if result.p < 0.05 else "no difference is shown"
            ax.set_title(f"{title}: {note}", fontsize="medium", pad=16)
        figure.supxlabel(
            "1 is best; rows under one bar cannot be told apart (Nemenyi, 5 %)", fontsize="small", color="0.4"
        )
    return figure


def _colours(view: SetsView) -> dict[str, Colour]:
    """By label of a row, the colour of its method."""
    groups: dict[str, Group] = {label: group for results in view.sets for label, group in results.groups.items()}
    known = [label for label in view.labels if label in groups]
    return dict(zip(known, colours([groups[label] for label in known]), strict=True))


def _draw(result: RankTest, ax: Axes, colour_of: dict[str, Colour]) -> None:
    from scikit_posthocs import critical_difference_diagram as draw  # slow to import

    names = [plain(shortened(label, LONGEST)) for label in result.labels]
    if len(set(names)) < len(names):  # two labels that differ in markup or in the middle only
        names = [f"{number}: {name}" for number, name in enumerate(names, start=1)]
    # Without a difference by Friedman's test, Nemenyi's is not asked (Demšar 2006, Section 3.2.2).
    ps = np.array(result.ps) if result.p < 0.05 else np.ones((len(names), len(names)))
    draw(
        pd.Series(result.mean_ranks, index=names),
        pd.DataFrame(ps, index=names, columns=names),
        ax=ax,
        label_fmt_left="{label} ({rank:.2f})",
        label_fmt_right="({rank:.2f}) {label}",
        label_props={"fontsize": 7},
        color_palette={name: colour_of[label] for name, label in zip(names, result.labels, strict=True)},
    )
    for text in ax.texts:
        text.set_color("0.15")  # the lines have the colours; small text of a light colour is hard to read
