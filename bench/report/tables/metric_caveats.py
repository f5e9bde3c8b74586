"""What a reader must know about the metrics of plug-ins: not computed, of another version, not installed, failed."""

from collections import Counter
from collections.abc import Sequence

from bench.metrics.declarations import plugin_metrics
from bench.report.groups import Group
from bench.report.outcomes import Outcomes, one_line
from bench.report.record_columns import PLUGIN_SCORES
from bench.store.records import PluginScore

_ROWS = 5
"""Largest number of rows that the caveat of a failed metric names."""
AGAIN = "give the command of the run again, which makes no new fit"
RUN_AGAIN = "run the experiment again, because its records are not here"


def metric_caveats(outcomes: Outcomes) -> list[str]:
    """One line for each metric of a plug-in that some finished cells lack, or that has several versions."""
    if PLUGIN_SCORES in outcomes.not_known:
        return []
    again = RUN_AGAIN if outcomes.written_from else AGAIN
    scored = [outcome for outcome in outcomes.ok if outcome.scores]
    installed = plugin_metrics().sources
    lines = []
    for name in sorted({*installed, *(name for outcome in scored for name in outcome.plugin_scores)}):
        computed = [outcome.plugin_scores[name].source for outcome in scored if name in outcome.plugin_scores]
        sources, n_without = Counter(computed), len(scored) - len(computed)
        others = [f"{count} with {source}" for source, count in sources.items() if source != installed.get(name)]
        if name not in installed:
            lines.append(
                f"Metric {name} is stored, but not shown: its plug-in ({', '.join(sources)}) is not installed, or is "
                "left out."
            )
        elif n_without:
            lines.append(
                f"Metric {name} of plug-in {installed[name]} is not computed for {n_without} finished cells: {again}."
            )
        if name in installed and others:
            lines.append(f"Metric {name} was computed {', '.join(others)}; now it is {installed[name]}: {again}.")
    return lines


def metric_failures(groups: Sequence[Group]) -> list[str]:
    """One line for each metric of an installed plug-in whose function failed: in which cells, and why."""
    shown = plugin_metrics().sources
    failed: dict[str, list[tuple[str, int, PluginScore]]] = {}
    """By metric: the label, the seed and the reason of each failure."""
    for group in groups:
        for outcome in group.ok:
            for name, scored in outcome.plugin_scores.items():
                if scored.failure is not None and name in shown:
                    failed.setdefault(name, []).append((group.label, outcome.cell.seed, scored))
    n_finished = sum(len(group.ok) for group in groups)
    return [_failure(name, each, n_finished) for name, each in failed.items()]


def _failure(name: str, failed: Sequence[tuple[str, int, PluginScore]], n_finished: int) -> str:
    seeds: dict[str, list[int]] = {}
    for label, seed, _ in failed:
        seeds.setdefault(label, []).append(seed)
    rows = [f"{label} (seed{'s' * (len(of) > 1)} {', '.join(map(str, of))})" for label, of in seeds.items()]
    where = ", ".join(rows[:_ROWS]) + (f" and {len(rows) - _ROWS} other rows" if len(rows) > _ROWS else "")
    if len(failed) == n_finished > 1:
        where = f"in all {n_finished} finished cells"
    reasons = Counter(one_line(scored.failure) for _, _, scored in failed if scored.failure is not None)
    (reason, _), *others = reasons.most_common()
    several = f" (the most frequent of {len(reasons)} reasons)" if others else ""
    return f"Metric failed: {name} of plug-in {failed[0][2].source}, {where}: {reason}{several}"
