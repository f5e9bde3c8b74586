"""Classes of unequal size: a number of rows of each class that rises from the first class to the last."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from bench.datasets.limit import SEED
from bench.datasets.quoted import shown
from bench.datasets.rows import Rows
from bench.errors import UsageError
from bench.store.reading import Reading
from bench.store.remarks import Remark, caveat, part

_LISTED = 20
"""Largest number of classes that one line names."""


def with_class_sizes(rows: Rows, reading: Reading) -> Rows:
    """The rows of classes with the sizes of `reading.class_sizes`, in their order; all rows without this option.

    The size of a class is a straight line over the classes in the order of their names. Xie et al. 2016, section 5.4,
    make imbalanced MNIST in this way with the ratio 0.1; they keep each row with a probability, here the sizes are
    exact. Rows are drawn without replacement, class by class, by one generator with the seed `SEED`. Raises UsageError
    if there are no labels, only one class, or a class with too few rows.
    """
    if reading.class_sizes is None:
        return rows
    first, last = reading.class_sizes
    option = f"--class-sizes {first}:{last}"
    if rows.labels is None or rows.class_names is None:
        raise UsageError(
            f"data set '{rows.title}' has no labels, which {option} needs; leave it out, or name the labels with "
            "--label-column or --labels"
        )
    names = rows.class_names
    if len(names) < 2:
        raise UsageError(f"data set '{rows.title}' has only one class; {option} needs two or more")
    counts = np.bincount(rows.labels, minlength=len(names))
    sizes = sizes_between(first, last, len(names))
    _check_enough(rows.title, names, counts, sizes, option)
    generator = np.random.default_rng(SEED)
    chosen = [
        generator.choice(np.flatnonzero(rows.labels == label), size, replace=False) for label, size in enumerate(sizes)
    ]
    drawn = [f"{_name(name)}: {size:,} of {n:,}" for name, size, n in zip(names, sizes, counts.tolist(), strict=True)]
    how = part(
        f"{sum(sizes):,} of {len(rows):,} rows, drawn at random within each class so that the classes have the sizes "
        f"of {option} (generator seed {SEED}); rows by class: {_listed(drawn)}; the true labels were used for this "
        "draw only."
    )
    taken = rows.take(np.sort(np.concatenate(chosen)), how)
    return taken if first == last else replace(taken, how_read=[*taken.how_read, _about_scores(sizes)])


def sizes_between(first: int, last: int, n_classes: int) -> list[int]:
    """The size of each of `n_classes` classes, two or more, on a straight line, rounded to the nearest integer.

    A half is rounded up. The numbers are computed with integers, so they are the same on every machine.

    >>> sizes_between(600, 6000, 10)
    [600, 1200, 1800, 2400, 3000, 3600, 4200, 4800, 5400, 6000]
    >>> sizes_between(1, 4, 3), sizes_between(4, 1, 3)
    ([1, 3, 4], [4, 3, 1])
    """
    steps = n_classes - 1
    return [first + (2 * (last - first) * index + steps) // (2 * steps) for index in range(n_classes)]


def _check_enough(
    title: str, names: Sequence[str], counts: npt.NDArray[np.int64], sizes: Sequence[int], option: str
) -> None:
    few = [
        f"{shown(name)} has {count:,} and needs {size:,}"
        for name, count, size in zip(names, counts.tolist(), sizes, strict=True)
        if count < size
    ]
    if few:
        raise UsageError(
            f"data set '{title}' has too few rows for {option} in {len(few)} of {len(names)} classes: "
            f"{_listed(few)}; choose smaller sizes, or read more splits"
        )


def _about_scores(sizes: Sequence[int]) -> Remark:
    best = 1 - min(sizes) / sum(sizes)
    return caveat(
        f"The classes have unequal sizes, {min(sizes):,} to {max(sizes):,} rows, and large classes dominate accuracy, "
        f"ARI and NMI: a method that does not find the smallest class can still have an accuracy of {best:.3f}. The "
        "confusion matrix shows each class."
    )


def _name(name: str) -> str:
    return name if len(name) <= 30 else f"{name[:30]}…"


def _listed(texts: Sequence[str]) -> str:
    """The texts, of more than `_LISTED` only the first ones and the last.

    >>> _listed([str(number) for number in range(30)]).count(",")
    20
    """
    if len(texts) <= _LISTED:
        return ", ".join(texts)
    others = len(texts) - _LISTED
    return f"{', '.join(texts[: _LISTED - 1])}, {others:,} others (`describe` lists all sizes), {texts[-1]}"
