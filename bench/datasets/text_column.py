"""Which column of a table has the texts."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from bench.datasets.text_words import words
from bench.errors import UsageError
from methods.registry import unknown_name

SAMPLE = 1000
"""Number of rows, the first ones, that decide which columns are texts."""
_FEWEST_WORDS = 3.0
"""A column of texts has at least so many words in a row on average; names, words and codes have fewer."""
_DISTINCT = 0.5
"""A column of texts has at least this share of distinct values; classes and categories have a lower one."""


def is_text(values: Sequence[object]) -> bool:
    """Whether these values of a column look like texts: several words each, and most of them distinct.

    >>> is_text(["the cat sat down", "a dog ran away", None]), is_text(["red", "dark red", "blue"])
    (True, False)
    >>> is_text(["1,234,567.89", "24.12.2024 18:30:00"])
    False
    """
    texts = [value for value in values if isinstance(value, str)]
    if not texts or len(texts) < len([value for value in values if value is not None]):
        return False
    many = float(np.mean([len(_with_letters(text)) for text in texts])) >= _FEWEST_WORDS
    return many and len(set(texts)) >= _DISTINCT * len(texts)


def _with_letters(text: str) -> list[str]:
    """The words that are more than digits: numbers and times are no texts."""
    return [word for word in words(text) if not word.isdigit()]


def named_text_column(name: str, columns: Mapping[str, str], source: str) -> str:
    """`name`, if it is a column of strings; `columns` has the type of each column. Raises UsageError otherwise."""
    if name not in columns:
        raise UsageError(f"data set '{source}': {unknown_name('column', name, columns)} (--text-column)")
    if columns[name] not in ("string", "large_string"):
        raise UsageError(
            f"data set '{source}': --text-column {name} has values of type {columns[name]}; expected strings"
        )
    return name


def only_text_column(samples: Mapping[str, Sequence[object]], source: str) -> str | None:
    """The only column of texts among `samples`, the first rows of the columns of strings without that of the labels.

    None if there is none. Raises UsageError, which names the columns, if there are several.
    """
    found = [name for name, values in samples.items() if is_text(values)]
    if len(found) > 1:
        raise UsageError(
            f"data set '{source}' has {len(found)} columns of texts, {', '.join(found)}; choose one with --text-column"
        )
    return found[0] if found else None


def has_texts(frame: pd.DataFrame) -> bool:
    """Whether a column looks like texts."""
    frame = frame.head(SAMPLE)
    return any(
        is_text(frame[name].dropna().tolist()) for name in frame.columns if frame[name].dtype.kind not in "biufcmM"
    )
