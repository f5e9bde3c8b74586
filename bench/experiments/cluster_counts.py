"""The numbers of clusters of an experiment: those that were asked for, and the methods that get none."""

from collections.abc import Collection
from typing import Literal

from bench.datasets.catalogue import ARRAYS
from bench.errors import UsageError
from bench.experiments.typed import integers
from bench.store.records import DataSummary, subsample_size
from methods import registry

AUTO: Literal["auto"] = "auto"
"""The number of clusters is proposed from the data."""
Counts = tuple[int, ...] | Literal["auto"] | None
"""What was asked for: numbers, `AUTO`, or None for the number of classes."""


def parse_counts(text: str | None) -> Counts:
    """What `--n-clusters` asks for. Raises UsageError if the text is not valid.

    >>> parse_counts("5,10"), parse_counts("auto"), parse_counts(None)
    ((5, 10), 'auto', None)
    """
    if text is None or text == AUTO:
        return text
    if any(part.strip() == AUTO for part in text.split(",")):
        raise UsageError(f"--n-clusters {text} is not valid; expected auto alone, or integers.")
    if not any(character.isdigit() for character in text):
        raise UsageError(f"--n-clusters {text} is not valid; expected auto, or integers from 2, such as 5,10.")
    return integers("--n-clusters", text, low=2)


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
