"""Words such as NA and None among the true labels: in a text file they mean a missing value, elsewhere a class."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bench.datasets.table_dialect import MISSING
from bench.store.remarks import Remark, caveat


def shown_cell(word: str) -> str:
    """What stands in a cell without a value; `word` is empty if the cell is.

    >>> shown_cell("NA"), shown_cell("")
    ("'NA', which means a missing value,", 'an empty cell')
    """
    return f"{word!r}, which means a missing value," if word in MISSING - {""} else "an empty cell"


def to_keep(word: str) -> str:
    """The remedy for a class that is called like a missing value; empty for an empty cell.

    >>> to_keep("None")
    "; if 'None' is a class, write another word for it, such as 'class None'"
    """
    return f"; if {word!r} is a class, write another word for it, such as 'class {word}'" if word else ""


def word_classes(labels: NDArray[np.int64], class_names: Sequence[str], where: str) -> list[Remark]:
    """A remark for each class that is called like a missing value, with its number of rows.

    `labels` are indices into `class_names`, (n_rows,), and `where` is the place of the labels in messages.

    >>> word_classes(np.array([0, 1, 0]), ["None", "cat"], "'kind'")[0].text
    "2 rows have the label 'None' in 'kind', which is a class there: where a label is missing, leave it empty"
    """
    found = []
    for number, name in enumerate(class_names):
        count = int((labels == number).sum())
        if name in MISSING and count:
            have = "rows have" if count > 1 else "row has"
            found.append(
                caveat(
                    f"{count:,} {have} the label {name!r} in {where}, which is a class there: where a label is "
                    "missing, leave it empty"
                )
            )
    return found
