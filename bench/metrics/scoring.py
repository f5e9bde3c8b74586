"""Computes all metrics of all fits of one data set."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from bench.metrics.arrays import FloatArray, IntArray
from bench.metrics.declarations import METRICS, Metric
from bench.metrics.fit import Fit
from bench.metrics.partition import is_partition
from bench.metrics.silhouette.exact import ShareCallback
from bench.metrics.silhouette.sampled import Estimate, estimate_silhouettes

Values = Mapping[str, float | None]
"""The value of each metric, by name."""


def score(fits: Sequence[Fit], on_share: ShareCallback | None = None) -> list[dict[str, float | None]]:
    """For every fit, the value of every metric of `METRICS`, by name and in that order.

    All fits must share one features array: one pass over its distances computes all silhouettes in the input space. A
    metric is None if an attribute that it needs is missing or not finite, or if it is not defined for the fit.
    `on_share` is called with the share of the work that is done, rising to 1.

    Raises ValueError if the fits have several features arrays, even if these are equal.

    >>> import numpy as np
    >>> X = np.array([[0.0], [1.0], [10.0], [11.0]], np.float32)
    >>> scores = score([Fit(labels=np.array([1, 1, 0, 0]), features=X, true_labels=np.array([0, 0, 1, 1]))])[0]
    >>> scores["accuracy"], round(scores["silhouette_input"], 4), scores["kl_divergence"]
    (1.0, 0.8997, None)
    """
    return [values for _, values in score_each(len(fits), fits.__getitem__, [None] * len(fits), on_share)]


def score_each(
    n_fits: int, load: Callable[[int], Fit], known: Sequence[Values | None], on_share: ShareCallback | None = None
) -> Iterator[tuple[int, dict[str, float | None]]]:
    """As `score`, but the fits need not be in memory together: `load` returns the fit of a number in 0 … n_fits − 1.

    `known` contains, for each fit, its values if they were computed before, or None. For a fit with known values, only
    the silhouette in the input space is computed again. Its rounding depends on all labelings of the pass. So the
    scores are equal to the bit, whether values were known or not. Yields the number and the values of each fit.
    """
    labelings, works = [], []
    features: FloatArray | None = None
    for number in range(n_fits):
        fit = load(number)
        if features is not None and fit.features is not features:
            raise ValueError("expected fits of one data set that share one features array, got several arrays.")
        features = fit.features
        labelings.append(fit.labels)
        works.append(_fit_work(fit) if known[number] is None else 0.0)
    if features is None:
        return
    pass_work = _silhouette_work(features.shape[1])
    work_done = _WorkCounter(sum(works) + pass_work, on_share)
    silhouettes = _input_silhouettes(features, labelings, lambda share: work_done.add(pass_work, share))
    for number, (silhouette, work) in enumerate(zip(silhouettes, works, strict=True)):
        yield number, _values(load(number), silhouette, known[number])
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


def _fit_work(fit: Fit) -> float:
    return 20.0 if fit.embedding is None else 20.0 + _silhouette_work(fit.embedding.shape[1])


def _input_silhouettes(
    features: FloatArray, labelings: Sequence[IntArray], on_share: ShareCallback
) -> list[Estimate | None]:
    """The input-space silhouette of each labeling, in one pass; None where it is not defined."""
    partitions = [labels for labels in labelings if is_partition(labels)]
    if not partitions:
        return [None] * len(labelings)
    estimates = iter(estimate_silhouettes(features, partitions, on_share))
    return [next(estimates) if is_partition(labels) else None for labels in labelings]


def _values(fit: Fit, input_silhouette: Estimate | None, known: Values | None) -> dict[str, float | None]:
    """The values of all metrics of one fit; `input_silhouette` comes from the pass that all fits share."""
    if input_silhouette is not None:
        fit.space("input").silhouette = input_silhouette

    def is_new(declared: Metric) -> bool:
        return declared.uses_silhouette and (declared.space == "input" or fit.embedding is None)

    return {
        declared.name: _value(declared, fit) if known is None or is_new(declared) else known[declared.name]
        for declared in METRICS
    }


def _value(declared: Metric, fit: Fit) -> float | None:
    return None if any(fit.lacks(need) for need in declared.needs) else declared.load()(fit)
