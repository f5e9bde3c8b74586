"""The sentences that explain the verdict on a claim, with our figures filled in."""

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from bench.metrics.declarations import metric
from bench.report.claims.hunt import distances, figures_of, usable
from bench.report.claims.measured import Measured
from bench.report.claims.published import Chosen, PublishedReport, Score
from bench.report.numbers import number

_CLUSTERED_THERE = {"som": "there by a map", "kmeans": "there by K-Means"}
"""By method, the text in column `clustered` of spaces.csv if this kind of method found the labels in that space."""


def reason(text: str, report: PublishedReport, measured: Measured) -> str:
    """`text` of a claim of `report`, with each name in braces replaced by our figure or by a sentence.

    `{FACT}` is a fact, `{METHOD/METRIC}` a mean, `{spaces/METHOD}` the nearest ways to measure the report's indices of
    the method, and `{chosen/PARAMETER}` the choice of a search.
    """
    return re.sub(r"\{([^{}]+)\}", lambda match: _replacement(match[1], report, measured), text).strip()


def _replacement(name: str, report: PublishedReport, measured: Measured) -> str:
    first, slash, rest = name.partition("/")
    if not slash:
        value = measured.facts.get(name)
        return number(value, 0 if value is None or float(value).is_integer() else 3)
    if first == "spaces":
        return _nearest(rest, report, measured.spaces)
    if first == "chosen":
        return _choice(rest, report, measured)
    return number(measured.summary(Score(first, rest)).mean, metric(rest).decimals)


def _nearest(method: str, report: PublishedReport, spaces: pd.DataFrame | None) -> str:
    """The ways to measure whose indices are nearest to the report's indices of `method`, in at most two sentences."""
    tries = None if spaces is None else usable(spaces)
    figures = figures_of(report, method)
    if spaces is None or tries is None or tries.empty or not figures:
        return ""
    tries = tries.assign(distance=distances(tries, figures)).sort_values("distance", kind="stable")
    rows = tries.to_dict("records")
    text = f"Of {len(spaces)} ways to measure the indices, the nearest to the report's figures is: {_way(rows[0])}"
    there = [row for row in rows if _CLUSTERED_THERE.get(method, "") in row["clustered"]]
    if there and there[0] is not rows[0]:
        text += f". The nearest with clusters found {_CLUSTERED_THERE[method]} is: {_way(there[0])}"
    return f"{text}. How near random targets are found is in the section “The hunt for a space”."


def _way(row: Mapping[Any, Any]) -> str:
    return (
        f"{row['space']}, {row['samples']:,} samples, clusters found {row['clustered']}: silhouette "
        f"{row['silhouette']:.3f}, Davies–Bouldin {row['davies_bouldin']:.3f}, Calinski–Harabasz "
        f"{row['calinski_harabasz']:,.0f}"
    )


def _choice(axis: str, report: PublishedReport, measured: Measured) -> str:
    """The values that a search chose from, its criterion, and the best value by labels."""
    value = next(claim.figure for claim in report.claims if claim.source == Chosen(axis))
    search = measured.search(axis, value)
    if search is None:
        return "No search here has several values of this parameter on this data set; run one: python -m bench search."
    if search.value(axis, "chosen") is None:
        return f"No grid point finished on every fold ({search.description})."
    rows = search.points[search.points[axis].notna()]
    values = ", ".join(f"{value:g}" for value in sorted(rows[axis].unique()))
    text = f"Chosen from {values} by {rows['criterion'].iloc[0]}, on the folds held out ({search.description})."
    if (best := search.value(axis, "best_by_labels")) is not None:
        text += f" The best value by the true labels, which the choice does not use, is {best:g}."
    return text
