"""Pairs of rows that are compared: of one experiment, or of two."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from bench.report.groups import Group


@dataclass(frozen=True)
class RowPair:
    """Two rows; the titles also have the experiment if there are two."""

    new: Group
    base: Group
    new_title: str
    base_title: str

    @property
    def title(self) -> str:
        """For example `dec − kmeans`."""
        return f"{self.new_title} − {self.base_title}"


def pairs_within(rows: Sequence[Group]) -> list[RowPair]:
    """Every two rows of one experiment."""
    return [RowPair(new, base, new.label, base.label) for new, base in combinations(rows, 2)]


def pairs_between(names: tuple[str, str], rows: tuple[Sequence[Group], Sequence[Group]], across: bool) -> list[RowPair]:
    """Rows of two experiments: those with equal labels or, with `across`, each row of one with each of the other."""
    return [
        RowPair(new, base, f"{new.label} ({names[0]})", f"{base.label} ({names[1]})")
        for new in rows[0]
        for base in rows[1]
        if across or new.label == base.label
    ]
