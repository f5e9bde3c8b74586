"""The rows of a data set before they are decoded: their labels, their names, and a way to read any of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt

from bench.store.remarks import Remark

Kind = Literal["images", "texts", "table"]
Opener = Callable[[], Any]
"""Decodes the content of one row: a `Picture`, a text, or an array of numbers.

It raises UsageError, which names the row, if it cannot."""


class RowIdentity(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which rows of the source these are."""

    names: tuple[str, ...] | None = None
    """File names or ids; None where the source has none."""
    numbers: tuple[int, ...] | None = None
    """Numbers in the source, from 0; None if no row was left out."""
    texts: tuple[str, ...] | None = None
    """The beginning of each text; None for other data."""


@dataclass(frozen=True, eq=False)
class Rows:
    """All rows of the chosen splits, in their order."""

    kind: Kind
    source: str
    """Where the rows come from, for tables: a package, an id on the Hub, or the name of a folder or file."""
    revision: str
    split: str
    parts: dict[str, int]
    """Number of rows of each part of `split`, in order; empty if they are not known."""
    n_rows: int
    labels: npt.NDArray[np.int64] | None
    """(n_rows,) indices into `class_names`; None without labels."""
    class_names: list[str] | None
    read: Callable[[Sequence[int]], Iterator[Opener]]
    """The openers of these rows, in the order of the argument."""
    names: tuple[str, ...] | None = None
    """(n_rows,) file names or ids; None where the source has none."""
    columns: tuple[str, ...] | None = None
    """Names of the numbers of a row of a table; None for images, texts, and numbers without names."""
    notes: list[Remark] = field(default_factory=list)
    """What was not read, which every table shows; facts and events for the user of a command alone."""
    how_read: list[Remark] = field(default_factory=list)
    """For the readers of each table of these data, too, such as the number of rows that were drawn."""
    skipped: list[str] = field(default_factory=list)
    """Each row that was left out because it cannot be read, with the reason."""
    origin: npt.NDArray[np.int64] | None = None
    """(n_rows,) numbers of the rows in the source; None if no row was left out."""
    typed: str = ""
    """Name of the data set as the user typed it, if it is bundled or on the Hub; else empty."""

    @property
    def title(self) -> str:
        """Name of the data set in errors."""
        return self.typed or self.source

    @property
    def identity(self) -> RowIdentity:
        """The names and numbers of the rows in the source."""
        return RowIdentity(self.names, None if self.origin is None else tuple(self.origin.tolist()))

    def __len__(self) -> int:
        return self.n_rows

    def called(self, row: int) -> str:
        """The name of a row, or its number in the source."""
        if self.names is not None:
            return repr(self.names[row])
        return f"row {row if self.origin is None else int(self.origin[row]):,}"

    def take(self, chosen: npt.NDArray[np.int64], how: Remark | None = None) -> "Rows":
        """Only these rows; `chosen` has their indices in ascending order. Classes without a row stay classes."""
        read = self.read

        def read_chosen(rows: Sequence[int]) -> Iterator[Opener]:
            return read(chosen[np.asarray(rows, dtype=np.int64)].tolist())

        ends = np.cumsum(list(self.parts.values()))
        counts = np.diff(np.searchsorted(chosen, ends), prepend=0)
        return replace(
            self,
            parts=dict(zip(self.parts, counts.tolist(), strict=True)),
            n_rows=len(chosen),
            labels=None if self.labels is None else self.labels[chosen],
            names=None if self.names is None else tuple(self.names[row] for row in chosen.tolist()),
            read=read_chosen,
            origin=chosen if self.origin is None else self.origin[chosen],
            how_read=self.how_read + ([] if how is None else [how]),
        )
