"""Which samples the page shows: the same random ones for all fits, and examples of what they lack."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MOST_DRAWN = 5000
"""Largest number of samples that are drawn."""
MOST_ADDED = 2000
"""Largest number of samples that are added as examples."""
MOST_VALUES = 100_000_000
"""Largest number of values of the drawn samples: large images would not fit into the memory."""
POINT_BYTES = 1_100_000
"""Largest number of bytes of the coordinates and clusters of the drawn samples."""
FEWEST = 200
EXAMPLES = 4
"""Number of samples that each field of a confusion matrix has at least, if there are so many."""
_SEED = 20_261_129


def drawn_rows(n_samples: int, n_features: int, bytes_per_sample: int) -> NDArray[np.intp]:
    """Rows of the drawn samples, in ascending order: at most 5,000, and fewer of many fits or of large samples.

    They are drawn uniformly, without regard to labels, and are the same in every call.
    """
    most = min(MOST_DRAWN, MOST_VALUES // n_features, POINT_BYTES // bytes_per_sample)
    # RandomState: unlike that of a Generator, its stream is the same in every version of numpy.
    order = np.random.RandomState(_SEED).permutation(n_samples)
    return np.sort(order[: max(FEWEST, most)])


def with_examples(
    drawn: NDArray[np.intp],
    n_samples: int,
    examples: Iterable[int],
    classes: NDArray[np.int64] | None,
    labelings: Sequence[NDArray[np.int64]],
) -> NDArray[np.intp]:
    """The drawn rows, then the rows that are added: `examples`, and rows of rare fields of a confusion matrix.

    `classes` and each of `labelings` have the shape (n_samples,).
    """
    is_drawn = np.zeros(n_samples, bool)
    is_drawn[drawn] = True
    added = dict.fromkeys(row for row in examples if not is_drawn[row])
    if classes is not None:
        for labels in labelings:
            if len(added) >= MOST_ADDED:
                break
            added.update(dict.fromkeys(_rare(classes, labels, is_drawn)))
    return np.concatenate([drawn, np.array(list(added)[:MOST_ADDED], np.intp)])


def _rare(classes: NDArray[np.int64], labels: NDArray[np.int64], is_drawn: NDArray[np.bool_]) -> list[int]:
    """Rows that are not drawn, of the pairs of class and cluster that have fewer than four drawn samples."""
    pairs = pd.DataFrame({"class": classes, "cluster": labels})
    n_drawn = pairs.assign(drawn=is_drawn).groupby(["class", "cluster"])["drawn"].transform("sum")
    others = pairs[~is_drawn]
    place = others.groupby(["class", "cluster"]).cumcount()
    rows: list[int] = others.index[place < EXAMPLES - n_drawn[~is_drawn]].tolist()
    return rows
