"""Two rows compared on their images: which images only one of both has right, and intervals over images and seeds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.metrics.external import match_clusters
from bench.report.pairs import are_fixed, share_work
from bench.report.row_pairs import RowPair
from bench.statistics.families import holm
from bench.statistics.hierarchical import Counts, accuracy_of_draws, ari_of_draws, interval_over_seeds_and_images
from bench.statistics.intervals import Interval
from bench.statistics.partitions import (
    McNemar,
    interval_of_accuracy_difference,
    interval_of_ari_difference,
    mcnemar,
)
from bench.store import arrays as names
from bench.store.store import Store

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class ImagesCompared:
    """Two rows on the images of their data set. Every interval is of `new` minus `base`."""

    seeds: tuple[int, int]
    """The seeds of the two partitions that are compared: the lowest seed that both rows have or, without one, the
    lowest of each."""
    right: McNemar
    n_images: int
    accuracy: Interval
    """Of these two partitions, over images."""
    ari: Interval
    accuracy_with_seeds: Interval | None
    """Of all fits, over seeds and images; None if a row that varies with the seed has one fit."""
    ari_with_seeds: Interval | None

    @property
    def difference(self) -> float:
        """Accuracy of the first partition minus that of the second."""
        return (self.right.only_new - self.right.only_base) / self.n_images


def corrected(compared: Mapping[str, ImagesCompared]) -> dict[str, float]:
    """By pair of rows: the probability of McNemar's test, corrected for the number of pairs (Holm)."""
    return dict(zip(compared, holm([each.right.p for each in compared.values()]), strict=True))


def compare_images(stores: tuple[Store, Store], pair: RowPair, truth: Labels) -> ImagesCompared:
    """Compare two rows. `stores` have the arrays of the rows of `pair.new` and `pair.base`; `truth` has shape
    (n_samples,).

    Raises RecordError if the arrays of a fit are damaged.
    """
    found = [
        {seed: store.arrays(record.key)[names.LABELS] for seed, record in sorted(row.records.items())}
        for store, row in zip(stores, (pair.new, pair.base), strict=True)
    ]
    new, base = found
    shared = share_work(pair.new, pair.base)
    if shared:
        new, base = ({seed: each[seed] for seed in new.keys() & base.keys()} for each in found)
    common = sorted(new.keys() & base.keys())
    seeds = (common[0], common[0]) if common else (min(new), min(base))
    labels = [*new.values(), *base.values()]
    right = [_right(each, truth) for each in labels]
    first, second = right[list(new).index(seeds[0])], right[len(new) + list(base).index(seeds[1])]
    sizes = (len(new), len(base))
    one_fit = any(n < 2 and not fixed for n, fixed in zip(sizes, are_fixed(pair.new, pair.base), strict=True))

    def with_seeds(score: Callable[[int, Counts], float]) -> Interval | None:
        return None if one_fit else interval_over_seeds_and_images(score, sizes, len(truth), shared=shared)

    return ImagesCompared(
        seeds,
        mcnemar(first, second),
        len(truth),
        interval_of_accuracy_difference(first, second),
        interval_of_ari_difference(new[seeds[0]], base[seeds[1]], truth),
        with_seeds(accuracy_of_draws(right)),
        with_seeds(ari_of_draws(labels, truth)),
    )


def _right(labels: Labels, truth: Labels) -> NDArray[np.bool_]:
    """Whether each sample is in the cluster that is matched to its class."""
    classes = match_clusters(truth, labels)
    matched = np.array([classes.get(int(label), -1) for label in np.unique(labels)])
    return np.asarray(matched[np.searchsorted(np.unique(labels), labels)] == truth)
