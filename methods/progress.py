"""How far a fit is: the value that a fit reports, and the callback that receives it."""

from collections.abc import Callable
from dataclasses import dataclass


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
"""Receives each report of a fit, in order."""


def no_progress(progress: Progress) -> None:
    """A callback that ignores every report."""


def part_of(callback: ProgressCallback, before: float, total: float) -> ProgressCallback:
    """A callback for one part of a phase: `before` units came before the part, the whole phase has `total`."""
    return lambda part: callback(Progress(part.phase, before + part.done, total, part.loss))
