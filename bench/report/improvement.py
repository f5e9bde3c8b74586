"""Improvement of DEC over each baseline, per metric, over the seeds that both have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bench.metrics.declarations import all_metrics
from bench.metrics.metric import Metric
from bench.report.groups import DEC, Group
from bench.report.same_task import has_noise
from bench.report.statistics import Summary, improvement, paired_difference, summarize

BySeed = Mapping[int, float]
Spaces = Literal["same", "different"]
"""Which metrics are compared.

`same`: the metrics that measure all methods alike (agreement with the true labels, indices of the input space).
`different`: the internal metrics of each method's own space.
"""


@dataclass(frozen=True)
class Comparison:
    """One metric of a method compared with a baseline; `new` and `base` are means over the seeds that both have."""

    metric: str
    baseline: str
    new: float | None
    base: float | None
    difference: Summary
    """new − base over pairs of the same seed, in the metric's own units."""
    percent: float | None
    """Improvement; positive is better for every metric. None if the percentage is not defined."""
    why_none: str = ""
    """Why `percent` is None; empty if `percent` is a number."""


@dataclass(frozen=True)
class MetricComparisons:
    """One metric of a method compared with all baselines."""

    metric: str
    comparisons: tuple[Comparison, ...]

    @property
    def best(self) -> Comparison | None:
        """The comparison with the largest improvement; None if no percentage is defined."""
        stated = [(c.percent, c) for c in self.comparisons if c.percent is not None]
        return max(stated, key=lambda pair: pair[0])[1] if stated else None


def compare(
    new: str,
    values: Mapping[str, Mapping[str, BySeed]],
    higher_is_better: Mapping[str, bool],
    unlike: Mapping[tuple[str, str], str] | None = None,
) -> list[MetricComparisons]:
    """Compare method `new` with every other method in `values` (method → metric → seed → value).

    The result has the order of `higher_is_better`. A metric is left out if `new` or all baselines lack it. `unlike`
    maps a (metric, baseline) pair whose values are not comparable to the reason; such a pair has no percentage.
    """
    rows = []
    for metric, higher in higher_is_better.items():
        own = values[new].get(metric)
        bases = {name: values[name].get(metric, {}) for name in values if name != new}
        if own and any(bases.values()):
            reasons = {name: (unlike or {}).get((metric, name), "") for name in bases}
            comparisons = [_comparison(metric, name, own, base, higher, reasons[name]) for name, base in bases.items()]
            rows.append(MetricComparisons(metric, tuple(comparisons)))
    return rows


def _comparison(metric: str, baseline: str, new: BySeed, base: BySeed, higher: bool, unlike: str) -> Comparison:
    common = sorted(new.keys() & base.keys())
    new_mean = summarize([new[seed] for seed in common]).mean
    base_mean = summarize([base[seed] for seed in common]).mean
    percent = None if unlike else improvement(new_mean, base_mean, higher)
    no_pairs = "no common seed" if base else "the baseline has no value"
    reason = unlike or ("baseline not positive" if common else no_pairs)
    difference = paired_difference(new, base)
    return Comparison(metric, baseline, new_mean, base_mean, difference, percent, reason if percent is None else "")


def baselines_of(new: Group, groups: Sequence[Group]) -> list[Group]:
    """The groups of other methods that are baselines of `new`.

    A baseline has the same number of clusters, and learns from the same samples or subsamples. If it learns a space,
    it starts from the same pretrained autoencoder: `ae-kmeans` is not a baseline of a `dec` with an autoencoder of
    another size.
    """
    others = [g for g in groups if g.cell.method != DEC and g.cell.is_subsampled == new.cell.is_subsampled]
    return [o for o in others if o.cell.n_clusters == new.cell.n_clusters and _same_autoencoder(new, o)]


def _same_autoencoder(new: Group, base: Group) -> bool:
    """Whether the baseline learns no space, or both groups start from the same autoencoder on every common seed."""
    if base.cell.preset is None and base.cell.latent_dim is None:
        return True
    if (new.cell.preset, new.cell.latent_dim) != (base.cell.preset, base.cell.latent_dim):
        return False
    common = new.fits.keys() & base.fits.keys()
    return all(new.fits[draw].pretrained == base.fits[draw].pretrained for draw in common)


def comparable_metrics() -> list[Metric]:
    """The metrics that measure all methods alike, and have a better direction."""
    return [m for m in all_metrics() if m.kind == "external" or (m.space == "input" and m.higher_is_better is not None)]


def improvements(new: Group, groups: Sequence[Group], spaces: Spaces) -> list[MetricComparisons]:
    """Compare a group of DEC with its baselines in the metrics of `spaces`."""
    own = [m for m in all_metrics() if m.kind == "internal" and m.space == "own"]
    metrics = comparable_metrics() if spaces == "same" else own
    baselines = baselines_of(new, groups)
    values = {g.label: {m.name: g.by_seed(m.name) for m in metrics} for g in (new, *baselines)}
    unlike = {(m.name, base.label): reason for m in metrics for base in baselines if (reason := _unlike(m, new, base))}
    return compare(new.label, values, {m.name: bool(m.higher_is_better) for m in metrics}, unlike)


def _unlike(metric: Metric, new: Group, base: Group) -> str:
    """Why a metric of two groups is not comparable, in a few words; empty if it is."""
    if metric.kind == "quantization":
        return _different_prototypes(new, base)
    return "of a part of the samples" if metric.kind == "internal" and any(map(has_noise, (new, base))) else ""


def _different_prototypes(new: Group, base: Group) -> str:
    """`10 vs 100 prototypes` if the numbers of prototypes differ on a common seed; empty if they are equal.

    More prototypes lie nearer to the samples, so quantization errors are comparable only for equal numbers.
    """
    new_counts, base_counts = new.prototypes(), base.prototypes()
    for draw in sorted(new_counts.keys() & base_counts.keys()):
        if new_counts[draw] != base_counts[draw]:
            return f"{new_counts[draw]} vs {base_counts[draw]} prototypes"
    return ""
