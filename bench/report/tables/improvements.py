"""The comparisons of DEC with the baselines, as blocks of table.md and as rows of improvements.csv."""

from collections.abc import Sequence
from typing import get_args

import pandas as pd

from bench.metrics.declarations import metric
from bench.report.groups import DEC, Group
from bench.report.improvement import Comparison, MetricComparisons, Spaces, baselines_of, improvements
from bench.report.markdown import escape, joined, table
from bench.report.numbers import NOT_AVAILABLE, arrow, heading, number, probability, with_interval
from bench.report.tables.frames import frame
from bench.statistics.differences import Difference
from bench.statistics.intervals import NO_INTERVAL

MOST_PERCENT = 10_000
"""A percentage beyond this bound, on either side, cannot be read: the cell has the ratio DEC / baseline instead."""


def pairing_text(apart: Difference) -> str:
    """How two rows are compared, with the numbers of runs of both.

    >>> from bench.statistics.differences import difference
    >>> pairing_text(difference({0: 1.0}, {0: 2.0}, shared=True)), pairing_text(difference({0: 1.0}, {}, shared=False))
    ('1 pair', '1 and 0 runs')
    """
    n_new, n_base = apart.n
    varied = apart.summary.n  # without the runs of the row that is one value
    return {
        "paired": f"{n_new} pair{'s' * (n_new != 1)}",
        "unpaired": f"{n_new} and {n_base} runs",
        "one fixed value": f"{varied} run{'s' * (varied != 1)}, one value",
        "two fixed values": "two values",
    }[apart.pairing]


def improvement_block(groups: Sequence[Group]) -> str:
    """In comparable metrics, one table per group of DEC, headed by the strongest baseline; empty without baselines."""
    return _blocks(groups, "same")


def percentages_block(groups: Sequence[Group]) -> str:
    """In each method's own space, one table per group of DEC with the percentages that reports print."""
    return _blocks(groups, "different")


def _blocks(groups: Sequence[Group], spaces: Spaces) -> str:
    dec = [group for group in groups if group.cell.method == DEC]
    if not any(baselines_of(new, groups) for new in dec):
        return ""
    parts = []
    for new in dec:
        if len(dec) > 1:
            parts.append(f"### {escape(new.label)}")
        rows = improvements(new, groups, spaces)
        if not rows:
            parts.append("Nothing to compare: DEC and its baselines have no metric in common.")
        elif spaces == "same":
            parts += [against_the_strongest(new.label, rows), _table(new, rows)]
        else:
            parts.append(_percentages(new, rows))
    return joined(parts)


def against_the_strongest(label: str, rows: Sequence[MetricComparisons]) -> str:
    """One line for each metric: the difference from the strongest baseline, and the verdict."""
    lines = [f"{escape(label)} against the strongest baseline of each metric:", ""]
    for row in rows:
        c = row.strongest
        if c is not None:
            name = escape(heading(metric(row.metric)))
            lines.append(f"- {name}, against {escape(c.baseline)}: {_difference(c)}, {c.verdict}.")
    return "\n".join(lines) if len(lines) > 2 else f"{escape(label)} has no baseline that can be compared."


def improvements_frame(groups: Sequence[Group], dataset: str) -> pd.DataFrame:
    """One row per group of DEC, metric and baseline; `spaces` is `same` or `different`."""
    rows: list[dict[str, object]] = []
    cells = []
    for new in (group for group in groups if group.cell.method == DEC):
        for spaces in get_args(Spaces):
            for compared in improvements(new, groups, spaces):
                rows += [_csv_row(new, c, dataset, spaces, compared) for c in compared.comparisons]
                cells += [new.cell] * len(compared.comparisons)
    return frame(rows, cells) if rows else pd.DataFrame(columns=list(CSV_COLUMNS))


CSV_COLUMNS = (
    *("label", "method", "dataset", "preset", "latent_dim", "n_clusters"),
    *("baseline", "metric", "spaces", "new", "base"),
    *("difference", "low", "high", "interval", "pairing", "n_new", "n_base"),
    *("p", "p_corrected", "p_ranks", "probability_higher", "verdict"),
    *("improvement_percent", "strongest", "largest", "why_none"),
)


def _csv_row(
    new: Group, compared: Comparison, dataset: str, spaces: Spaces, row: MetricComparisons
) -> dict[str, object]:
    cell, apart = new.cell, compared.difference
    interval = apart.interval
    ends = NO_INTERVAL if interval is None else interval.columns
    # Values of different spaces are not comparable, so nothing is claimed about them.
    tests = (apart.p, compared.p, apart.p_ranks, apart.improvement, compared.verdict)
    values = (
        *(new.label, cell.method, dataset, cell.preset, cell.latent_dim, cell.n_clusters),
        *(compared.baseline, compared.metric, spaces, compared.new, compared.base),
        *(apart.summary.mean, *ends, apart.pairing, *apart.n),
        *(tests if spaces == "same" else (None, None, None, None, "")),
        compared.percent,
        "yes" if spaces == "same" and compared is row.strongest else "",
        "yes" if compared is row.largest else "",
        compared.why_none,
    )
    return dict(zip(CSV_COLUMNS, values, strict=True))


def _table(new: Group, rows: Sequence[MetricComparisons]) -> str:
    header = ["Metric", "Baseline", f"{escape(new.label)} mean", "Baseline mean", "Difference [95 % interval]"]
    header += ["p", "P(DEC higher)", "Compared", "Verdict", "Improvement, %"]
    return table(header, [line for row in rows for line in map(_line, row.comparisons)], left=2)


def _line(c: Comparison) -> list[str]:
    declared, apart = metric(c.metric), c.difference
    names = [escape(heading(declared)) + arrow(declared.higher_is_better), escape(c.baseline)]
    means = [number(value, declared.decimals) for value in (c.new, c.base)]
    tests = [probability(c.p), NOT_AVAILABLE if apart.improvement is None else number(apart.improvement, 2)]
    return [*names, *means, _difference(c), *tests, pairing_text(apart), c.verdict, _percent(c)]


def _difference(c: Comparison) -> str:
    return with_interval(c.difference.summary.mean, c.difference.interval, metric(c.metric).decimals)


def _percent(c: Comparison) -> str:
    return NOT_AVAILABLE + f" ({c.why_none})" if c.percent is None else _improvement(c)


def _improvement(c: Comparison) -> str:
    """The improvement in percent; beyond `MOST_PERCENT`, how many times the value of the baseline it is."""
    assert c.new is not None
    assert c.base is not None
    assert c.percent is not None
    if abs(c.percent) <= MOST_PERCENT:
        return number(c.percent, 1).replace(",", "")
    return f"{number(c.new / c.base, 0)} times" if c.new > 0 else f"{NOT_AVAILABLE} (baseline near 0)"


def _percentages(new: Group, rows: Sequence[MetricComparisons]) -> str:
    header = ["Metric", "Baseline", f"{escape(new.label)} mean", "Baseline mean", "Improvement, %"]
    return table([*header, "Best improvement, %"], [line for row in rows for line in _percentage_lines(row)], left=2)


def _percentage_lines(row: MetricComparisons) -> list[list[str]]:
    declared, best = metric(row.metric), row.largest
    best_text = NOT_AVAILABLE if best is None else f"{_improvement(best)} (vs. {escape(best.baseline)})"
    lines: list[list[str]] = []
    for c in row.comparisons:
        names = [escape(heading(declared)) + arrow(declared.higher_is_better), escape(c.baseline)]
        values = [number(c.new, declared.decimals), number(c.base, declared.decimals), _percent(c)]
        lines.append([*names, *values, "" if lines else best_text])
    return lines
