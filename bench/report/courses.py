"""The accuracy of one row during its fits: the mean over the seeds, and the lowest and the highest."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FILE = "time_to_accuracy.csv"
"""The accuracy of every labelling that the fits stored, as `figures` writes it and a published folder has it."""
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Course:
    """The course of one row. All arrays have one value for each labelling, in the order of time."""

    seconds: Values
    """Mean over the seeds."""
    mean: Values
    low: Values
    """Lowest accuracy of a seed."""
    high: Values


def course_of(fits: Sequence[tuple[Values, Values]]) -> Course:
    """The course of the fits of one row, each of which has the seconds and the accuracies of its labellings.

    The first labellings of all fits belong together, and so do the second ones and all others. A fit that ended earlier
    keeps its last accuracy and its last time.

    >>> one, other = (np.array([1.0, 3.0]), np.array([0.5, 0.9])), (np.array([2.0]), np.array([0.7]))
    >>> course = course_of([one, other])
    >>> course.seconds.tolist(), course.mean.round(3).tolist(), course.low.tolist()
    ([1.5, 2.5], [0.6, 0.8], [0.5, 0.7])
    """
    longest = max(len(seconds) for seconds, _ in fits)

    def padded(place: int) -> Values:
        return np.array([np.pad(fit[place], (0, longest - len(fit[place])), "edge") for fit in fits])

    accuracy = padded(1)
    return Course(padded(0).mean(axis=0), accuracy.mean(axis=0), accuracy.min(axis=0), accuracy.max(axis=0))
