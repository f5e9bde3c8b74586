"""Training curves: one panel for each name in the histories, one line for each row."""

from collections.abc import Iterable, Sequence
from math import ceil
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from bench.report.figures.canvas import caption, dashed, legend_below, look, panels, plain, row_styles
from bench.report.figures.histories import ROUND, described, is_computed, known_values, round_starts
from bench.report.figures.palette import Style
from bench.report.figures.short_names import short_names, spelt_out
from bench.report.groups import Group, group
from bench.report.outcomes import Outcomes

COLUMNS = 3
"""Largest number of panels in one row."""
_ROUNDS = (
    "Each round of clustering finds the clusters again, so curves jump where it starts. KL(P‖Q) also jumps at the end "
    "of a warm-up, because its target P changes there."
)
Curves = dict[int, NDArray[np.float64]]
"""By place of the fit in its row, one value per epoch."""


def training_curves(outcomes: Outcomes) -> Figure | None:
    """All histories in the records; None if no method has a history.

    A thin line is one seed, a thick line the mean of the seeds as far as all have values. A marker on the thick line,
    at another place for each row, shows a line that lies under another one.
    """
    everything = group(outcomes.all)
    groups = [each for each in everything if _names([each])]
    names = _names(groups)
    if not names:
        return None
    looks, short = row_styles(everything), short_names([each.label for each in everything])
    columns = 2 if len(names) == 4 else min(COLUMNS, len(names))
    rows = ceil(len(names) / columns)
    notes = [note for name in names if (note := described(name).note)] + _equal_curves(groups, names, short)
    if any(_starts(each) for each in groups):
        notes.insert(0, _ROUNDS)
    with look():
        figure, axes = panels(rows, columns, 1.2 + 4.2 * columns, 1.3 + 3.0 * rows + 0.3 * ceil(len(groups) / columns))
        for ax, name in zip(axes, names, strict=False):
            _panel(ax, groups, name, looks)
        for ax in axes[len(names) :]:
            ax.set_axis_off()
        _legend(figure, groups, looks, short, columns)
        caption(figure, [*notes, *spelt_out(short, [each.label for each in groups])])
    return figure


def _panel(ax: Axes, groups: Sequence[Group], name: str, looks: dict[str, Style]) -> None:
    """Draw one history of all rows, and the starts of the rounds of clustering."""
    history = described(name)
    shown = [each for each in groups if _curves(each, name)]
    for place, each in enumerate(shown):
        style = looks[each.label]
        _lines(ax, _curves(each, name), style, (place + 0.5) / len(shown))
        if name.startswith("cluster/"):
            for start in _starts(each):
                ax.axvline(start - 0.5, color=style.colour, linestyle=":", linewidth=1, zorder=1)
    ax.set_title(fill(plain(history.title), 42, break_on_hyphens=False), fontsize="medium")
    ax.set_xlabel(f"epoch of {plain(history.phase, 30)}" if history.phase else "epoch")
    ax.set_ylabel(history.unit, fontsize="small")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlim(left=1 - 0.05 * (ax.get_xlim()[1] - 1))


def _lines(ax: Axes, curves: Curves, style: Style, place: float) -> None:
    """One row: its seeds, their mean, and a marker at `place`, in (0, 1), of the mean."""
    if len(curves) > 1:
        for values in curves.values():
            epochs = shown_epochs(values)
            ax.plot(epochs + 1, values[epochs], color=style.colour, linewidth=0.7, alpha=0.45, zorder=2)
    shortest = min(map(len, curves.values()))
    mean = np.mean([values[:shortest] for values in curves.values()], axis=0)
    epochs = shown_epochs(mean)
    ax.plot(epochs + 1, mean[epochs], color=style.colour, linestyle=dashed(style), linewidth=1.8, zorder=3)
    if (alone := _alone(mean)).size:
        ax.plot(alone + 1, mean[alone], color=style.colour, marker=".", linestyle="", zorder=3)
    point = marked_point(mean, place)
    if point is not None:
        ax.plot(*point, color=style.colour, marker=style.marker, markersize=7, markeredgecolor="white", zorder=4)


def _legend(figure: Figure, groups: Sequence[Group], looks: dict[str, Style], short: dict[str, str], n: int) -> None:
    lines = [
        Line2D([], [], color=style.colour, linestyle=dashed(style), marker=style.marker, linewidth=1.8)
        for style in (looks[each.label] for each in groups)
    ]
    labels = [short[each.label] for each in groups]
    if any(_starts(each) for each in groups):
        lines.append(Line2D([], [], color="0.4", linestyle=":", linewidth=1))
        labels.append("start of a round of clustering")
    several = any(len(each.ok) > 1 for each in groups)
    seeds = "thick: mean of the seeds, as far as all have values; thin: each seed" if several else "each line: one seed"
    legend_below(figure, lines, labels, min(n, len(lines)), f"{seeds}; markers only tell the lines apart")


