"""Labels of image files by name: from texts in a file to indices into the classes."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.datasets.columns import Kind, choice_note, label_columns, listed, passed_over_note
from bench.errors import UsageError
from bench.store.remarks import Remark

_WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_FRACTION = re.compile(r"[+-]?\d*\.\d+(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


def text_of(value: Any) -> str | None:
    """The label in a cell as text; None for an empty cell. A whole number has no decimal places.

    >>> text_of(1.0), text_of(" 2.0 "), text_of("cat"), text_of(""), text_of(float("nan"))
    ('1', '2', 'cat', None, None)
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return re.sub(r"^([+-]?\d+)\.0+$", r"\1", str(value).strip(), flags=re.ASCII) or None


def choose_column(
    columns: Mapping[str, Sequence[Any]], wanted: str | None, source: str
) -> tuple[str | None, list[Remark]]:
    """The column that has the labels, and remarks: the columns that were passed over.

    Raises UsageError if the column `wanted` does not exist or does not have labels.
    """
    kinds = {name: _kind(values) for name, values in columns.items()}
    chosen = label_columns(kinds, wanted, source)
    candidates = [name for name in chosen.candidates if kinds[name] not in ("floats", "lists")]
    if chosen.asked:
        if not candidates and chosen.candidates:
            raise UsageError(
                f"data set '{source}': --label-column {wanted}: this column has numbers that are not whole, or lists; "
                "expected words or whole numbers"
            )
        return (candidates[0] if candidates else None), []
    if not candidates:
        return None, passed_over_note(kinds, source)
    others = [name for name in columns if name != candidates[0]]
    more = f"not used: {listed(others)}" if others else ""
    return candidates[0], [choice_note(candidates[0], more=more).about(source)]


def indexed(labels: Sequence[str], also: Sequence[str] = ()) -> tuple[npt.NDArray[np.int64], list[str]]:
    """The indices of `labels` into the classes, and the classes, sorted: as numbers if all are whole numbers.

    `also` are classes without a row.

    >>> indexed(["10", "2", "10"])
    (array([1, 0, 1]), ['2', '10'])
    """
    distinct = {*labels, *also}
    whole = all(_WHOLE.fullmatch(label) for label in distinct)
    classes = sorted(distinct, key=lambda label: (int(label) if whole else 0, label))
    position = {label: code for code, label in enumerate(classes)}
    return np.array([position[label] for label in labels], dtype=np.int64), classes


def complete(
    labels: Sequence[str | None],
    names: Sequence[str],
    parts: Mapping[str, int],
    places: Mapping[str, str],
    source: str,
    noun: str = "images",
) -> list[str] | None:
    """The labels if each image has one; None if no image has one.

    `parts` are the splits that are read, with their sizes, and `places` the places of the labels in their files.
    `noun` is the word for the files in messages. Raises UsageError if only some images have a label; it names the
    splits without labels, or the first image.
    """
    missing = [row for row, label in enumerate(labels) if label is None]
    if not missing:
        return [label for label in labels if label is not None]
    if len(missing) == len(labels):
        return None
    start, without, whole = 0, [], []
    for part, size in parts.items():
        empty = sum(label is None for label in labels[start : start + size])
        without += [part] * (empty == size)
        whole += [part] * (empty == 0)
        start += size
    problem = f"data set '{source}': {len(missing):,} of {len(labels):,} {noun} have no label"
    if whole and len(whole) + len(without) == len(parts):
        splits = ", ".join(f"'{part}'" for part in without)
        raise UsageError(
            f"{problem}: those of the split {splits}; expected labels for all {noun} or for none; use `--split "
            f"{'+'.join(whole)}` to read those with labels, or `--label-column none` to use no labels"
        )
    name = names[missing[0]]
    place = f" ({places[name]})" if name in places else ""
    raise UsageError(
        f"{problem}, first {name!r}{place}; expected labels for all {noun} or for none; add the labels, remove "
        f"these {noun}, or use no labels with `--label-column none`"
    )


def _kind(values: Sequence[Any]) -> Kind:
    if any(isinstance(value, list | tuple | dict | bytes) for value in values):
        return "other"
    texts = [text for value in values if (text := text_of(value)) is not None]
    if all(_WHOLE.fullmatch(text) for text in texts):
        return "integers"
    if all(_WHOLE.fullmatch(text) or _FRACTION.fullmatch(text) for text in texts):
        return "floats"
    return "words"
