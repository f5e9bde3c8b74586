"""File names of figures, made from the labels of groups."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

LONGEST = 100
"""Largest number of characters that a label gives to a file name."""


def file_names(labels: Sequence[str]) -> dict[str, str]:
    """By label, its part of a file name. Different labels have different parts, also if the case of letters is ignored.

    A part ends in a digest of its label if the label alone is too long or is not the only one with this part.

    >>> file_names(["kmeans (n_init=1)", "som"])
    {'kmeans (n_init=1)': 'kmeans_n_init_1', 'som': 'som'}
    >>> list(file_names(["a:b", "a/b"]).values())
    ['a_b-6783a31e', 'a_b-c14cddc0']
    """
    parts = {label: re.sub(r"[^A-Za-z0-9._-]+", "_", label).strip("_") for label in labels}
    count = Counter(part.lower() for part in parts.values())
    return {
        label: part if part and len(part) <= LONGEST and count[part.lower()] == 1 else _with_digest(part, label)
        for label, part in parts.items()
    }


def _with_digest(part: str, label: str) -> str:
    return f"{part[:LONGEST]}-{hashlib.sha256(label.encode(errors='surrogatepass')).hexdigest()[:8]}".lstrip("-")
