"""The estimated time that a run still needs."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from bench.store.records import Cell


class TimeLeft:
    """The expected wall seconds of the cells that are left.

    A cell is expected to take the mean of the finished cells with its method, preset and latent size. Each call takes a
    time that does not depend on the number of cells.

    >>> cells = [Cell(method="som", seed=seed, n_clusters=2) for seed in range(3)]
    >>> time_left = TimeLeft(cells)
    >>> time_left.ended(cells[0], seconds=4.0)
    >>> time_left.seconds(n_at_once=2)
    4.0
    """

    def __init__(self, cells: Iterable[Cell]) -> None:
        """`cells`: the cells that are left now."""
        self._n_left = Counter(map(_kind, cells))
        self._n_taken: Counter[_Kind] = Counter()
        self._seconds: defaultdict[_Kind, float] = defaultdict(float)

    def took(self, cell: Cell, seconds: float) -> None:
        """Learn the seconds of a cell that is not among the cells that are left."""
        self._n_taken[_kind(cell)] += 1
        self._seconds[_kind(cell)] += seconds

    def ended(self, cell: Cell, seconds: float | None = None) -> None:
        """A cell has ended. `seconds`: how long it took, if it ran here."""
        self._n_left[_kind(cell)] -= 1
        if seconds is not None:
            self.took(cell, seconds)

    def seconds(self, n_at_once: int) -> float | None:
        """The expected seconds if `n_at_once` cells run at the same time.

        None if no cell is left, or if no cell with the method, preset and latent size of a cell that is left has
        finished.
        """
        left = {kind: count for kind, count in self._n_left.items() if count}
        if not left or any(kind not in self._n_taken for kind in left):
            return None
        work = sum(count * self._seconds[kind] / self._n_taken[kind] for kind, count in left.items())
        return work / max(1, n_at_once)


def duration(seconds: float) -> str:
    """A duration as text, rounded.

    >>> duration(59.0), duration(3600.0), duration(90000.0)
    ('59 s', '60 min', '25.0 h')
    """
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


_Kind = tuple[str, str | None, int | None]


def _kind(cell: Cell) -> _Kind:
    return cell.method, cell.preset, cell.latent_dim
