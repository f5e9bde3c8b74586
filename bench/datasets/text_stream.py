"""Texts as rows of features for the cache, with their facts and what must be told about them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import msgspec
import numpy as np
import numpy.typing as npt

from bench.datasets.preparation import Preparation, Steps, check_fits
from bench.datasets.rows import RowIdentity, Rows
from bench.datasets.stream import DecodingCallback, ImageStream, metadata_of
from bench.datasets.text_features import DIMENSIONS, features_of_new_texts, text_features
from bench.datasets.text_words import words
from bench.errors import UsageError
from bench.store.reading import Reading
from bench.store.remarks import caveat, fact
from bench.text import start_of

LONGEST_START = 160
"""Largest number of characters of a text that the cache keeps for readers of the results."""
_ROWS = 1000  # texts that are read at once


def text_stream(
    rows: Rows,
    reading: Reading,
    progress: DecodingCallback | None = None,
    learnt: Preparation | None = None,
) -> ImageStream:
    """TF-IDF features of `rows`, which are texts, by the words of `learnt`, if it is given.

    `progress` gets the number of texts whose words are counted, and of all texts. Raises UsageError if a text cannot be
    read, if the texts share too few words, or if `learnt` is not of texts.
    """
    texts = read_texts(rows)
    if learnt is not None:
        return _known_words(rows, texts, progress, learnt)
    features = text_features(_shown(texts, progress), len(texts), rows.title)
    n_dimensions = features.values.shape[1]
    kind = (
        f"TF-IDF of {features.n_words:,} words, SVD to {n_dimensions} dimensions "
        f"(explains {100 * features.explained:.0f} %), unit length"
    )
    said = [
        fact(length_text(texts)),
        fact(f"The features are made of {features.n_words:,} words, {features.rule}."),
        caveat(zero_text(rows, texts, features.zero)),
        fact(_fewer_text(len(rows), n_dimensions, features.n_words)),
    ]
    rows = replace(rows, how_read=rows.how_read + [remark for remark in said if remark.text])
    metadata = metadata_of(rows, n_columns=n_dimensions, feature_kind=kind)
    steps = Steps(kind="texts", n_features=n_dimensions, words=features.words, reading=reading)
    prepared = Preparation(steps, {"idf": features.idf, "components": features.components})
    return ImageStream(metadata, rows.labels, iter([features.values]), identity_of(rows, texts), prepared)


def _known_words(
    rows: Rows, texts: Sequence[str], progress: DecodingCallback | None, learnt: Preparation
) -> ImageStream:
    """The features of new texts by the words of the training texts."""
    check_fits(learnt, rows.title, "texts", learnt.steps.n_features)
    known, arrays = learnt.steps.words or [], learnt.arrays
    values = features_of_new_texts(_shown(texts, progress), known, arrays["idf"], arrays["components"])
    said = [fact(length_text(texts)), caveat(zero_text(rows, texts, np.flatnonzero(~values.any(axis=1))))]
    rows = replace(rows, how_read=rows.how_read + [remark for remark in said if remark.text])
    kind = f"TF-IDF of {len(known):,} words of the training texts, {values.shape[1]} dimensions, unit length"
    metadata = metadata_of(rows, n_columns=values.shape[1], feature_kind=kind)
    return ImageStream(metadata, rows.labels, iter([values]), identity_of(rows, texts), learnt)


def read_texts(rows: Rows) -> list[str]:
    """The texts of all rows. Raises UsageError, which names the row, if one cannot be read."""
    texts: list[str] = []
    for start in range(0, len(rows), _ROWS):
        batch = range(start, min(start + _ROWS, len(rows)))
        texts += [opened() for opened in rows.read(batch)]
    return texts


def identity_of(rows: Rows, texts: Sequence[str]) -> RowIdentity:
    """The names and numbers of the rows, and the beginnings of their texts."""
    starts = tuple(start_of(text, LONGEST_START) for text in texts)
    return msgspec.structs.replace(rows.identity, texts=starts)


def _shown(texts: Sequence[str], progress: DecodingCallback | None) -> Iterator[str]:
    """The texts one after the other; to count their words takes most of the time."""
    for done, text in enumerate(texts, 1):
        yield text
        if progress is not None and (done % _ROWS == 0 or done == len(texts)):
            progress(done, len(texts))


def length_text(texts: Sequence[str]) -> str:
    """How long the texts are.

    >>> length_text(["the cat", "a cat sat down"])
    'The 2 texts have 2 to 3 words, median 2.5.'
    """
    lengths = np.array([len(words(text)) for text in texts])
    return (
        f"The {len(texts):,} texts have {lengths.min():,} to {lengths.max():,} words, median {np.median(lengths):,g}."
    )


def zero_text(rows: Rows, texts: Sequence[str], zero: npt.NDArray[np.int64]) -> str:
    """What is said about texts whose features are all zero; empty if there are none."""
    if not len(zero):
        return ""
    empty = sum(not texts[row].strip() for row in zero.tolist())
    have = "text has" if len(zero) == 1 else "texts have"
    return (
        f"{len(zero):,} {have} no word that counts ({empty:,} empty), first {rows.called(int(zero[0]))}: all of their "
        "features are 0, so they are equally far from all other texts."
    )


def _fewer_text(n_texts: int, n_dimensions: int, n_words: int) -> str:
    if n_dimensions == DIMENSIONS:
        return ""
    return (
        f"There are {n_dimensions} features instead of {DIMENSIONS}, because {n_texts:,} texts have {n_words:,} words."
    )


def check_text(text: object, source: str, place: str) -> str:
    """The text. Raises UsageError if it is missing, or is something else than a text."""
    if isinstance(text, str):
        return text
    what = "has no text" if text is None else f"has a value of type {type(text).__name__} instead of a text"
    raise UsageError(f"data set '{source}': {place} {what}; expected a text in each row, which may be empty")
