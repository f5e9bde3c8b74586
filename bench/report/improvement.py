"""By how much DEC is better than each baseline, per metric, over the seeds that both have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bench.metrics.declarations import METRICS, Metric
from bench.report.groups import DEC, Group
from bench.report.statistics import Summary, improvement, paired_difference, summarize

BySeed = Mapping[int, float]
Spaces = Literal["same", "different"]


@dataclass(frozen=True)
class Comparison:
    """One metric of one method beside that of a baseline. `new` and `base` are means over the common seeds."""

    metric: str
    baseline: str
    new: float | None
    base: float | None
    difference: Summary
    """Of new − base over pairs of one seed, in the metric's own units: better or worse as its direction says."""
    percent: float | None
    """Positive is better, whatever the metric's direction; None where there is none to state."""
    why_none: str = ""


@dataclass(frozen=True)
class MetricComparisons:
    """One metric against all baselines."""

    metric: str
    comparisons: tuple[Comparison, ...]

    @property
    def best(self) -> Comparison | None:
        """The largest improvement, as the reports' tables give it; None if there is no percentage at all."""
        stated = [(c.percent, c) for c in self.comparisons if c.percent is not None]
        return max(stated, key=lambda pair: pair[0])[1] if stated else None


def compare(
    new: str,
    values: Mapping[str, Mapping[str, BySeed]],
    higher_is_better: Mapping[str, bool],
    unlike: Mapping[tuple[str, str], str] | None = None,
) -> list[MetricComparisons]:
    """Method `new` against every other method in `values` (method → metric → seed → value).

    Metrics come in the order of `higher_is_better`; one that `new` or all baselines lack is left out. `unlike` names
    (metric, baseline) pairs whose values do not measure alike, with the reason: they get no percentage.
    """
    rows = []
    for metric, higher in higher_is_better.items():
        baselines = [name for name in values if name != new]
        if values[new].get(metric) and any(values[name].get(metric) for name in baselines):
            rows.append(
                MetricComparisons(
                    metric,
                    tuple(
                        _comparison(
                            metric,
                            name,
                            values[new][metric],
                            values[name].get(metric, {}),
                            higher,
                            (unlike or {}).get((metric, name), ""),
                        )
                        for name in baselines
                    ),
                )
            )
    return rows


def _comparison(metric: str, baseline: str, new: BySeed, base: BySeed, higher: bool, unlike: str) -> Comparison:
    common = sorted(new.keys() & base.keys())
    new_mean = summarize([new[seed] for seed in common]).mean
    base_mean = summarize([base[seed] for seed in common]).mean
    percent = None if unlike else improvement(new_mean, base_mean, higher)
    why_none = ""
    if percent is None:
        why_none = unlike or _why_none(new, base)
    return Comparison(metric, baseline, new_mean, base_mean, paired_difference(new, base), percent, why_none)


def _why_none(new: BySeed, base: BySeed) -> str:
    if not base:
        return "the baseline has none"
    return "base not positive" if new.keys() & base.keys() else "no common seed"


def compared_metrics(spaces: Spaces) -> list[Metric]:
    """Metrics that mean the same for all methods, or the internal ones that each method has in its own space."""
    if spaces == "same":
        return [m for m in METRICS if m.kind == "external" or (m.space == "input" and m.higher_is_better is not None)]
    return [m for m in METRICS if m.kind == "internal" and m.space == "own"]


def baselines_of(new: Group, groups: Sequence[Group]) -> list[Group]:
    """All groups of other methods with as many clusters; of those that learn a space, the ones that learn it alike.

    `ae-kmeans` is the baseline of the `dec` that refines the very same autoencoder, not of one of another size.
    """
    others = [other for other in groups if other.cell.method != DEC]
    return [o for o in others if o.cell.n_clusters == new.cell.n_clusters and _same_autoencoder(new, o)]


def _same_autoencoder(new: Group, base: Group) -> bool:
    """Whether the baseline learns no space, or starts from the very autoencoders from which the other starts."""
    if base.cell.preset is None and base.cell.latent_dim is None:
        return True
    if (new.cell.preset, new.cell.latent_dim) != (base.cell.preset, base.cell.latent_dim):
        return False
    ours, theirs = new.pretrained(), base.pretrained()
    return all(ours[seed] == theirs[seed] for seed in ours.keys() & theirs.keys())


def improvements(new: Group, groups: Sequence[Group], spaces: Spaces) -> list[MetricComparisons]:
    """A group of DEC against its baselines, in the metrics of `spaces`."""
    metrics = compared_metrics(spaces)
    baselines = baselines_of(new, groups)
    values = {g.label: {m.name: g.by_seed(m.name) for m in metrics} for g in (new, *baselines)}
    unlike = {
        (m.name, base.label): reason
        for m in metrics
        if m.kind == "quantization"
        for base in baselines
        if (reason := prototypes_differ(new, base))
    }
    return compare(new.label, values, {m.name: bool(m.higher_is_better) for m in metrics}, unlike)


def prototypes_differ(new: Group, base: Group) -> str:
    """`10 vs 100 prototypes` if two groups differ in their number on a common seed, else an empty text.

    More prototypes always come nearer to the samples: a quantization error compares only equal numbers.
    """
    ours, theirs = new.prototypes(), base.prototypes()
    for seed in sorted(ours.keys() & theirs.keys()):
        if ours[seed] != theirs[seed]:
            return f"{ours[seed]} vs {theirs[seed]} prototypes"
    return ""
