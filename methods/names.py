"""The message for an unknown name."""

from collections.abc import Iterable
from difflib import get_close_matches


def unknown_name(kind: str, name: str, known: Iterable[str]) -> str:
    """One line: the kind, the unknown name, the most similar valid name if there is one, and all valid names.

    >>> unknown_name("method", "decc", ["dec", "kmeans", "som"])
    "unknown method 'decc'; did you mean 'dec'? known: dec, kmeans, som"
    >>> unknown_name("method", "DEC", ["dec", "som"])
    "unknown method 'DEC'; did you mean 'dec'? known: dec, som"
    >>> unknown_name("method", "zzz", ["dec", "som"])
    "unknown method 'zzz'; known: dec, som"
    """
    names = sorted(known)
    lower = {each.lower(): each for each in names}
    near = get_close_matches(name.lower(), lower, n=1, cutoff=0.5)
    hint = f" did you mean '{lower[near[0]]}'?" if near else ""
    return f"unknown {kind} '{name}';{hint} known: {', '.join(names)}"
