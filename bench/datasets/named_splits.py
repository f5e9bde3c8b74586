"""The rows that a split expression chooses, where the sizes of all splits are known."""

from collections.abc import Mapping

from datasets.arrow_reader import ReadInstruction

from bench.datasets.catalogue import DEFAULT_SPLIT
from bench.datasets.hub import one_line
from bench.datasets.splits import ALL, not_valid, split_names
from bench.errors import UsageError
from methods.registry import unknown_name

Piece = tuple[str, int, int]
"""A split, the number of its first row, and the number after its last row."""


def default_split(sizes: Mapping[str, int], split: str) -> str:
    """`split`; if it is DEFAULT_SPLIT and the data set lacks train or test, the splits that it has."""
    if split != DEFAULT_SPLIT:
        return split
    return "+".join([name for name in DEFAULT_SPLIT.split("+") if name in sizes] or sizes)


def choose(sizes: Mapping[str, int], split: str, source: str) -> dict[str, list[Piece]]:
    """The pieces of splits that each part of the expression chooses, in order.

    A part that occurs twice has its pieces twice. Raises UsageError if the expression is not valid or chooses nothing.

    >>> choose({"train": 10, "test": 4}, "test[1:3]+train[:20%]", "set")
    {'test[1:3]': [('test', 1, 3)], 'train[:20%]': [('train', 0, 2)]}
    """
    for name in split_names(split):
        if name not in sizes and name != ALL:
            raise UsageError(f"data set '{source}': {unknown_name('split', name, sizes)}")
    chosen: dict[str, list[Piece]] = {}
    for part in split.split("+"):
        chosen.setdefault(part, []).extend(_pieces(sizes, part, split, source))
    if not any(end > start for pieces in chosen.values() for _, start, end in pieces):
        raise UsageError(f"data set '{source}': split '{split}' is empty; expected at least one row")
    return chosen


def left_out_splits(sizes: Mapping[str, int], split: str, source: str) -> list[str]:
    """At most one line, if `split` is DEFAULT_SPLIT: the splits that it does not read, and the remedy."""
    read = default_split(sizes, split).split("+")
    missing = [f"'{name}' ({size:,} rows)" for name, size in sizes.items() if name not in read]
    if split != DEFAULT_SPLIT or not missing:
        return []
    return [
        f"data set '{source}': split {' and '.join(missing)} {'are' if len(missing) > 1 else 'is'} not read, only "
        f"{' and '.join(read)}; --split {ALL} reads all rows"
    ]


def _pieces(sizes: Mapping[str, int], part: str, split: str, source: str) -> list[Piece]:
    if part.strip() == ALL:
        return [(name, 0, size) for name, size in sizes.items()]
    try:
        absolute = ReadInstruction.from_spec(part).to_absolute(dict(sizes))
    except ValueError as error:
        raise UsageError(not_valid(split, source, sizes, one_line(error))) from error
    return [(each.splitname, each.from_, each.to) for each in absolute]
