"""The conclusion of an experiment in one line for each configuration of DEC: against the strongest baselines."""

from collections.abc import Sequence

from bench.metrics.declarations import metric
from bench.report.groups import DEC, Group
from bench.report.improvement import Comparison, improvements
from bench.report.numbers import with_interval

SHOWN = ("accuracy", "ari", "nmi", "silhouette_input")
"""The metrics of the line."""
MORE_SEEDS = "so few seeds decide nothing; --seeds 10 can"


def conclusions(groups: Sequence[Group]) -> list[str]:
    """One sentence for each group of DEC that has baselines, in plain text."""
    lines = []
    for new in (group for group in groups if group.cell.method == DEC):
        rows = [row.strongest for row in improvements(new, groups, "same") if row.metric in SHOWN]
        if compared := [row for row in rows if row is not None]:
            lines.append(f"{new.label} against the strongest baseline of each metric: {_sentence(compared)}.")
    return lines


def _sentence(compared: Sequence[Comparison]) -> str:
    texts = [_text(each) for each in compared]
    if all(each.verdict == "n too small to decide" for each in compared):
        return f"{'; '.join(texts)}: {MORE_SEEDS}"
    return "; ".join(f"{text}: {each.verdict}" for text, each in zip(texts, compared, strict=True))


def _text(each: Comparison) -> str:
    declared = metric(each.metric)
    value = with_interval(each.difference.summary.mean, each.difference.interval, declared.decimals)
    return f"{declared.label} {value} ({each.baseline})"
