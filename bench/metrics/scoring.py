"""All metrics of all fits of one data set."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from bench.metrics.arrays import FloatArray, IntArray
from bench.metrics.declarations import METRICS, Metric, metric
from bench.metrics.fit import Fit
from bench.metrics.partition import is_partition
from bench.metrics.silhouette.sampled import Estimate, estimate_silhouettes

Progress = Callable[[float], None]
Scored = Mapping[str, float | None]
"""Metrics by name."""


def score(fits: Sequence[Fit], progress: Progress | None = None) -> list[dict[str, float | None]]:
    """Every metric of `METRICS`, by name and in that order, for every fit; fits of one data set only.

    All fits must hold the very same features array, so that the input-space silhouettes of all of them come from one
    pass over its distances. A fit without an embedding has the input as its own space: its own-space indices are its
    input-space ones, computed once. A metric is None where what it needs is missing or not finite, and where it is not
    defined. `progress` is called with the share of the work done, rising to 1.

    Raises ValueError if the features are not one array.

    >>> import numpy as np
    >>> X = np.array([[0.0], [1.0], [10.0], [11.0]], np.float32)
    >>> scores = score([Fit(labels=np.array([1, 1, 0, 0]), features=X, true_labels=np.array([0, 0, 1, 1]))])[0]
    >>> scores["accuracy"], round(scores["silhouette_input"], 4), scores["kl_divergence"]
    (1.0, 0.8997, None)
    """
    return [values for _, values in score_each(len(fits), fits.__getitem__, [None] * len(fits), progress)]


def score_each(
    n_fits: int, load: Callable[[int], Fit], known: Sequence[Scored | None], progress: Progress | None = None
) -> Iterator[tuple[int, dict[str, float | None]]]:
    """As `score`, for fits that memory need not hold at once: `load` gives each by its number, 0 … n_fits − 1.

    `known` holds what was found of a fit before, or None. Of such a fit the silhouette in the input space is computed
    anew, and nothing else: the pass sums distances in an order that depends on all labelings together, so that scores
    are the same to the bit however many fits were known. Yields each fit's number and values when they are found.
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
    report = _Report(sum(works) + pass_work, progress)
    silhouettes = _input_silhouettes(features, labelings, lambda share: report.step(pass_work, share))
    for number, (silhouette, work) in enumerate(zip(silhouettes, works, strict=True)):
        yield number, _score_one(load(number), silhouette, known[number])
        report.step(work)


class _Report:
    """Turns work done in steps of different size into one rising share."""

    def __init__(self, total: float, progress: Progress | None) -> None:
        self.total, self.done, self.progress = total, 0.0, progress

    def step(self, work: float, share: float = 1.0) -> None:
        """`share` of a step of `work` is done; the step ends with a share of 1."""
        if self.progress is not None:
            self.progress(min((self.done + work * share) / self.total, 1.0))
        if share >= 1:
            self.done += work


def _silhouette_work(width: int) -> float:
    """Relative time of one pass over the distances: a product as wide as the space, and what each distance costs."""
    return width + 100.0


def _fit_work(fit: Fit) -> float:
    return 20.0 if fit.embedding is None else 20.0 + _silhouette_work(fit.embedding.shape[1])


def _input_silhouettes(
    features: FloatArray, labelings: Sequence[IntArray], progress: Progress
) -> list[Estimate | None]:
    """The input-space silhouette of each labeling, in one pass; None where it is not defined."""
    scorable = [labels for labels in labelings if is_partition(labels)]
    if not scorable:
        return [None] * len(labelings)
    found = iter(estimate_silhouettes(features, scorable, progress))
    return [next(found) if is_partition(labels) else None for labels in labelings]


def _score_one(fit: Fit, input_silhouette: Estimate | None, known: Scored | None) -> dict[str, float | None]:
    """All metrics of one fit, given those that all fits share a pass for."""
    values: dict[str, float | None] = {
        "silhouette_input": input_silhouette.mean if input_silhouette else None,
        "silhouette_error_input": input_silhouette.standard_error if input_silhouette else None,
    }
    for declared in METRICS:
        if declared.name not in values and declared.space != "own":
            values[declared.name] = known[declared.name] if known else _value(declared, fit)
    for declared in METRICS:
        if declared.space == "own":
            twin = _input_twin(declared) if fit.embedding is None else None
            if twin:
                values[declared.name] = values[twin.name]
            else:
                values[declared.name] = known[declared.name] if known else _value(declared, fit)
    return {declared.name: values[declared.name] for declared in METRICS}


def _value(declared: Metric, fit: Fit) -> float | None:
    return None if any(fit.lacks(need) for need in declared.needs) else declared.load()(fit)


def _input_twin(declared: Metric) -> Metric | None:
    """The same index in the input space, if there is one."""
    name = declared.name.removesuffix("_own") + "_input"
    return metric(name) if any(other.name == name for other in METRICS) else None
