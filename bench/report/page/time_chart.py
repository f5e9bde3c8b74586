"""Accuracy against time: the course of each row, and every fit."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bench.report.courses import FILE, course_of
from bench.report.groups import Group
from bench.report.page.charts import fits_of
from bench.report.page.csv_table import csv_rows, number_or_none
from bench.report.page.material import Trace
from bench.report.page.view import PageView

ONE_FIT = "One mark is one fit: its accuracy, and the wall-clock seconds that it took."
SEVERAL = (
    "A small mark is one fit: its accuracy, and the wall-clock seconds that it took. A large mark is the mean of a "
    "row, and its bar goes from the lowest to the highest accuracy of its fits."
)
COURSE = (
    "A line is the accuracy of the labels during a fit. It starts at an empty mark, where clustering starts after the "
    "pretraining, and ends at a filled one."
)
COURSES = (
    "A line is the accuracy of the labels during the fits, as the mean of a row; its band goes from the lowest to the "
    "highest accuracy. It starts at an empty mark, where clustering starts after the pretraining, and ends at a filled "
    "one."
)
ENDS = "A small mark is the end of one fit."


def section(view: PageView) -> dict[str, Any] | None:
    """The chart and its numbers; None without true labels."""
    fits = fits_with_time(view.groups)
    if not fits:
        return None
    rows = courses(view.groups, view.samples.traces or _published_traces(view))
    return {
        "charts": {"time": {"fits": fits, "rows": rows}},
        "picture": view.pictures.get("time-to-accuracy"),
        "fits": fits,
        "names": [group.label for group in view.groups],
        "explained": explained(rows),
    }


def _published_traces(view: PageView) -> dict[str, Trace]:
    """By key of a fit the seconds and accuracies during it, from the file of a published folder; else nothing."""
    if not view.store.is_published_copy():
        return {}
    keys = {(group.label, str(draw[0])): record.key for group in view.groups for draw, _, record in fits_of(group)}
    found: dict[str, Trace] = {}
    for row in csv_rows(view.store, FILE, ("label", "seed", "seconds", "accuracy")):
        seconds, accuracy = number_or_none(row["seconds"]), number_or_none(row["accuracy"])
        key = keys.get((row["label"], row["seed"]))
        if key is not None and seconds is not None and accuracy is not None:
            found.setdefault(key, []).append((seconds, accuracy))
    return found


def explained(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the marks and lines of these rows mean."""
    lines = [row for row in rows if len(row["seconds"]) > 1]
    points = [row for row in rows if len(row["seconds"]) == 1]
    first = [SEVERAL] if any(row["n"] > 1 for row in points) else [ONE_FIT] if points else []
    if not any(row["n"] > 1 for row in lines):
        return [*first, *([COURSE] if lines else [])]
    return [*first, COURSES if SEVERAL in first else f"{COURSES} {ENDS}"]


def fits_with_time(groups: Sequence[Group]) -> list[dict[str, Any]]:
    """Seconds and accuracy of each fit; empty without true labels."""
    return [
        {"row": row, "seed": seed, "seconds": record.fit_seconds, "accuracy": accuracy}
        for row, group in enumerate(groups)
        for draw, seed, record in fits_of(group)
        if (accuracy := group.by_draw("accuracy").get(draw)) is not None
    ]


def courses(groups: Sequence[Group], traces: Mapping[str, Trace]) -> list[dict[str, Any]]:
    """For each row the mean, lowest and highest accuracy of its fits at each time, and their number.

    `traces`: by key of a fit, the seconds and accuracies during it. A row without them is one point, at its end.
    """
    found = []
    for row, group in enumerate(groups):
        accuracies = group.by_draw("accuracy")
        ended = [(draw, record) for draw, _, record in fits_of(group) if draw in accuracies]
        traced = [np.array(traces[record.key]).T for _, record in ended if len(traces.get(record.key, ())) > 1]
        ends = [(np.array([record.fit_seconds]), np.array([accuracies[draw]])) for draw, record in ended]
        fits = [(trace[0], trace[1]) for trace in traced] or ends
        if fits:
            course = course_of(fits)
            numbers = {name: _short(getattr(course, name)) for name in ("seconds", "mean", "low", "high")}
            found.append({"row": row, "n": len(fits), **numbers})
    return found


def _short(values: Any) -> list[float]:
    return [float(f"{value:.5g}") for value in values]
