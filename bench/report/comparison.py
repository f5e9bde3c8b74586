"""Rows of one or two experiments compared: which pairs, the differences of each metric, and what else differs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from bench.metrics.metric import Metric
from bench.report.groups import Group
from bench.report.improvement import comparable_metrics
from bench.report.numbers import heading
from bench.report.pairs import difference_of, share_work
from bench.report.same_task import has_noise, k_of_scores
from bench.statistics.differences import Difference
from bench.statistics.families import Verdict, corrected, verdicts
from bench.statistics.intervals import NO_INTERVAL
from bench.store.records import Cell, Manifest, Record, show


@dataclass(frozen=True)
class RowPair:
    """Two rows; the titles also have the experiment if there are two."""

    new: Group
    base: Group
    new_title: str
    base_title: str

    @property
    def title(self) -> str:
        """For example `dec − kmeans`."""
        return f"{self.new_title} − {self.base_title}"


@dataclass(frozen=True)
class ComparedPair:
    """One metric of a pair of rows."""

    metric: Metric
    pair: RowPair
    difference: Difference
    p: float | None
    """Corrected for all pairs of the comparison (Holm)."""
    verdict: Verdict


def pairs_within(rows: Sequence[Group]) -> list[RowPair]:
    """Every two rows of one experiment."""
    return [RowPair(new, base, new.label, base.label) for new, base in combinations(rows, 2)]


def pairs_between(names: tuple[str, str], rows: tuple[Sequence[Group], Sequence[Group]], across: bool) -> list[RowPair]:
    """Rows of two experiments: those with equal labels or, with `across`, each row of one with each of the other."""
    return [
        RowPair(new, base, f"{new.label} ({names[0]})", f"{base.label} ({names[1]})")
        for new in rows[0]
        for base in rows[1]
        if across or new.label == base.label
    ]


def compared(pairs: Sequence[RowPair]) -> list[ComparedPair]:
    """Every metric that measures all methods alike, for every pair in which both rows have values."""
    found = []
    for metric in comparable_metrics():
        family = {
            str(number): difference_of(
                pair.new, pair.base, (pair.new.by_seed(metric.name), pair.base.by_seed(metric.name)), metric.name
            )
            for number, pair in enumerate(pairs)
            if _have_values(metric, pair) and not _unlike(metric, pair)
        }
        ps, judged = corrected(family), verdicts(family)
        found += [
            ComparedPair(metric, pairs[int(number)], each, ps[number], judged[number])
            for number, each in family.items()
        ]
    return found


def not_compared(pairs: Sequence[RowPair]) -> list[str]:
    """One sentence for each reason for which pairs with values are not compared in a metric."""
    metrics: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    """By reason and titles of the pairs: the metrics."""
    for metric in comparable_metrics():
        titles: dict[str, list[str]] = {}
        for pair in pairs:
            if _have_values(metric, pair) and (reason := _unlike(metric, pair)):
                titles.setdefault(reason, []).append(pair.title)
        for reason, several in titles.items():
            metrics.setdefault((reason, tuple(several)), []).append(heading(metric))
    return [
        f"Not compared in {', '.join(names)}, because {reason}: {'; '.join(titles)}."
        for (reason, titles), names in metrics.items()
    ]


def _have_values(metric: Metric, pair: RowPair) -> bool:
    return all(row.by_seed(metric.name) for row in (pair.new, pair.base))


def _unlike(metric: Metric, pair: RowPair) -> str:
    """Why the values of a metric of two rows cannot be compared, in a few words; empty if they can."""
    rows = (pair.new, pair.base)
    one, other = pair.new.cell, pair.base.cell
    if (one.folds, one.is_subsampled) != (other.folds, other.is_subsampled):
        return "the fits label different samples"
    if metric.kind == "quantization" and len({count for row in rows for count in row.prototypes().values()}) != 1:
        return "the numbers of prototypes differ"
    if metric.kind != "external" and any(map(has_noise, rows)):
        return "the index leaves out the noise of one row"
    ks = set(map(k_of_scores, rows))
    if not metric.comparable_across_k and (len(ks) > 1 or None in ks):
        return "the numbers of clusters differ"
    return ""


def comparison_frame(found: Sequence[ComparedPair]) -> pd.DataFrame:
    """One row for each metric and pair."""
    rows = []
    for each in found:
        apart = each.difference
        low, high, kind = NO_INTERVAL if apart.interval is None else apart.interval.columns
        rows.append(
            {
                "metric": each.metric.name,
                "new": each.pair.new_title,
                "base": each.pair.base_title,
                "difference": apart.summary.mean,
                "low": low,
                "high": high,
                "interval": kind,
                "pairing": apart.pairing,
                "n_new": apart.n[0],
                "n_base": apart.n[1],
                "p": apart.p,
                "p_corrected": each.p,
                "p_ranks": apart.p_ranks,
                "probability_higher": apart.improvement,
                "verdict": each.verdict,
            }
        )
    return pd.DataFrame(rows, dtype=object)


def unlike_settings(
    manifests: tuple[Manifest, Manifest], rows: tuple[Sequence[Group], Sequence[Group]], pairs: Sequence[RowPair]
) -> list[str]:
    """What differs between two experiments, one line each: rows, options, code, machine, seeds, versions."""
    records = [[record for row in each for record in row.records.values()] for each in rows]
    kinds = {
        "Code version": [_known(record.code_version[:12] for record in each) for each in records],
        "Processor": [_known(record.environment.processor for record in each) for each in records],
        "Device": [_known(str(record.device) for record in each) for each in records],
        "Threads": [_known(str(record.environment.threads) for record in each) for each in records],
        "Precision": [_known(str(record.precision) for record in each) for each in records],
        "Seeds": [_known(str(seed) for row in each for seed in sorted(row.records)) for each in rows],
        "Split": [manifest.data.split for manifest in manifests],
        **_versions(records),
    }
    names = (manifests[0].name, manifests[1].name)
    lines = [*_only_in_one(names, rows, pairs), *_unlike_options(names, pairs), *_same_fits(pairs)]
    return lines + [
        f"{kind}: {one} in {names[0]}, {other} in {names[1]}." for kind, (one, other) in kinds.items() if one != other
    ]


def _only_in_one(
    names: tuple[str, str], rows: tuple[Sequence[Group], Sequence[Group]], pairs: Sequence[RowPair]
) -> list[str]:
    """The rows of each experiment that are in no pair."""
    paired = [[pair.new.label for pair in pairs], [pair.base.label for pair in pairs]]
    alone = [[row.label for row in each if row.label not in known] for each, known in zip(rows, paired, strict=True)]
    return [
        f"Only in {name}, so not compared: {', '.join(labels)}; --across compares rows with different labels."
        for name, labels in zip(names, alone, strict=True)
        if labels
    ]


def _unlike_options(names: tuple[str, str], pairs: Sequence[RowPair]) -> list[str]:
    """One line for each pair of rows of one method whose settings differ: an equal label does not say so."""
    lines = []
    for pair in pairs:
        one, other = map(_settings, (pair.new.cell, pair.base.cell))
        apart = [name for name in {**one, **other} if one.get(name) != other.get(name)]
        if pair.new.cell.method == pair.base.cell.method and apart:
            texts = [
                f"{name}: {one.get(name, 'default')} in {names[0]}, {other.get(name, 'default')} in {names[1]}"
                for name in apart
            ]
            lines.append(f"Options of {pair.title}: {'; '.join(texts)}.")
    return lines


def _settings(cell: Cell) -> dict[str, str]:
    """The settings of a cell as text. An option that is not set has the value of the preset."""
    fields = {
        "class": cell.implementation,
        "preset": cell.preset or "none",
        "latent size": show(cell.latent_dim),
        "number of clusters": show(cell.n_clusters),
    }
    return fields | {name: show(value) for name, value in cell.params.items()}


def _same_fits(pairs: Sequence[RowPair]) -> list[str]:
    """One line for each pair that is not paired by seed, but has fits in common."""
    lines = []
    for pair in pairs:
        bases = {record.key: record.arrays_digest for record in pair.base.records.values()}
        seeds = [
            seed
            for seed, record in pair.new.records.items()
            if record.arrays_digest and bases.get(record.key) == record.arrays_digest
        ]
        if seeds and not share_work(pair.new, pair.base):
            lines.append(
                f"{pair.title}: seed{'s' * (len(seeds) > 1)} {', '.join(map(str, sorted(seeds)))} have equal fits in "
                "both, so the two rows are not independent, and their p and interval decide nothing."
            )
    return lines


def _versions(records: Sequence[Sequence[Record]]) -> dict[str, list[str]]:
    packages = dict.fromkeys(name for each in records for record in each for name in record.environment.versions)
    return {
        f"Version of {name}": [_known(str(r.environment.versions.get(name)) for r in each) for each in records]
        for name in packages
    }


def _known(values: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(values)) or "none"
