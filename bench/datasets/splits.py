"""Split expressions such as `train+test` or `train[:10%]`, and what is wrong with one."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from bench.datasets.catalogue import DEFAULT_SPLIT
from bench.datasets.hub import one_line
from bench.errors import UsageError
from methods.registry import unknown_name

if TYPE_CHECKING:
    import datasets


def present(builder: "datasets.DatasetBuilder", split: str) -> str:
    """`split`, but the one of train and test that there is where DEFAULT_SPLIT asks for both."""
    found = [name for name in DEFAULT_SPLIT.split("+") if name in (builder.info.splits or {})]
    return found[0] if split == DEFAULT_SPLIT and len(found) == 1 else split


def select(builder: "datasets.DatasetBuilder", split: str, source: str) -> "datasets.Dataset":
    """The rows that `split` names, in its order."""
    known = list(builder.info.splits or {})
    for name in _split_names(split):
        if name not in known and name != "all":
            raise UsageError(f"data set '{source}': {unknown_name('split', name, known)}")
    try:
        table = builder.as_dataset(split=split)
        rows = len(table)
    except ValueError as error:
        if "no data" not in str(error):
            raise UsageError(_not_understood(split, source, known, one_line(error))) from error
        rows = 0
    if not rows:
        raise UsageError(f"data set '{source}': split '{split}' is empty; expected at least one image")
    return table


def _split_names(split: str) -> list[str]:
    """Names in an expression, as far as it is one.

    >>> _split_names("train[:10%]+test")
    ['train', 'test']
    """
    matches = (re.match(r"\s*(\w+(?:[.-]\w+)*)\s*(?:\[.*\]\s*(?:\(.*\)\s*)?)?$", part) for part in split.split("+"))
    return [match[1] for match in matches if match]


def _not_understood(split: str, source: str, known: Iterable[str], reason: str) -> str:
    return (
        f"data set '{source}': split '{split}' is not understood ({reason}); "
        f"expected such as train, train[:1000] or train+test, of the splits: {', '.join(known)}"
    )
