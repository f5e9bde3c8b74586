"""The caveats of a table: everything that makes its numbers incomplete, less sure or less comparable, one line each."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bench.report.groups import Group, draw_text
from bench.report.numbers import CLUSTERS_FOUND
from bench.report.outcomes import Outcome, Outcomes
from bench.report.same_task import MARK, NOISE, has_noise, numbers_found
from bench.report.tables.metric_caveats import metric_caveats, metric_failures
from bench.text import at_most

NOISE_COUNTS = (
    f"{MARK} Noise: silhouette, Davies–Bouldin and Caliński–Harabasz leave out the samples that are in no cluster; "
    "accuracy counts them as wrong; ARI and NMI count all of them together as one more cluster."
)
"""The caveat after those that name the rows with noise; rows of tables have the mark, too."""
SMALL = 0.1
"""A cluster is lost if it has fewer samples than this part of an equal share."""
OF_LOST_CLUSTERS = "LostClustersWarning: "
"""Beginning of the warning of a fit that lost clusters."""
TRACEBACKS = "Tracebacks of "
"""Beginning of the caveat that says how to see failures; published results have no tracebacks."""
_CATEGORY = re.compile(r"^\w*Warning: ")
"""The class at the beginning of a stored warning; the caveat says `Warning` already."""


def caveats(outcomes: Outcomes, groups: Sequence[Group]) -> list[str]:
    """All caveats as plain text: what was left out of the data, different seeds, mixed runs, problems of each group.

    The last one says how to see failures, if there is a command for it.
    """
    asked = _asked(outcomes, groups)
    problems = [line for group in groups for line in _problems(group, asked)]
    failed_metrics = metric_failures(groups)
    return [
        *outcomes.manifest.data.caveats,
        *_different_seeds(groups),
        *_mixed_runs(outcomes),
        *metric_caveats(outcomes),
        *failed_metrics,
        *problems,
        *([NOISE_COUNTS] if any(map(has_noise, groups)) else []),
        *_remedy(outcomes, bool(failed_metrics)),
    ]


def same_seeds(groups: Sequence[Group]) -> bool:
    """Whether all rows of the tables have the same seeds."""
    return len(_labels_by_seeds(groups)) <= 1


def _labels_by_seeds(groups: Sequence[Group]) -> dict[tuple[int, ...], list[str]]:
    """The labels of the groups, by the seeds that the groups have."""
    labels: dict[tuple[int, ...], list[str]] = {}
    for group in groups:
        labels.setdefault(tuple(sorted({outcome.cell.seed for outcome in group.outcomes})), []).append(group.label)
    return labels


def _different_seeds(groups: Sequence[Group]) -> list[str]:
    if same_seeds(groups):
        return []
    parts = [f"{_list(seeds)} for {', '.join(labels)}" for seeds, labels in _labels_by_seeds(groups).items()]
    return [
        f"The rows have different seeds: {'; '.join(parts)}. Two rows that are paired are compared on the seeds that "
        "both have, other rows on all of theirs."
    ]


def _mixed_runs(outcomes: Outcomes) -> list[str]:
    """Differences between runs that should be alike in one table."""
    records = [outcome.record for outcome in outcomes.ok if outcome.record]
    lines = []
    codes = {r.code_version for r in records}
    if len(codes) > 1:
        counts = [f"{sum(r.code_version == code for r in records)} with {code[:12]}" for code in sorted(codes)]
        lines.append(f"The cells ran with different code versions: {', '.join(counts)}.")
    for method in dict.fromkeys(record.cell.method for record in records):
        plugins = Counter(r.plugin or "no plug-in" for r in records if r.cell.method == method)
        if len(plugins) > 1:
            counts = [f"{count} with {plugin}" for plugin, count in sorted(plugins.items())]
            lines.append(f"The cells of {method} ran with different versions of its plug-in: {', '.join(counts)}.")
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


def _remedy(outcomes: Outcomes, has_failed_metrics: bool) -> list[str]:
    command = outcomes.errors_command
    if not command:
        return []
    if any(outcome.status == "failed" for outcome in outcomes.all):
        return [f"{TRACEBACKS}failed cells: {command} (in Python: results.failures)."]
    return [f"{TRACEBACKS}failed metrics: {command}."] if has_failed_metrics else []


def _asked(outcomes: Outcomes, groups: Sequence[Group]) -> str:
    """What a row that gets no number of clusters is measured by, such as `the other rows were asked for 10`.

    Empty if no row is asked for a number, and the data have no true labels.
    """
    counts = sorted({group.cell.n_clusters for group in groups if group.cell.n_clusters is not None})
    if counts:
        return f"the other rows were asked for {_list(counts)}"
    names = outcomes.manifest.data.class_names
    return "" if names is None else f"the data have {len(names)} classes"


def _problems(group: Group, asked: str) -> list[str]:
    """Failures of fits, lost clusters, warnings, noise and missing cells of a group.

    Seeds with equal texts share a line.

    `asked`: what the number of clusters of a group is measured by that gets none; empty if there is nothing.
    """
    lines = _by_text("Failed", group, ((o, o.error) for o in group.outcomes if o.status == "failed"))
    failed_again = [draw_text(outcome.cell) for outcome in group.ok if _has_failed_again(outcome)]
    lines += [
        f"Failed when run again: {group.label}, seed {s}; its figures are from the earlier fit." for s in failed_again
    ]
    lines += _by_text("Lost clusters", group, ((o, _lost_clusters(o)) for o in group.ok))
    lines += _number_of_clusters(group, asked)
    lines += _by_text("Warning", group, ((o, text) for o in group.ok for text in _warnings(o)))
    lines += [_noise(group)] if has_noise(group) else []
    lines += _without_seed(group)
    if missing := [draw_text(outcome.cell) for outcome in group.outcomes if outcome.status == "missing"]:
        lines.append(f"Missing (not finished, or the record is lost): {group.label}, seed {_list(missing)}.")
    return lines


def _has_failed_again(outcome: Outcome) -> bool:
    """Whether a finished cell failed later. A failed attempt of a merged folder may be the last one, but older."""
    last = outcome.attempts[-1] if outcome.attempts else None
    return (
        last is not None
        and last.has_failed
        and (outcome.record is None or outcome.record.started_at <= last.started_at)
    )


def _by_text(kind: str, group: Group, texts: Iterable[tuple[Outcome, str | None]]) -> list[str]:
    """One line for each text, with the seeds that have it; an empty text has no line."""
    seeds = _seeds_by_text((draw_text(outcome.cell), text) for outcome, text in texts)
    return [f"{kind}: {group.label}, {_seeds(numbers)}: {text}" for text, numbers in seeds.items()]


def _seeds_by_text(texts: Iterable[tuple[str, str | None]]) -> dict[str, list[str]]:
    """The seeds that have a text; an empty text is left out."""
    seeds: dict[str, list[str]] = {}
    for seed, text in texts:
        if text:
            seeds.setdefault(text, []).append(seed)
    return seeds


def _seeds(numbers: Sequence[str]) -> str:
    return f"seed{'s' * (len(numbers) > 1)} {_list(numbers)}"


def _warnings(outcome: Outcome) -> list[str]:
    """The warnings of a fit, without the one about lost clusters if the caveat from the scores says the same."""
    warnings = outcome.record.warnings if outcome.record else []
    has_caveat = _lost_clusters(outcome) != ""
    kept = [text for text in warnings if not (has_caveat and text.startswith(OF_LOST_CLUSTERS))]
    texts = list(dict.fromkeys(_CATEGORY.sub("", text) for text in kept))
    return at_most(texts, "the records have all of them.")


def _lost_clusters(outcome: Outcome) -> str:
    """One sentence if clusters have no samples or very few, which shows a bad fit without true labels; else empty."""
    expected, actual = outcome.cell.n_clusters, outcome.scores.get("n_clusters_found")
    smallest = outcome.scores.get("smallest_share")
    if expected is None or actual is None or smallest is None or _has_other_number(outcome):
        return ""
    if actual < expected:
        return f"{actual:.0f} of {expected} clusters {'has' if actual == 1 else 'have'} samples."
    if smallest < SMALL / expected:
        share = f"{100 / expected:.3g} %"
        return f"the smallest cluster has {100 * smallest:.2f} % of the samples; an equal share is {share}."
    return ""


def _has_other_number(outcome: Outcome) -> bool:
    """Whether a fit found more clusters than asked for, or was asked for none, or a third-party class found fewer."""
    expected, actual = outcome.cell.n_clusters, outcome.scores.get(CLUSTERS_FOUND)
    if actual is None or actual == expected:
        return False
    return expected is None or actual > expected or outcome.cell.is_third_party


def _number_of_clusters(group: Group, asked: str) -> list[str]:
    """One line with the numbers that were found and the number that was asked for, or none if both are equal."""
    others = [outcome for outcome in group.ok if _has_other_number(outcome)]
    expected = group.cell.n_clusters
    if not others or (expected is None and not asked):
        return []
    found = numbers_found(replace(group, outcomes=tuple(others)))
    text = " to ".join(map(str, dict.fromkeys((found[0], found[-1]))))
    text += f" cluster{'s' * (found[-1] != 1)} found"
    if expected is None:
        text += f"; the class gets no number of clusters, {asked}."
    else:
        # A record of an earlier version does not say whether a third-party class has been given the number.
        is_known = all(o.record and o.record.count_option is not None for o in others) or not group.cell.is_third_party
        text += f", {expected} asked{'' if is_known else ', if the class takes a number'}."
    return [f"Number of clusters: {group.label}, {_seeds([draw_text(outcome.cell) for outcome in others])}: {text}"]


def _noise(group: Group) -> str:
    """One line with the share of the samples that are in no cluster, for each seed that has any."""
    noise = [(outcome.cell, outcome.scores[NOISE]) for outcome in group.ok if NOISE in outcome.scores]
    shares = _seeds_by_text((draw_text(cell), _percent(share)) for cell, share in noise if share > 0)
    parts = [f"{share} ({_seeds(numbers)})" for share, numbers in shares.items()]
    remedy = ": try other options of the method" if any(share == 1 for _, share in noise) else ""
    return f"Noise: {group.label} {MARK} leaves {_list(parts)} of the samples in no cluster{remedy}."


def _without_seed(group: Group) -> list[str]:
    """One line if the seeds do not reach the method: their number says nothing about how much the figures vary."""
    if group.takes_seed or len(group.fits) < 2:
        return []
    if group.has_equal_fits and group.n_subsamples:
        text = "so its fits of one subsample are equal: its ± is that of the subsamples alone"
    elif group.has_equal_fits:
        text = "so its fits are equal: its figures, except seconds, have no ±"
    else:
        text = "and its fits differ: unless it draws from numpy's global generator, another run may differ, too"
    return [f"Seeds: {group.label} takes no random_state, {text}."]


def _percent(share: float) -> str:
    """A share above 0 in percent, never printed as 0; only all samples are printed as 100.

    >>> _percent(0.7524), _percent(0.00001), _percent(0.99999), _percent(1.0)
    ('75.24 %', '0.001 %', 'over 99.99 %', '100 %')
    """
    if share > 0.99995:
        return "100 %" if share == 1 else "over 99.99 %"
    return f"{100 * share:.2f} %" if share >= 0.0001 else f"{100 * share:.1g} %"


def _list(values: Sequence[object]) -> str:
    return ", ".join(map(str, values))
