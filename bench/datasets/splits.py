"""Split expressions such as `train+test` or `train[:10%]`."""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from bench.datasets.catalogue import DEFAULT_SPLIT
from bench.datasets.hub import one_line
from bench.errors import UsageError
from bench.store.remarks import Remark, caveat
from methods.registry import unknown_name

if TYPE_CHECKING:
    import datasets

ALL = "all"
"""The expression for all splits."""


def available_split(builder: "datasets.DatasetBuilder", split: str) -> str:
    """The same as `default_split`, for the splits of a builder."""
    return default_split(builder.info.splits or {}, split) or split


def default_split(known: Iterable[str], split: str) -> str:
    """`split`; if it is DEFAULT_SPLIT and the data set lacks train or test, the splits that it has.

    With one of the two, it is this one; with neither, all splits in their order.
    """
    if split != DEFAULT_SPLIT:
        return split
    names = list(known)
    return "+".join([name for name in DEFAULT_SPLIT.split("+") if name in names] or names)


def left_out(builder: "datasets.DatasetBuilder", split: str, source: str) -> list[Remark]:
    """The same as `left_out_splits`, for the splits of a builder."""
    sizes = {name: each.num_examples for name, each in (builder.info.splits or {}).items()}
    return left_out_splits(sizes, split, source)


def left_out_splits(sizes: Mapping[str, int], split: str, source: str) -> list[Remark]:
    """At most one remark, if `split` is DEFAULT_SPLIT: the splits with rows that it does not read, and the remedy."""
    read = default_split(sizes, split).split("+")
    missing = [
        f"'{name}' ({size:,} {'rows' if size > 1 else 'row'})"
        for name, size in sizes.items()
        if size and name not in read
    ]
    if split != DEFAULT_SPLIT or not missing:
        return []
    return [
        caveat(
            f"data set '{source}': split {' and '.join(missing)} {'are' if len(missing) > 1 else 'is'} not read, only "
            f"{' and '.join(read)}; --split {ALL} reads all rows"
        )
    ]


def select(builder: "datasets.DatasetBuilder", split: str, source: str) -> "datasets.Dataset":
    """The rows of `split`, in the order of its parts. Raises UsageError if the expression is not valid or is empty."""
    known = list(builder.info.splits or {})
    for name in split_names(split):
        if name not in known and name != ALL:
            raise UsageError(f"data set '{source}': {unknown_name('split', name, known)}")
    try:
        table = builder.as_dataset(split=split)
        n_rows = len(table)
    except ValueError as error:
        if "no data" not in str(error):
            raise UsageError(not_valid(split, source, known, one_line(error))) from error
        n_rows = 0
    if not n_rows:
        raise UsageError(f"data set '{source}': split '{split}' is empty; expected at least one row")
    return table


def part_sizes(builder: "datasets.DatasetBuilder", split: str) -> dict[str, int]:
    """Number of rows of each part of a valid expression, in order; the parts are the texts between its `+` signs.

    Empty if two parts are equal, or if one part alone is not a valid expression or has no rows.
    """
    parts = split.split("+")
    try:
        sizes = {part: len(builder.as_dataset(split=part)) for part in parts}
    except ValueError:
        return {}
    return sizes if len(sizes) == len(parts) else {}


def rows_by_split(builder: "datasets.DatasetBuilder", split: str, parts: dict[str, int]) -> dict[str, int]:
    """`parts`, with each split as a part of its own if all are read."""
    if split != ALL:
        return parts
    return {name: each.num_examples for name, each in (builder.info.splits or {}).items() if each.num_examples}


def split_names(split: str) -> list[str]:
    """Names of splits in an expression; parts that are not valid are left out.

    >>> split_names("train[:10%]+test")
    ['train', 'test']
    """
    matches = (re.match(r"\s*(\w+(?:[.-]\w+)*)\s*(?:\[.*\]\s*(?:\(.*\)\s*)?)?$", part) for part in split.split("+"))
    return [match[1] for match in matches if match]


def not_valid(split: str, source: str, known: Iterable[str], reason: str) -> str:
    """The message for an expression that is not valid."""
    return (
        f"data set '{source}': split '{split}' is not a valid expression ({reason}); "
        f"expected for example train, train[:1000] or train+test; the data set has the splits: {', '.join(known)}"
    )
