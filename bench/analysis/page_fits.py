"""The fits that the page shows, as they are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.errors import UsageError
from bench.metrics.external import hungarian_accuracy, match_clusters
from bench.report.assignments import read_assignments
from bench.report.examples import Examples, examples
from bench.report.figures.own_files import few
from bench.report.groups import Group
from bench.report.page.material import Trace
from bench.store import arrays as names
from bench.store.records import Record, RecordError
from bench.store.store import Store

MOST_CLUSTERS = 30
"""Largest number of clusters of a fit whose samples are shown, the first ones."""
EACH = 6
"""Largest number of typical, and of uncertain samples of a cluster."""
MOST_FIELDS = 22_500
"""Largest number of fields of a confusion matrix."""
MOST_FIELDS_TOGETHER = 120_000
"""Largest number of fields of all confusion matrices; beyond it, only the lowest seeds have one."""


@dataclass(frozen=True)
class StoredFit:
    """What the page needs of one fit."""

    record: Record
    label: str
    """Of its row."""
    is_lowest: bool
    """Whether it has the lowest seed of its row."""
    labels: NDArray[np.int64]
    """(n_samples,)"""
    embedding: NDArray[np.float32] | None
    """(n_samples, d); None for a method without a space of its own."""
    prototypes: NDArray[np.float32] | None
    trace: Trace
    """Empty without labels that were stored during training, or without true labels."""
    examples: list[Examples]
    """Empty if it is not the lowest seed, or without the file of its assignments."""

    @property
    def n_clusters(self) -> int:
        """One more than the largest number of a cluster."""
        return max(0, int(self.labels.max()) + 1)

    def sizes(self) -> list[int]:
        """Number of samples of each cluster."""
        sizes: list[int] = np.bincount(self.labels[self.labels >= 0], minlength=self.n_clusters).tolist()
        return sizes

    def matched(self, classes: NDArray[np.int64] | None) -> list[int | None]:
        """The true class of each cluster in the best one-to-one matching; None for a cluster without one."""
        found = {} if classes is None else match_clusters(classes, self.labels)
        return [found.get(cluster) for cluster in range(self.n_clusters)]

    def counts(self, classes: NDArray[np.int64], n_classes: int) -> list[list[int]]:
        """Number of samples of each class in each cluster and, last, in the noise."""
        width = self.n_clusters + 1
        place = np.where(self.labels < 0, self.n_clusters, self.labels)
        counts = np.bincount(classes * width + place, minlength=n_classes * width).reshape(n_classes, width)
        rows: list[list[int]] = counts.tolist()
        return rows


def stored_fits(
    store: Store, groups: Sequence[Group], classes: NDArray[np.int64] | None
) -> tuple[list[StoredFit], list[str]]:
    """The finished fits with a label for every sample, and one sentence for each reason why others are left out.

    `classes`: (n_samples,) true classes; None without them.
    """
    fits: list[StoredFit] = []
    partial: list[str] = []
    damaged: list[str] = []
    for group in groups:
        if group.ok and not group.cell.labels_all_samples:
            partial.append(group.label)
            continue
        is_lowest = True
        for _, record in sorted(group.fits.items()):
            try:
                fits.append(_stored_fit(store, record, group.label, is_lowest, classes))
            except RecordError:
                damaged.append(record.key)
                continue
            is_lowest = False
    reasons = (
        (
            partial,
            "Fits of subsamples, and of the folds of a cross-validation, differ in their samples. Absent here: {}.",
        ),
        (damaged, "Fits with damaged arrays are absent here: {}."),
    )
    return fits, [sentence.format(few(labels)) for labels, sentence in reasons if labels]


def confusions_shown(fits: Sequence[StoredFit], n_classes: int) -> list[bool]:
    """Whether each fit has a confusion matrix: not if it would be too large, and of many fits only the lowest seeds."""
    fields = [n_classes * (fit.n_clusters + 1) for fit in fits]
    all_seeds = sum(fields) <= MOST_FIELDS_TOGETHER
    return [size <= MOST_FIELDS and (all_seeds or fit.is_lowest) for fit, size in zip(fits, fields, strict=True)]


def _stored_fit(
    store: Store, record: Record, label: str, is_lowest: bool, classes: NDArray[np.int64] | None
) -> StoredFit:
    arrays = store.arrays(record.key)
    prototypes = arrays.get(names.PROTOTYPES)
    return StoredFit(
        record=record,
        label=label,
        is_lowest=is_lowest,
        labels=arrays[names.LABELS],
        embedding=arrays.get(names.EMBEDDING),
        prototypes=prototypes if is_lowest and prototypes is not None and np.isfinite(prototypes).all() else None,
        trace=[] if classes is None else _trace(arrays, classes),
        examples=_examples(store, record, arrays.get(names.MARGIN)) if is_lowest else [],
    )


def _trace(arrays: Mapping[str, NDArray[Any]], classes: NDArray[np.int64]) -> Trace:
    if names.TRACE_LABELS not in arrays:
        return []
    accuracies = [hungarian_accuracy(classes, labels.astype(np.int64)) for labels in arrays[names.TRACE_LABELS]]
    times = arrays[names.TRACE_SECONDS]
    return [(round(float(s), 3), round(float(a), 5)) for s, a in zip(times, accuracies, strict=True)]


def _examples(store: Store, record: Record, margin: NDArray[np.float32] | None) -> list[Examples]:
    try:
        frame = read_assignments(store, record.cell)
    except UsageError:
        return []
    found = examples(frame["cluster"].to_numpy(), frame["strength"].to_numpy(), margin, EACH)
    return found[:MOST_CLUSTERS]
