"""Rows of one or two experiments compared: which pairs, the differences of each metric, and what else differs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from bench.metrics.metric import Metric
from bench.report.groups import Group
from bench.report.improvement import comparable_metrics
from bench.report.pairs import difference_of
from bench.report.same_task import has_noise
from bench.statistics.differences import Difference
from bench.statistics.families import Verdict, corrected, verdicts
from bench.statistics.intervals import NO_INTERVAL
from bench.store.records import Manifest, Record


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
            if _are_comparable(metric, pair)
        }
        ps, judged = corrected(family), verdicts(family)
        found += [
            ComparedPair(metric, pairs[int(number)], each, ps[number], judged[number])
            for number, each in family.items()
        ]
    return found


def _are_comparable(metric: Metric, pair: RowPair) -> bool:
    rows = (pair.new, pair.base)
    if pair.new.cell.is_subsampled != pair.base.cell.is_subsampled:
        return False
    if not all(row.by_seed(metric.name) for row in rows):
        return False
    if metric.kind == "quantization":
        return len({count for row in rows for count in row.prototypes().values()}) == 1
    return metric.kind == "external" or not any(map(has_noise, rows))


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


def unlike_settings(manifests: tuple[Manifest, Manifest], rows: tuple[Sequence[Group], Sequence[Group]]) -> list[str]:
    """What differs between two experiments besides their rows, one line each: code, machine, seeds, versions."""
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
    names = [manifest.name for manifest in manifests]
    return [
        f"{kind}: {one} in {names[0]}, {other} in {names[1]}." for kind, (one, other) in kinds.items() if one != other
    ]


def _versions(records: Sequence[Sequence[Record]]) -> dict[str, list[str]]:
    packages = dict.fromkeys(name for each in records for record in each for name in record.environment.versions)
    return {
        f"Version of {name}": [_known(str(r.environment.versions.get(name)) for r in each) for each in records]
        for name in packages
    }


def _known(values: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(values)) or "none"
