"""The caveats of a table: everything that makes its numbers incomplete or less comparable, one line each."""

from collections.abc import Sequence

from bench.report.groups import Group
from bench.report.outcomes import Outcome, Outcomes

NOISE = "noise_share"
"""The metric that counts the samples without a cluster."""
SMALL = 0.1
"""A cluster is lost if it has fewer samples than this part of an equal share."""
OF_LOST_CLUSTERS = "LostClustersWarning: "
"""Beginning of the warning of a fit that lost clusters."""


def caveats(outcomes: Outcomes, groups: Sequence[Group]) -> list[str]:
    """All caveats as plain text: different seeds, mixed runs, then the problems of each group."""
    return [*_different_seeds(groups), *_mixed_runs(outcomes), *(line for g in groups for line in _problems(g))]


def same_seeds(groups: Sequence[Group]) -> bool:
    """Whether all rows of the tables have the same seeds."""
    return len(_labels_by_seeds(groups)) <= 1


def _labels_by_seeds(groups: Sequence[Group]) -> dict[tuple[int, ...], list[str]]:
    """The labels of the groups, by the seeds that the groups have."""
    labels: dict[tuple[int, ...], list[str]] = {}
    for group in groups:
        labels.setdefault(tuple(sorted(outcome.cell.seed for outcome in group.outcomes)), []).append(group.label)
    return labels


def _different_seeds(groups: Sequence[Group]) -> list[str]:
    if same_seeds(groups):
        return []
    parts = [f"{_list(seeds)} for {', '.join(labels)}" for seeds, labels in _labels_by_seeds(groups).items()]
    return [f"The rows have different seeds: {'; '.join(parts)}. Differences use only the seeds that both rows have."]


def _mixed_runs(outcomes: Outcomes) -> list[str]:
    """Differences between runs that should be alike in one table."""
    records = [outcome.record for outcome in outcomes.ok if outcome.record]
    lines = []
    codes = {r.code_version for r in records}
    if len(codes) > 1:
        counts = [f"{sum(r.code_version == code for r in records)} with {code[:12]}" for code in sorted(codes)]
        lines.append(f"The cells ran with different code versions: {', '.join(counts)}.")
    digest = outcomes.manifest.data.digest
    if others := sorted(r.key for r in records if r.data_digest != digest):
        lines.append(f"{len(others)} cells ran on other data than the manifest's: {', '.join(others)}.")
    machines = dict.fromkeys((r.environment.processor, r.environment.threads) for r in records)
    if len(machines) > 1:
        texts = [f"{processor}, {threads} threads" for processor, threads in machines]
        lines.append(f"The seconds are from different machines or numbers of threads: {'; '.join(texts)}.")
    if unscored := sum(not outcome.scores for outcome in outcomes.ok):
        lines.append(f"{unscored} finished cells have no scores yet; the means do not include these cells.")
    return lines


def _problems(group: Group) -> list[str]:
    """Failures, warnings, lost clusters, noise and missing cells of a group."""
    failed = [outcome for outcome in group.outcomes if outcome.status == "failed"]
    lines = [f"Failed: {_cell(group, outcome)}: {outcome.error}" for outcome in failed]
    failed_again = [outcome for outcome in group.ok if outcome.attempts and outcome.attempts[-1].has_failed]
    lines += [f"Failed when run again: {_cell(group, o)}; its figures are from the earlier fit." for o in failed_again]
    for outcome in group.ok:
        lines += [f"Warning: {_cell(group, outcome)}: {text}" for text in _warnings(outcome)]
        if lost := _lost_clusters(outcome):
            lines.append(f"Lost clusters: {_cell(group, outcome)}: {lost}")
    if noise := [f"{100 * share:.2f} % (seed {seed})" for seed, share in group.by_seed(NOISE).items() if share > 0]:
        lines.append(
            f"Noise: {group.label} leaves {_list(noise)} of the samples in no cluster; silhouette, Davies–Bouldin and "
            "Caliński–Harabasz leave these samples out, and accuracy counts them as wrong."
        )
    if missing := [outcome.cell.seed for outcome in group.outcomes if outcome.status == "missing"]:
        lines.append(f"Missing (not finished, or the record is lost): {group.label}, seed {_list(missing)}.")
    return lines


def _warnings(outcome: Outcome) -> list[str]:
    """The warnings of a fit, without the one about lost clusters if the caveat from the scores says the same."""
    warnings = outcome.record.warnings if outcome.record else []
    has_caveat = _lost_clusters(outcome) != ""
    return [text for text in warnings if not (has_caveat and text.startswith(OF_LOST_CLUSTERS))]


def _lost_clusters(outcome: Outcome) -> str:
    """One sentence if clusters have no samples or very few, which shows a bad fit without true labels; else empty.

    A third-party class with another number of clusters is not checked: it may have no option for that number.
    """
    expected, actual = outcome.cell.n_clusters, outcome.scores.get("n_clusters_found")
    smallest = outcome.scores.get("smallest_share")
    if actual is None or smallest is None or expected < 1 or (outcome.cell.is_third_party and actual != expected):
        return ""
    if actual < expected:
        return f"{actual:.0f} of {expected} clusters have samples."
    if smallest < SMALL / expected:
        share = f"{100 / expected:.3g} %"
        return f"the smallest cluster has {100 * smallest:.2f} % of the samples; an equal share is {share}."
    return ""


def _cell(group: Group, outcome: Outcome) -> str:
    return f"{group.label}, seed {outcome.cell.seed}"


def _list(values: Sequence[object]) -> str:
    return ", ".join(map(str, values))
