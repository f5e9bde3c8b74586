"""The numbers of the charts of the page, in the form that its script reads."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from bench.metrics.declarations import all_metrics
from bench.metrics.metric import Metric
from bench.report.figures.histories import CLUSTERING, ROUND, described, is_computed, known_values, round_starts
from bench.report.figures.palette import MARKERS, Style, styles
from bench.report.groups import Draw, Group, draw_of, draw_text
from bench.report.numbers import heading
from bench.report.page.table_sentences import folds_sentence
from bench.report.page.view import PageView
from bench.statistics.intervals import interval_of_mean
from bench.store.records import Record
from bench.text import visible

MOST_POINTS = 400
"""Largest number of epochs that one line of a training curve has; longer lines are thinned evenly."""
OWN = "own"
NOT_COMPARED = "Not comparable between rows: each row measures another space."
SYMBOLS = dict(
    zip(
        MARKERS,
        ("circle", "square", "diamond", "triangle", "wye", "cross", "star", "hexagon", "diamond2", "square2"),
        strict=True,
    )
)
"""The symbol of Observable Plot for each marker of the figures."""


def seeds_section(view: PageView) -> dict[str, Any]:
    """Every seed of each metric, and the rows, which the other charts name by their numbers."""
    metrics = [_dots(view.groups, metric) for metric in shown_metrics(view.groups)]
    return {
        "charts": {"rows": rows(view.groups), "metrics": metrics},
        "explained": f"{_dots_sentence(metrics)} {folds_sentence(view.groups)}".rstrip(),
        "picture": view.pictures.get("labels") or view.pictures.get("silhouettes"),
    }


def training_section(view: PageView) -> dict[str, Any] | None:
    """The training curves; None if no fit has any."""
    found = training(view.groups)
    return {"charts": {"training": found}, "picture": view.pictures.get("training")} if found else None


def rows(groups: Sequence[Group]) -> list[dict[str, Any]]:
    """Label, number of the colour, dashes and symbol of each row.

    The colour is that of the method, as in the figures. Rows of all methods differ in their dashes and symbols, for a
    reader who does not see the colours.
    """
    look, colours = _looks(groups), colours_of_rows(groups)
    marks = styles({group.label: "" for group in groups})
    return [
        {
            "label": visible(group.label),
            "colour": colours.index(look[group.label].colour),
            "dash": " ".join(f"{length:g}" for length in marks[group.label].dash),
            "symbol": SYMBOLS[marks[group.label].marker],
        }
        for group in groups
    ]


def colours_of_rows(groups: Sequence[Group]) -> list[str]:
    """The colours that the rows have, each once, in the order of their numbers in `rows`."""
    return list(dict.fromkeys(style.colour for style in _looks(groups).values()))


def _looks(groups: Sequence[Group]) -> dict[str, Style]:
    """The style of each row, as in the figures."""
    return styles({group.label: group.cell.method for group in groups})


def shown_metrics(groups: Sequence[Group]) -> list[Metric]:
    """The metrics with a better direction that a fit has a value of; those that compare no rows are the last."""
    found = [m for m in all_metrics() if m.higher_is_better is not None and any(g.by_seed(m.name) for g in groups)]
    return sorted(found, key=lambda metric: metric.space == OWN)


def _dots(groups: Sequence[Group], metric: Metric) -> dict[str, Any]:
    rows = []
    for group in groups:
        by_draw, by_seed = group.by_draw(metric.name), list(group.by_seed(metric.name).values())
        words = _words(group)
        interval = interval_of_mean(by_seed)
        if interval is not None and interval.low == interval.high:
            interval = None  # equal seeds
        if interval is not None:
            interval = interval.within(*metric.bounds)
        rows.append(
            {
                "dots": [[words[draw], value] for draw, value in sorted(by_draw.items())],
                "mean": fmean(by_seed) if len(by_draw) > 1 else None,
                "low": interval and interval.low,
                "high": interval and interval.high,
            }
        )
    return {
        "name": metric.name,
        "label": heading(metric),
        "higher": metric.higher_is_better,
        "decimals": metric.decimals,
        "note": NOT_COMPARED if metric.space == OWN and len(groups) > 1 else "",
        "rows": rows,
    }


def _dots_sentence(metrics: Sequence[Mapping[str, Any]]) -> str:
    """What the marks of the dots are."""
    rows = [row for metric in metrics for row in metric["rows"]]
    if all(row["mean"] is None for row in rows):
        return "One dot is one fit. One fit of a row has no mean and no interval."
    if all(row["low"] is None for row in rows):
        return "One dot is one fit. The bar is the mean; no row has an interval."
    return "One dot is one fit. The bar is the mean, and the line is its 95 % interval."


def training(groups: Sequence[Group]) -> list[dict[str, Any]]:
    """One entry for each history: its heading, the epochs with which a round starts, and one line for each fit."""
    names = dict.fromkeys(name for g in groups for record in g.fits.values() for name in record.history)
    found = []
    for name in names:
        fits = [
            (row, seed, record.history)
            for row, group in enumerate(groups)
            for _, seed, record in fits_of(group)
            if is_computed(name, record.history.get(name, []))
        ]
        lines = [{"row": row, "seed": seed, **_thinned(known_values(name, history))} for row, seed, history in fits]
        if lines:
            shown = described(name)
            of_clustering = shown.phase == CLUSTERING
            starts = {start for *_, history in fits for start in round_starts(history.get(ROUND, []))}
            found.append(
                {
                    "name": name,
                    "label": visible(shown.title),
                    "unit": visible(shown.unit),
                    "rounds": sorted(starts) if of_clustering else [],
                    "lines": lines,
                }
            )
    return found


def fits_of(group: Group) -> list[tuple[Draw, str, Record]]:
    """Seed and subsample of each finished fit, the same in words, and its record."""
    words = _words(group)
    return [(draw, words[draw], record) for draw, record in sorted(group.fits.items())]


def _words(group: Group) -> dict[Draw, str]:
    """The seed and, if there is one, the subsample of each cell, in words."""
    return {draw_of(outcome.cell): draw_text(outcome.cell) for outcome in group.outcomes}


def _thinned(values: Sequence[float | None]) -> Mapping[str, Any]:
    step = -(-len(values) // MOST_POINTS)
    return {"step": step, "values": [None if v is None else float(f"{v:.5g}") for v in values[::step]]}
