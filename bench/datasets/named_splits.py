"""The rows that a split expression chooses, where the sizes of all splits are known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from datasets.arrow_reader import ReadInstruction

from bench.datasets.hub import one_line
from bench.datasets.splits import ALL, default_split, left_out_splits, not_valid, split_names
from bench.errors import UsageError
from bench.store.remarks import Remark
from methods.registry import unknown_name

Piece = tuple[str, int, int]
"""A split, the number of its first row, and the number after its last row."""


@dataclass(frozen=True)
class Chosen:
    """The rows of a split expression."""

    split: str
    """The expression; for the default split, the splits that there are."""
    rows: list[int]
    parts: dict[str, int]
    """Number of rows of each part of the expression, in order; empty if a part occurs twice or has no rows."""
    sizes: dict[str, int]
    """The same for messages: with each split as a part of its own if all are read."""
    notes: list[Remark]
    """At most one remark: the splits that are not read."""


def choose_rows(rows_of: Mapping[str, Sequence[int]], split: str, source: str) -> Chosen:
    """The rows that `split` chooses of those of each split. Raises UsageError as `choose` does."""
    sizes = {name: len(rows) for name, rows in rows_of.items() if rows}
    expression = default_split(sizes, split)
    pieces = choose(sizes, expression, source)
    counts = {part: sum(end - start for _, start, end in each) for part, each in pieces.items()}
    is_known = len(counts) == len(expression.split("+")) and all(counts.values())
    return Chosen(
        split=expression,
        rows=[row for each in pieces.values() for name, start, end in each for row in rows_of[name][start:end]],
        parts=counts if is_known else {},
        sizes=sizes if expression.strip() == ALL else counts,
        notes=left_out_splits(sizes, split, source),
    )


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


def _pieces(sizes: Mapping[str, int], part: str, split: str, source: str) -> list[Piece]:
    if part.strip() == ALL:
        return [(name, 0, size) for name, size in sizes.items()]
    try:
        absolute = ReadInstruction.from_spec(part).to_absolute(dict(sizes))
    except ValueError as error:
        raise UsageError(not_valid(split, source, sizes, one_line(error))) from error
    return [(each.splitname, each.from_, each.to) for each in absolute]
