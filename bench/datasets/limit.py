"""A part of the rows, drawn at random: always the same rows of the same data."""

import numpy as np
import numpy.typing as npt

from bench.datasets.rows import Rows
from bench.errors import UsageError
from bench.store.reading import Reading
from bench.store.remarks import fact, part

SEED = 0
"""Of the generator that draws the rows. It is fixed, so that every run has the same rows, whatever its seeds."""


def limited(rows: Rows, reading: Reading) -> Rows:
    """`reading.limit` of the rows, in their order, drawn without replacement; all rows without a limit.

    With `reading.stratify`, each class keeps its share of the rows, and at least one row. Raises UsageError if there
    are no labels then, or fewer rows than classes are asked for.
    """
    if reading.limit is None:
        return rows
    n_rows = len(rows)
    if reading.stratify and rows.labels is None:
        raise UsageError(
            f"data set '{rows.title}' has no labels, which --stratify needs; give --limit alone, or name the labels "
            "with --label-column or --labels"
        )
    if reading.limit >= n_rows:
        everything = fact(f"All {n_rows:,} rows are used: --limit {reading.limit:,} is not below it.")
        return rows.take(np.arange(n_rows), everything)
    generator = np.random.default_rng(SEED)
    if not reading.stratify or rows.labels is None:
        drawn = np.sort(generator.choice(n_rows, reading.limit, replace=False))
        return rows.take(drawn, part(f"{reading.limit:,} of {n_rows:,} rows, drawn at random (generator seed {SEED})."))
    counts = np.bincount(rows.labels)
    if reading.limit < (n_classes := np.count_nonzero(counts)):
        raise UsageError(
            f"--limit {reading.limit} with --stratify needs at least one row for each of the {n_classes} classes of "
            f"data set '{rows.title}'; expected at least {n_classes}"
        )
    parts = [
        generator.choice(np.flatnonzero(rows.labels == label), share, replace=False)
        for label, share in enumerate(shares(counts, reading.limit))
    ]
    how = part(
        f"{reading.limit:,} of {n_rows:,} rows, drawn at random within each class so that the classes keep their "
        f"shares (generator seed {SEED}); the true labels were used for this draw only."
    )
    return rows.take(np.sort(np.concatenate(parts)), how)


def shares(counts: npt.NDArray[np.int64], total: int) -> list[int]:
    """Rows of each class, `total` together, in proportion to `counts`: the largest remainders are rounded up.

    A class with rows keeps at least one; the classes that are furthest above their share give them.

    >>> shares(np.array([90, 9, 1, 0]), 10)
    [8, 1, 1, 0]
    """
    exact = counts * total / counts.sum()
    result = np.maximum(np.floor(exact).astype(np.int64), counts > 0)
    while (missing := total - int(result.sum())) != 0:
        step = 1 if missing > 0 else -1
        possible = result < counts if step > 0 else result > 1
        result[np.argmax(np.where(possible, step * (exact - result), -np.inf))] += step
    return [int(share) for share in result]
