"""The numbers of clusters of an experiment: those that were asked for, and the methods that get none."""

from collections.abc import Collection

from bench.datasets.catalogue import ARRAYS
from bench.errors import UsageError
from bench.store.records import DataSummary, subsample_size
from methods import registry


def counts_of(
    asked: tuple[int, ...] | None, folds: int | None, data: DataSummary, subsampled: bool = False
) -> tuple[int, ...]:
    """The numbers of clusters that were asked for, or else the number of classes. Raises UsageError if one is wrong."""
    if asked is None and data.class_names is None:
        labels = ", or the labels: --label-column COLUMN for a table, --labels FILE.csv for a folder of images"
        more = "" if data.name.startswith(ARRAYS) else labels
        raise UsageError(f"data set '{data.name}' has no labels; give the number of clusters with --n-clusters{more}.")
    counts = asked or (len(data.class_names or ()),)
    for n_clusters in counts:
        if not 2 <= n_clusters <= data.n_samples:
            value = f"--n-clusters {n_clusters}" if asked else f"n_clusters={n_clusters}, the number of classes,"
            raise UsageError(
                f"{value} is not valid; expected 2 to {data.n_samples}, the number of samples of '{data.name}'."
            )
        if subsampled and n_clusters > subsample_size(data.n_samples):
            raise UsageError(
                f"--subsamples: a subsample of '{data.name}' has {subsample_size(data.n_samples)} samples, fewer than "
                f"{n_clusters} clusters."
            )
        if folds is not None and not 2 <= folds <= data.n_samples // n_clusters:
            raise UsageError(
                f"--folds {folds} is not valid; expected 2 to {data.n_samples // n_clusters}, because each fold of "
                f"'{data.name}' needs at least {n_clusters} samples, one for each cluster."
            )
    return counts


def without_count(title: str, implementation: str, params: Collection[str], asked: tuple[int, ...] | None) -> str:
    """A line for the user if a method gets no number of clusters, with the reason; empty if it gets one.

    `params` are the options that the user sets, and `asked` the numbers of clusters.
    """
    if registry.count_option(implementation, params) is not None:
        return ""
    own = registry.count_option(implementation)
    if own is None:
        names = ", ".join(registry.COUNT_OPTIONS)
        reason = f"takes no number of clusters (its constructor has none of {names}), so it finds its own"
    else:
        reason = f"gets no number of clusters, because --param sets its {own}"
    once = f"; it runs once for each seed, and not for each of --n-clusters {','.join(map(str, asked or ()))}"
    return f"{title} {reason}{once if len(asked or ()) > 1 else ''}."
