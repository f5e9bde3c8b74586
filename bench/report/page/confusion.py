"""The confusion matrix of a fit as a table: a row for each true class, a column for each cluster."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.report.page.material import FitMaterial

MOST_FIELDS = 900
"""Largest number of fields of a table that is shown without JavaScript."""
STEPS = 10
"""Number of heat colours."""


@dataclass(frozen=True)
class ConfusionTable:
    """One confusion matrix."""

    columns: tuple[str, ...]
    """Clusters, in the order of their matched classes; then the noise, if there is any."""
    rows: tuple[tuple[str, tuple[tuple[int, int], ...]], ...]
    """For each class: its name, and for each column the number of samples and the number of the heat colour."""
    accuracy: float
    """Share of the samples whose cluster is matched with their class."""


def confusion_table(fit: FitMaterial, class_names: Sequence[str]) -> ConfusionTable | None:
    """The table; None without true labels, or with more than 900 fields."""
    if fit.counts is None:
        return None
    order = column_order(fit)
    if len(order) * len(class_names) > MOST_FIELDS:
        return None
    names = tuple("noise" if cluster == len(fit.sizes) else str(cluster) for cluster in order)
    rows = []
    for name, counts in zip(class_names, fit.counts, strict=True):
        total = sum(counts)
        rows.append((name, tuple((counts[cluster], heat(counts[cluster], total)) for cluster in order)))
    n_right = sum(fit.counts[match][cluster] for cluster, match in enumerate(fit.matched) if match is not None)
    return ConfusionTable(names, tuple(rows), n_right / max(1, sum(map(sum, fit.counts))))


def column_order(fit: FitMaterial) -> list[int]:
    """The clusters that have samples, in the order of their matched classes; those without one and the noise are last.

    The noise has the number after the last cluster.
    """
    last = len(fit.counts or ())
    found = [cluster for cluster, size in enumerate(fit.sizes) if size]
    matches = {cluster: fit.matched[cluster] for cluster in found}
    ordered = sorted(found, key=lambda k: (last if matches[k] is None else matches[k], k))
    return ordered + [len(fit.sizes)] * bool(fit.n_noise)


def heat(count: int, total: int) -> int:
    """The heat colour of a share, 0 … 9: 0 is no sample.

    >>> heat(0, 10), heat(1, 100), heat(5, 10), heat(10, 10)
    (0, 1, 5, 9)
    """
    return 0 if count == 0 else max(1, min(STEPS - 1, int(STEPS * count / total)))
