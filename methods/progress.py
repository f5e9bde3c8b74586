"""How far a fit is: the value that a fit reports, and the callback that receives the value."""

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Progress", "ProgressCallback", "no_progress", "part_of"]


@dataclass(frozen=True)
class Progress:
    """How far one phase of a fit is."""

    phase: str
    """Name of the phase, such as `pretrain`, `cluster` or `map`."""
    done: float
    """Units that are done, 0 ≤ done ≤ total: epochs or steps, as the phase counts them."""
    total: float
    """Units of the whole phase."""
    loss: float | None = None
    """The latest loss; None in a phase without a loss."""


ProgressCallback = Callable[[Progress], None]
"""Receives each progress value of a fit, in order."""


def no_progress(progress: Progress) -> None:
    """A callback that ignores every progress value."""


def part_of(callback: ProgressCallback, before: float, units: float, total: float) -> ProgressCallback:
    """A callback for one part of a phase of `total` units: the part has `units`, and `before` units came before it.

    >>> part_of(print, 3, 2, 6)(Progress("cluster", 5, 10))
    Progress(phase='cluster', done=4.0, total=6, loss=None)
    """
    return lambda part: callback(Progress(part.phase, before + units * part.done / part.total, total, part.loss))
