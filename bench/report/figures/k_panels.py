"""Internal indices and the stability over seeds against the number of clusters."""

from math import ceil

from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

from bench.metrics.declarations import metric
from bench.report.figures.canvas import caption, dashed, legend_below, look, panels
from bench.report.figures.limits import WIDEST
from bench.report.figures.palette import styles
from bench.report.figures.short_names import short_names, spelt_out
from bench.report.figures.views import KView
from bench.report.k_curves import INDICES, STABILITY

COLUMNS = 2
"""Largest number of panels, and of names in the legend, side by side."""


def k_panels(view: KView) -> Figure | None:
    """One panel for each index and one for the stability, one line for each row; None without several k."""
    frame = view.curves
    if frame.empty:
        return None
    looks = styles({row: groups[0].cell.method for row, groups in view.rows.items()}, view.methods)
    short = short_names(list(view.rows))
    titles = {name: f"{metric(name).label}, input space {_better(name)}" for name in INDICES}
    titles[STABILITY] = "Stability: ARI of pairs of seeds ↑"
    shown = [name for name in titles if name in set(frame["metric"])]
    lines = {}
    with look(0.8):
        columns, n_rows = min(COLUMNS, len(shown)), ceil(len(shown) / COLUMNS)
        legend = 0.4 + 0.2 * ceil(len(view.rows) / COLUMNS)
        figure, axes = panels(n_rows, columns, WIDEST if columns > 1 else 5.0, 2.8 * n_rows + legend)
        for ax in axes[len(shown) :]:
            ax.set_axis_off()
        for ax, name in zip(axes, shown, strict=False):
            for row, points in frame[frame["metric"] == name].groupby("row", sort=False):
                style = looks[str(row)]
                bars = ax.errorbar(points["k"], points["mean"], points["sd"].fillna(0), color=style.colour)
                bars.lines[0].set(marker=style.marker, markersize=5, linestyle=dashed(style))
                lines[str(row)] = bars.lines[0]
            ax.set(xlabel="number of clusters, k", title=titles[name])
            ax.title.set_fontsize("small")
            ax.xaxis.set_major_locator(FixedLocator(sorted(set(frame["k"])), nbins=8))
        over = "seeds" + ("; of the stability, over pairs of seeds" if STABILITY in shown else "")
        names = [short[row] for row in lines]
        legend_below(figure, list(lines.values()), names, COLUMNS, f"bars: standard deviation over {over}")
        caption(figure, spelt_out(short, lines))
    return figure


def _better(name: str) -> str:
    return "↑" if metric(name).higher_is_better else "↓"
