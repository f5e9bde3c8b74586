"""The message for an unknown name, and the valid names that a person may have meant by it."""

import re
from collections.abc import Iterable

_MOST = 3
"""Most names that a message proposes."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def unknown_name(kind: str, name: str, known: Iterable[str]) -> str:
    """One line: the kind, the unknown name, the valid names near to it (see `nearest`), and all valid names.

    >>> unknown_name("method", "decc", ["dec", "kmeans", "som"])
    "unknown method 'decc'; did you mean 'dec'? known: dec, kmeans, som"
    >>> unknown_name("method", "gmm", ["ae-gmm", "som", "umap-gmm"])
    "unknown method 'gmm'; did you mean 'ae-gmm' or 'umap-gmm'? known: ae-gmm, som, umap-gmm"
    >>> unknown_name("method", "zzz", ["dec", "som"])
    "unknown method 'zzz'; known: dec, som"
    """
    names = sorted(known)
    return f"unknown {kind} '{name}';{did_you_mean(nearest(name, names))} known: {', '.join(names)}"


def did_you_mean(names: Iterable[str]) -> str:
    """A question that begins with a space; empty without names.

    >>> did_you_mean(["a", "b", "c"])
    " did you mean 'a', 'b' or 'c'?"
    """
    *others, last = [f"'{name}'" for name in names] or [""]
    if not last:
        return ""
    return f" did you mean {', '.join(others)}{' or ' if others else ''}{last}?"


def nearest(name: str, known: Iterable[str], *, words: bool = True) -> tuple[str, ...]:
    """The valid names that a person may have meant by `name`: at most three, or none.

    Case, spaces and punctuation do not count. The first rule that finds a name decides:

    1. The names are equal.
    2. Few typing errors lie between them: one, or one in four letters of a longer name. Of two names with three
       letters, the first letter must agree: `gpu` is not near to `cpu`.
    3. One name has the other one as a word, or a word that begins with at least three letters of it. `words=False`
       leaves this rule out.

    >>> nearest("K_Means", ["dec", "kmeans"]), nearest("mnsit", ["mnist", "usps"]), nearest("iris", ["digits", "usps"])
    (('kmeans',), ('mnist',), ())
    >>> nearest("Spectral", ["DBSCAN", "SpectralClustering"]), nearest("digits.csv", ["digits", "usps"])
    (('SpectralClustering',), ('digits',))
    """
    typed, names = _letters(name), list(known)
    if not typed:
        return ()
    if equal := [each for each in names if _letters(each) == typed]:
        return tuple(equal[:_MOST])
    errors = {each: _errors(typed, _letters(each)) for each in names}
    if few := [each for each in names if errors[each] <= _allowed(typed, _letters(each))]:
        fewest = min(errors[each] for each in few)
        return tuple(each for each in few if errors[each] == fewest)[:_MOST]
    return tuple(each for each in names if words and (_has_part(each, name) or _is_part(each, name)))[:_MOST]


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _allowed(typed: str, valid: str) -> int:
    """The most typing errors between two near names."""
    shorter, longer = sorted((typed, valid), key=len)
    if len(shorter) < 2 or (len(shorter) == len(longer) <= 3 and shorter[0] != longer[0]):
        return 0
    return max(1, len(longer) // 4)


def _errors(first: str, second: str) -> int:
    """The fewest typing errors between two words: a wrong, additional or missing letter, or two letters swapped."""
    rows = [list(range(len(second) + 1))]
    for i, letter in enumerate(first, 1):
        row = [i]
        for j, other in enumerate(second, 1):
            row.append(min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != other)))
            if i > 1 and j > 1 and letter == second[j - 2] and other == first[i - 2]:
                row[j] = min(row[j], rows[-2][j - 2] + 1)
        rows.append(row)
    return rows[-1][-1]


def _has_part(valid: str, name: str) -> bool:
    """Whether the valid name, from the start of one of its words, begins with `name`."""
    typed = _letters(name)
    return len(typed) > 2 and any(_letters(valid[match.start() :]).startswith(typed) for match in _WORD.finditer(valid))


def _is_part(valid: str, name: str) -> bool:
    """Whether the words of the valid name stand in `name`, one after the other."""
    words, typed = _WORD.findall(valid.lower()), _WORD.findall(name.lower())
    return any(typed[i : i + len(words)] == words for i in range(len(typed)))