def _names(groups: Sequence[Group]) -> list[str]:
    """Names of all histories that are drawn, in the order of the records."""
    histories = [history for each in groups for history in _histories(each)]
    return list(dict.fromkeys(n for history in histories for n, values in history.items() if is_computed(n, values)))


def _histories(each: Group) -> list[dict[str, list[float | None]]]:
    return [outcome.record.history if outcome.record else {} for outcome in each.ok]


def _curves(each: Group, name: str) -> Curves:
    """One history of a row, from 1 epoch on. A value that is not known is NaN here, and a gap in the line."""
    return {
        number: np.array(known_values(name, history), dtype=float)
        for number, history in enumerate(_histories(each))
        if is_computed(name, history.get(name, []))
    }


def _starts(each: Group) -> list[int]:
    """The first epochs of all rounds of clustering but the first, in any fit of a row."""
    return sorted({start for history in _histories(each) for start in round_starts(history.get(ROUND, []))})


def _equal_curves(groups: Sequence[Group], names: Iterable[str], short: dict[str, str]) -> list[str]:
    """One line for each phase in which rows lie on each other, such as those that share their pretraining."""
    of_phase: dict[str, dict[tuple[str, ...], None]] = {}
    for name in names:
        equal: dict[tuple[tuple[float, ...], ...], list[str]] = {}
        for each in groups:
            if curves := _curves(each, name):
                equal.setdefault(tuple(tuple(values.tolist()) for values in curves.values()), []).append(each.label)
        sets = [tuple(labels) for labels in equal.values() if len(labels) > 1]
        of_phase.setdefault(described(name).phase, {}).update(dict.fromkeys(sets))
    texts = {
        phase: "; ".join(" = ".join(short[label] for label in labels) for labels in sets)
        for phase, sets in of_phase.items()
    }
    return [f"Equal curves{f' of {phase}' if phase else ''}: {text}." for phase, text in texts.items() if text]


def marked_point(values: NDArray[np.float64], place: float) -> tuple[float, float] | None:
    """The epoch, from 1, and the value at a share `place`, in [0, 1], of the finite values; None without any.

    Between two neighbouring epochs the point is on the line; it is never in a gap.

    >>> marked_point(np.array([4.0, 2.0]), 0.25)
    (1.25, 3.5)
    >>> marked_point(np.array([4.0, np.nan, 2.0]), 0.25)
    (1.0, 4.0)
    """
    finite = np.flatnonzero(np.isfinite(values))
    if len(finite) == 0:
        return None
    first, part = divmod(place * (len(finite) - 1), 1)
    left = int(finite[int(first)])
    if part == 0 or finite[int(first) + 1] != left + 1:
        return left + 1.0, float(values[left])
    return left + 1 + part, float((1 - part) * values[left] + part * values[left + 1])


def _alone(values: NDArray[np.float64]) -> NDArray[np.intp]:
    """The indices of the values between two gaps: a line has no part there.

    >>> _alone(np.array([1.0, 2.0, np.nan, 3.0, np.nan]))
    array([3])
    """
    known = np.concatenate([[False], ~np.isnan(values), [False]])
    return np.flatnonzero(known[1:-1] & ~known[:-2] & ~known[2:])


def shown_epochs(values: NDArray[np.float64], n_blocks: int = 1000) -> NDArray[np.intp]:
    """The indices of the values that are drawn: all, or the lowest and the highest of each of `n_blocks` blocks.

    A panel has fewer pixels than blocks, so the line looks the same. NaN, which is a gap, is kept if its block has no
    other value.

    >>> shown_epochs(np.array([5.0, 1, 2, 9, 4, 4, 7, 3]), 2)
    array([1, 3, 6, 7])
    """
    if len(values) <= 2 * n_blocks:
        return np.arange(len(values))
    blocks = np.array_split(np.arange(len(values)), n_blocks)
    lowest = [block[np.argmin(np.nan_to_num(values[block], nan=np.inf))] for block in blocks]
    highest = [block[np.argmax(np.nan_to_num(values[block], nan=-np.inf))] for block in blocks]
    return np.unique([lowest, highest])
