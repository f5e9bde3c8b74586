"""The conclusion of an experiment in one line for each configuration of DEC: against the strongest baselines.

It is made from the frame that `improvements.csv` stores, so published tables without records have it, too.
"""

from collections.abc import Hashable, Mapping, Sequence

import pandas as pd

from bench.metrics.declarations import metric
from bench.report.numbers import heading, with_interval
from bench.statistics.intervals import Interval

MOST = 4
"""Largest number of configurations of DEC with a line; a grid has its comparisons in table.md."""
SHOWN = ("accuracy", "ari", "nmi", "silhouette_input")
"""The metrics of the line."""
MORE_SEEDS = "so few seeds decide nothing; --seeds 10 can"
TOO_SMALL = "n too small to decide"

_Row = Mapping[Hashable, object]


def conclusions(frame: pd.DataFrame) -> list[str]:
    """One sentence for each group of DEC that has baselines, in plain text; `frame` is as improvements.csv.

    None if the table was written by a version that had no verdicts.
    """
    if "strongest" not in frame:
        return []
    by_label: dict[str, list[_Row]] = {}
    for row in frame.to_dict("records"):
        if row["strongest"] == "yes" and row["metric"] in SHOWN:
            by_label.setdefault(str(row["label"]), []).append(row)
    if len(by_label) > MOST:
        return [f"{len(by_label)} configurations of DEC are compared with the strongest baselines in table.md."]
    return [
        f"{label} against the strongest baseline of each metric: {_sentence(rows)}." for label, rows in by_label.items()
    ]


def _sentence(rows: Sequence[_Row]) -> str:
    if all(row["verdict"] == TOO_SMALL for row in rows):
        return f"{'; '.join(map(_text, rows))}: {MORE_SEEDS}"
    return "; ".join(f"{_text(row)}: {row['verdict']}" for row in rows)


def _text(row: _Row) -> str:
    declared = metric(str(row["metric"]))
    mean, low, high = (_number(row[name]) for name in ("difference", "low", "high"))
    interval = None if low is None or high is None else Interval(low, high, "t")
    return f"{heading(declared)} {with_interval(mean, interval, declared.decimals)} ({row['baseline']})"


def _number(value: object) -> float | None:
    """A number of a frame; None if it is missing. In a frame that was read from a file, numbers are text."""
    return None if value is None or value == "" else float(str(value))
