"""What a reader must know about the metrics of plug-ins: not computed, of another version, not installed, failed."""

from collections import Counter

from bench.metrics.declarations import plugin_metrics
from bench.report.outcomes import Outcome, Outcomes, one_line

AGAIN = "give the command of the run again, which makes no new fit"


def metric_caveats(outcomes: Outcomes) -> list[str]:
    """One line for each metric of a plug-in that some finished cells lack, or that has several versions."""
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
                f"Metric {name} of plug-in {installed[name]} is not computed for {n_without} finished cells: {AGAIN}."
            )
        if name in installed and others:
            lines.append(f"Metric {name} was computed {', '.join(others)}; now it is {installed[name]}: {AGAIN}.")
    return lines


def metric_failures(outcome: Outcome) -> list[str]:
    """One line for each metric of an installed plug-in whose function failed for a cell."""
    shown = plugin_metrics().sources
    return [
        f"{name} of plug-in {scored.source}: {one_line(scored.failure)}"
        for name, scored in outcome.plugin_scores.items()
        if scored.failure is not None and name in shown
    ]
