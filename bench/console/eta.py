"""Estimates the time that a run still needs."""

from collections.abc import Iterable, Sequence
from statistics import mean

from bench.store.records import Cell


def seconds_left(finished: Iterable[tuple[Cell, float]], left: Sequence[Cell], n_at_once: int) -> float | None:
    """Estimated wall seconds for the cells that are left, if `n_at_once` cells run at the same time.

    `finished` are cells and the seconds that each took. A cell is expected to take the mean of the finished cells with
    its method, preset and latent size. None if a cell has no such finished cell.
    """
    seconds: dict[tuple[object, ...], list[float]] = {}
    for cell, taken in finished:
        seconds.setdefault(_kind(cell), []).append(taken)
    if not all(seconds.get(_kind(cell)) for cell in left):
        return None
    return sum(mean(seconds[_kind(cell)]) for cell in left) / max(1, n_at_once)


def duration(seconds: float) -> str:
    """A duration as text, rounded.

    >>> duration(59.0), duration(3600.0), duration(90000.0)
    ('59 s', '60 min', '25.0 h')
    """
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _kind(cell: Cell) -> tuple[object, ...]:
    return cell.method, cell.preset, cell.latent_dim
