"""Finds the rows of a data set by the names that people write."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bench.datasets.image_names import without_ending
from bench.datasets.quoted import shown
from bench.store.remarks import Remark, fact

AMBIGUOUS = -1
"""What is found for a name that several rows may have."""


class RowFinder:
    """Finds rows by their paths, by their paths without the ending, or by file names alone if these are unique.

    The folder of the data set may stand before a path. Small and capital letters are different, unless no row has the
    name in these letters and only one has it in others.
    """

    def __init__(self, names: Sequence[str], source: str, *, by_ends: bool = False) -> None:
        """`names` are the paths of the rows.

        With `by_ends`, a path from another place, such as `C:\\Users\\Eve\\cat\\1.png`, names the row whose path has
        the longest common end with it, if there is only one. It may be wrong for files of which the data set has only
        some, so it is for files of which no line names a row otherwise.
        """
        self.names, self.by_ends = names, by_ends
        files = [name.rpartition("/")[2] for name in names]
        forms = [
            names,
            [f"{source}/{name}" for name in names],
            [without_ending(name) for name in names],
            [f"{source}/{without_ending(name)}" for name in names],
            files,
            [without_ending(file) for file in files],
        ]
        self._rows = [_positions(enumerate(form)) for form in forms]
        self._folded = [_positions((row, name.casefold()) for row, name in enumerate(form)) for form in forms]
        self._ends = _positions(_all_ends(names)) if by_ends else {}
        self._first: tuple[str, int] | None = None

    def find(self, name: str) -> int | None:
        """The row with this name; None if there is none, and AMBIGUOUS if there are several."""
        path = name.replace("\\", "/").removeprefix("./")
        for texts, forms in (((name, path), self._rows), ((name.casefold(), path.casefold()), self._folded)):
            for text in dict.fromkeys(texts):
                for rows in forms:
                    if text in rows:
                        return rows[text]
        if not self.by_ends:
            return None
        if "://" in path:
            path = re.split(r"[?#]", path, maxsplit=1)[0]
        row = next((self._ends[end] for end in _ends(path.casefold()) if end in self._ends), None)
        if row is not None and row != AMBIGUOUS and self._first is None:
            self._first = name, row
        return row

    def fitting(self, name: str) -> list[str]:
        """Two names that end like `name`."""
        ends = set(_ends(name.replace("\\", "/").casefold()))
        return [
            each for each in self.names if ends & {*_ends(each.casefold()), *_ends(without_ending(each.casefold()))}
        ][:2]

    def notes(self, problem: str) -> list[Remark]:
        """At most one remark: names were found by their ends; `problem` names the data set and the file."""
        if self._first is None:
            return []
        name, row = self._first
        return [fact(f"{problem}: rows are found by the ends of paths: {shown(name)} is {shown(self.names[row])}")]


def _all_ends(names: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Every end of every path, with and without the ending of the file."""
    for row, name in enumerate(names):
        folded = name.casefold()
        for end in {*_ends(folded), *_ends(without_ending(folded))}:
            yield row, end


def _ends(path: str) -> list[str]:
    """The path and what follows each separator, the longest first.

    >>> _ends("a/b/1.png")
    ['a/b/1.png', 'b/1.png', '1.png']
    """
    parts = path.split("/")
    return ["/".join(parts[start:]) for start in range(len(parts)) if parts[-1]]


def _positions(names: Iterable[tuple[int, str]]) -> dict[str, int]:
    rows: dict[str, int] = {}
    for row, name in names:
        rows[name] = AMBIGUOUS if rows.get(name, row) != row else row
    return rows
