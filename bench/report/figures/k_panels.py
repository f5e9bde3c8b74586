"""Internal indices and the stability over seeds against the number of clusters."""

from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

from bench.metrics.declarations import metric
from bench.report.figures.canvas import legend_below, look, looks, panels
from bench.report.figures.views import FitsView
from bench.report.k_curves import INDICES, STABILITY, without_k


def k_panels(view: FitsView) -> Figure | None:
    """One panel for each index and one for the stability, one line for each configuration; None with a single k."""
    frame = view.k_curves
    if frame.empty:
        return None
    rows = list(dict.fromkeys(frame["row"]))
    firsts = [next(group for group in view.groups if without_k(group.label) == row) for row in rows]
    styles = dict(zip(rows, looks(firsts), strict=True))
    titles = {name: f"{metric(name).label}, input space {_better(name)}" for name in INDICES}
    titles[STABILITY] = "stability: ARI between seeds ↑"
    shown = [name for name in titles if name in set(frame["metric"])]
    lines = {}
    with look():
        figure, axes = panels(1, len(shown), 3.6 * len(shown), 3.6)
        for ax, name in zip(axes, shown, strict=True):
            for row, points in frame[frame["metric"] == name].groupby("row", sort=False):
                colour, style = styles[str(row)]
                bars = ax.errorbar(points["k"], points["mean"], points["sd"].fillna(0), color=colour, linestyle=style)
                bars.lines[0].set(marker="o", markersize=4)
                lines[str(row)] = bars.lines[0]
            ax.set(xlabel="number of clusters, k", title=titles[name])
            ax.title.set_fontsize("small")
            ax.xaxis.set_major_locator(FixedLocator(sorted(set(frame["k"])), nbins=8))
        legend_below(figure, list(lines.values()), list(lines), 3, "bars: standard deviation over seeds")
    return figure


def _better(name: str) -> str:
    return "↑" if metric(name).higher_is_better else "↓"
