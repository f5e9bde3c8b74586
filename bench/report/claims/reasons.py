"""The sentence that says why a claim has its verdict, with our figures in it."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from bench.metrics.declarations import metric
from bench.report.claims.measured import Measured
from bench.report.claims.published import Chosen, PublishedReport, Score
from bench.report.numbers import number

INDICES = ("silhouette", "davies_bouldin", "calinski_harabasz")
_ITS_OWN = {"som": "there by a map", "kmeans": "there by K-Means"}
"""By method, how a hunt words clusterings of its kind."""


def reason(text: str, report: PublishedReport, measured: Measured) -> str:
    """`text` of a claim of that report with what was measured in the place of each `{name}`."""
    return fill(text, lambda name: _named(name, report, measured))


def fill(text: str, named: Callable[[str], str]) -> str:
    """`text` with each `{name}` replaced by what `named` says of it, without space at its end.

    >>> fill("ARI {dec/ari}.", {"dec/ari": "0.5"}.__getitem__)
    'ARI 0.5.'
    """
    return re.sub(r"\{([^{}]+)\}", lambda match: named(match[1]), text).strip()


def _named(name: str, report: PublishedReport, measured: Measured) -> str:
    first, slash, rest = name.partition("/")
    if not slash:
        value = measured.facts.get(name)
        return number(value, 0 if value is None or float(value).is_integer() else 3)
    if first == "hunt":
        return _nearest(rest, report, measured.hunt)
    if first == "chosen":
        return _choice(rest, report, measured)
    return number(measured.summary(first, rest).mean, metric(rest).decimals)


def _nearest(method: str, report: PublishedReport, hunt: pd.DataFrame | None) -> str:
    """The ways to measure whose indices come nearest to all that the report prints of a method, in one sentence."""
    figures = {
        claim.ours.metric.rpartition("_")[0]: claim.figure
        for claim in report.claims
        if isinstance(claim.ours, Score) and claim.ours.method == method and claim.figure is not None
    }
    wanted = [(name, figures[name]) for name in INDICES if name in figures]
    tried = [] if hunt is None else hunt.to_dict("records")
    rows = [row for row in tried if all(row[name] > 0 for name, _ in wanted)]  # false of what is not a number, too
    if not rows or not wanted:
        return ""
    rows.sort(key=lambda row: sum(abs(math.log(row[name] / figure)) for name, figure in wanted))
    told = f"Of {len(tried)} ways to measure that were tried, the nearest to its three figures is {_way(rows[0])}"
    by_its_own = [row for row in rows if _ITS_OWN.get(method, "") in row["clustered"]]
    if by_its_own and by_its_own[0] is not rows[0]:
        told += f"; of those clustered {_ITS_OWN[method]}, {_way(by_its_own[0])}"
    return told + "."


def _way(row: Mapping[Any, Any]) -> str:
    return (
        f"{row['space']}, {row['samples']:,} samples, clustered {row['clustered']}: silhouette "
        f"{row['silhouette']:.3f}, Davies–Bouldin {row['davies_bouldin']:.3f}, Calinski–Harabasz "
        f"{row['calinski_harabasz']:,.0f}"
    )


def _choice(axis: str, report: PublishedReport, measured: Measured) -> str:
    value = next(claim.figure for claim in report.claims if claim.ours == Chosen(axis))
    search = measured.search(axis, value)
    if search is None:
        return "No search of its values on this data set lies here; python -m bench search runs one."
    if search.value(axis, "chosen") is None:
        return f"No point of the grid finished on every fold ({search.about})."
    rows = search.points[search.points[axis].notna()]
    values = ", ".join(f"{value:g}" for value in sorted(rows[axis].unique()))
    by_labels = search.value(axis, "best_by_labels")
    labels = "" if by_labels is None else f"; the labels, which chose nothing, would have preferred {by_labels:g}"
    return f"Of {values}, by {rows['criterion'].iloc[0]} of held-out folds ({search.about}){labels}."
