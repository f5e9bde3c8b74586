"""Computes all metrics of all fits of one data set."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bench.metrics.arrays import FloatArray, IntArray
from bench.metrics.declarations import METRICS, plugin_metrics
from bench.metrics.engine import PROCESSOR, Engine
from bench.metrics.fit import Fit
from bench.metrics.metric import Metric
from bench.metrics.partition import is_partition
from bench.metrics.plugin_values import PluginValues
from bench.metrics.reference import reference_space
from bench.metrics.silhouette.sampled import Estimate
from bench.metrics.silhouette.sums import ShareCallback
from bench.metrics.spaces import Space
from bench.store.records import Failure

Values = Mapping[str, float | None]
"""The value of each metric, by name."""


@dataclass(frozen=True)
class FitScores:
    """The metrics of one fit."""

    values: dict[str, float | None]
    """By name; None where a metric is not defined, or where the function of a plug-in failed."""
    failures: dict[str, Failure]
    """By name of each metric of a plug-in whose function failed."""


def score(
    fits: Sequence[Fit], on_share: ShareCallback | None = None, engine: Engine = PROCESSOR
) -> list[dict[str, float | None]]:
    """For every fit, the value of every metric of this project (`METRICS`), by name and in that order.

    All fits must share one features array: one pass over its distances computes all silhouettes in the input space, and
    a second pass those in the reference space. A metric is None if an attribute that it needs is missing or not finite,
    or if it is not defined for the fit. `on_share` is called with the share of the work that is done, rising to 1.
    `engine` computes the costly quantities.

    Raises ValueError if the fits have several features arrays, even if these are equal.

    >>> import numpy as np
    >>> X = np.array([[0.0], [1.0], [10.0], [11.0]], np.float32)
    >>> scores = score([Fit(labels=np.array([1, 1, 0, 0]), features=X, true_labels=np.array([0, 0, 1, 1]))])[0]
    >>> scores["accuracy"], round(scores["silhouette_input"], 4), scores["kl_divergence"]
    (1.0, 0.8997, None)
    """
    scored = score_each(len(fits), fits.__getitem__, [{}] * len(fits), METRICS, on_share, engine)
    return [scores.values for _, scores in scored]


def score_each(
    n_fits: int,
    load: Callable[[int], Fit],
    known: Sequence[Values],
    metrics: Sequence[Metric],
    on_share: ShareCallback | None = None,
    engine: Engine = PROCESSOR,
) -> Iterator[tuple[int, FitScores]]:
    """As `score`, but the fits need not be in memory together: `load` returns the fit of a number in 0 … n_fits − 1.

    `known` has, for each fit, the values of `metrics` that need not be computed; empty if it was never scored. If a
    metric that uses the silhouette is missing for any fit, all silhouettes in the input and the reference space are
    computed again: their rounding depends on all labelings of the pass. So the scores are equal to the bit, whether
    values were known or not, if the same engine computed them. Otherwise there is no pass over the distances. The
    reference space is computed once for all fits, and only if a metric needs it. Yields the number and all values of
    each fit with a new value.
    """
    missing = [[metric for metric in metrics if metric.name not in values] for values in known]
    with_pass = any(metric.uses_silhouette for each in missing for metric in each)
    chosen = [number for number in range(n_fits) if with_pass or missing[number]]
    labelings, works = [], []
    features: FloatArray | None = None
    for number in chosen:
        fit = load(number)
        if features is not None and fit.features is not features:
            raise ValueError("expected fits of one data set that share one features array, got several arrays.")
        features = fit.features
        labelings.append(fit.labels)
        works.append(_fit_work(fit, missing[number]))
    if features is None:
        return
    wanted = [metric for number in chosen for metric in missing[number]]
    needs_reference = with_pass or any(metric.space == "reference" or "reference" in metric.needs for metric in wanted)
    reference = reference_space(features) if needs_reference else None
    shared: dict[Space, FloatArray] = {"input": features}
    if reference is not None and reference is not features:
        shared["reference"] = reference
    pass_works = {name: _silhouette_work(points.shape[1]) * with_pass for name, points in shared.items()}
    work_done = _WorkCounter(sum(works) + sum(pass_works.values()), on_share)
    silhouettes: dict[Space, list[Estimate | None]] = {}
    for name, points in shared.items():
        if with_pass:
            report_pass = partial(work_done.add, pass_works[name])
            silhouettes[name] = _shared_silhouettes(points, labelings, engine, report_pass)
    for place, (number, work) in enumerate(zip(chosen, works, strict=True)):
        fit = replace(load(number), reference=reference)
        of_passes = {name: values[place] for name, values in silhouettes.items()}
        yield number, _scores(fit, of_passes, known[number], metrics, engine)
        work_done.add(work)


class _WorkCounter:
    """Adds up steps of different sizes, and reports the share of all work that is done."""

    def __init__(self, total: float, on_share: ShareCallback | None) -> None:
        self.total, self.done, self.on_share = total, 0.0, on_share

    def add(self, work: float, share: float = 1.0) -> None:
        """Report that `share` of a step of size `work` is done; a share of 1 ends the step."""
        if self.on_share is not None:
            self.on_share(min((self.done + work * share) / self.total, 1.0))
        if share >= 1:
            self.done += work


def _silhouette_work(width: int) -> float:
    """Relative time of one pass over the distances of samples with `width` features."""
    return width + 100.0


def _fit_work(fit: Fit, missing: Sequence[Metric]) -> float:
    if not any(metric.uses_silhouette for metric in missing):
        return float(len(missing))
    return 20.0 if fit.embedding is None else 20.0 + _silhouette_work(fit.embedding.shape[1])


def _shared_silhouettes(
    points: FloatArray, labelings: Sequence[IntArray], engine: Engine, on_share: ShareCallback
) -> list[Estimate | None]:
    """The silhouette of each labeling in a shared space, in one pass; None where it is not defined."""
    partitions = [labels for labels in labelings if is_partition(labels)]
    if not partitions:
        return [None] * len(labelings)
    estimates = iter(engine.silhouettes(points, partitions, on_share))
    return [next(estimates) if is_partition(labels) else None for labels in labelings]


def _scores(
    fit: Fit, of_passes: Mapping[Space, Estimate | None], known: Values, metrics: Sequence[Metric], engine: Engine
) -> FitScores:
    """The metrics of one fit; `of_passes` has its silhouettes from the passes that all fits share, if there were any.

    The reference space is the input space, or not used, if `of_passes` has no silhouette in it.
    """
    fit.space("own").engine = fit.space("input").engine = engine
    if fit.reference is not None:
        fit.space("reference").engine = engine
    for name, silhouette in of_passes.items():
        if silhouette is not None:
            fit.space(name).silhouette = silhouette

    def is_new(metric: Metric) -> bool:
        of_pass = bool(of_passes) and metric.uses_silhouette and (metric.space != "own" or fit.embedding is None)
        return of_pass or metric.name not in known

    of_plugins, plugins = plugin_metrics().known, PluginValues(fit)
    values: dict[str, float | None] = {}
    failures: dict[str, Failure] = {}
    for metric in metrics:
        if not is_new(metric):
            values[metric.name] = known[metric.name]
        elif metric.name not in of_plugins:
            values[metric.name] = _value(metric, fit)
        elif isinstance(found := plugins.value(metric), Failure):
            values[metric.name], failures[metric.name] = None, found
        else:
            values[metric.name] = found
    return FitScores(values, failures)


def _value(metric: Metric, fit: Fit) -> float | None:
    return None if any(fit.lacks(need) for need in metric.needs) else metric.load()(fit)
