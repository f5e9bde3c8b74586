"""How long a run will take still."""

from collections.abc import Iterable, Sequence
from statistics import mean

from bench.store.records import Cell


def seconds_left(took: Iterable[tuple[Cell, float]], left: Sequence[Cell], at_once: int) -> float | None:
    """From what finished cells took: each cell takes as long as those of its method, preset and latent size did.

    None while one of them has no example. `at_once`: how many cells run at a time.
    """
    examples: dict[tuple[object, ...], list[float]] = {}
    for cell, seconds in took:
        examples.setdefault(_kind(cell), []).append(seconds)
    if not all(examples.get(_kind(cell)) for cell in left):
        return None
    return sum(mean(examples[_kind(cell)]) for cell in left) / max(1, at_once)


def duration(seconds: float) -> str:
    """In words.

    >>> duration(59.0), duration(3600.0), duration(90000.0)
    ('59 s', '60 min', '25.0 h')
    """
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _kind(cell: Cell) -> tuple[object, ...]:
    return cell.method, cell.preset, cell.latent_dim
