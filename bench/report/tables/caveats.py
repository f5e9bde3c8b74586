"""The caveats of a table: everything that makes its numbers incomplete, less sure or less comparable, one line each."""

import re
import shlex
from collections.abc import Iterable, Sequence

from bench.report.groups import Group
from bench.report.outcomes import Outcome, Outcomes

NOISE = "noise_share"
"""The metric that counts the samples without a cluster."""
SMALL = 0.1
"""A cluster is lost if it has fewer samples than this part of an equal share."""
OF_LOST_CLUSTERS = "LostClustersWarning: "
"""Beginning of the warning of a fit that lost clusters."""
_CATEGORY = re.compile(r"^\w*Warning: ")
"""The class at the beginning of a stored warning; the caveat says `Warning` already."""


def caveats(outcomes: Outcomes, groups: Sequence[Group]) -> list[str]:
    """All caveats as plain text: what was left out of the data, different seeds, mixed runs, problems of each group.

    The last one says how to see failures.
    """
    problems = [line for group in groups for line in _problems(group)]
    return [
        *outcomes.manifest.data.caveats,
        *_different_seeds(groups),
        *_mixed_runs(outcomes),
        *problems,
        *_remedy(outcomes),
    ]


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


def _remedy(outcomes: Outcomes) -> list[str]:
    if all(outcome.status != "failed" for outcome in outcomes.all):
        return []
    command = f"python -m bench show {shlex.quote(outcomes.manifest.name)} --errors"
    return [f"Tracebacks of failed cells: {command} (in Python: results.failures)."]


def _problems(group: Group) -> list[str]:
    """Failures, lost clusters, warnings, noise and missing cells of a group. Seeds with equal texts share a line."""
    lines = _by_text("Failed", group, ((o, o.error) for o in group.outcomes if o.status == "failed"))
    failed_again = [outcome.cell.seed for outcome in group.ok if outcome.attempts and outcome.attempts[-1].has_failed]
    lines += [
        f"Failed when run again: {group.label}, seed {s}; its figures are from the earlier fit." for s in failed_again
    ]
    lines += _by_text("Lost clusters", group, ((o, _lost_clusters(o)) for o in group.ok))
    lines += _by_text("Number of clusters", group, ((o, _other_number(o)) for o in group.ok))
    lines += _by_text("Warning", group, ((o, text) for o in group.ok for text in _warnings(o)))
    if noise := [f"{100 * share:.2f} % (seed {seed})" for seed, share in group.by_seed(NOISE).items() if share > 0]:
        lines.append(
            f"Noise: {group.label} leaves {_list(noise)} of the samples in no cluster; silhouette, Davies–Bouldin and "
            "Caliński–Harabasz leave these samples out, accuracy counts them as wrong, and ARI and NMI count all of "
            "them together as one more cluster."
        )
    if missing := [outcome.cell.seed for outcome in group.outcomes if outcome.status == "missing"]:
        lines.append(f"Missing (not finished, or the record is lost): {group.label}, seed {_list(missing)}.")
    return lines


def _by_text(kind: str, group: Group, texts: Iterable[tuple[Outcome, str | None]]) -> list[str]:
    """One line for each text, with the seeds that have it; an empty text has no line."""
    seeds: dict[str, list[int]] = {}
    for outcome, text in texts:
        if text:
            seeds.setdefault(text, []).append(outcome.cell.seed)
    return [f"{kind}: {group.label}, seed{'s' * (len(s) > 1)} {_list(s)}: {text}" for text, s in seeds.items()]


def _warnings(outcome: Outcome) -> list[str]:
    """The warnings of a fit, without the one about lost clusters if the caveat from the scores says the same."""
    warnings = outcome.record.warnings if outcome.record else []
    has_caveat = _lost_clusters(outcome) != ""
    kept = [text for text in warnings if not (has_caveat and text.startswith(OF_LOST_CLUSTERS))]
    return list(dict.fromkeys(_CATEGORY.sub("", text) for text in kept))


def _lost_clusters(outcome: Outcome) -> str:
    """One sentence if clusters have no samples or very few, which shows a bad fit without true labels; else empty."""
    expected, actual = outcome.cell.n_clusters, outcome.scores.get("n_clusters_found")
    smallest = outcome.scores.get("smallest_share")
    if expected is None or actual is None or smallest is None or _other_number(outcome):
        return ""
    if actual < expected:
        return f"{actual:.0f} of {expected} clusters have samples."
    if smallest < SMALL / expected:
        share = f"{100 / expected:.3g} %"
        return f"the smallest cluster has {100 * smallest:.2f} % of the samples; an equal share is {share}."
    return ""


def _other_number(outcome: Outcome) -> str:
    """One sentence if a fit found more clusters than asked for, or a third-party class another number; else empty.

    Also if the class gets no number of clusters.
    """
    expected, actual = outcome.cell.n_clusters, outcome.scores.get("n_clusters_found")
    third_party = outcome.cell.is_third_party
    if actual is None or actual == expected or (expected is not None and actual < expected and not third_party):
        return ""
    found = f"found {actual:.0f} cluster{'s' * (actual != 1)}"
    if expected is None:
        return f"{found}; it gets no number of clusters."
    was_given = not third_party or (outcome.record is not None and outcome.record.count_option is not None)
    condition = "" if was_given else ", if the class has a parameter n_clusters"  # a record of an earlier version
    return f"{found}; {expected} {'was' if expected == 1 else 'were'} asked for{condition}."


def _list(values: Sequence[object]) -> str:
    return ", ".join(map(str, values))
