"""Labels during a fit, with their times."""

from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Trace:
    """Labels that were kept, in order."""

    def __init__(self, seconds_before: float) -> None:
        """`seconds_before`: wall seconds of the fit before this moment."""
        self._began = perf_counter() - seconds_before
        self._seconds: list[float] = []
        self._labels: list[NDArray[np.int32]] = []

    def keep(self, labels: NDArray[Any]) -> None:
        """Keep labels, (n_samples,), with the present time."""
        self._seconds.append(perf_counter() - self._began)
        self._labels.append(labels.astype(np.int32))

    @property
    def seconds(self) -> NDArray[np.float64]:
        """Wall seconds since the start of the fit, (n_kept,)."""
        return np.array(self._seconds)

    @property
    def labels(self) -> NDArray[np.int32]:
        """The kept labels, (n_kept, n_samples)."""
        return np.stack(self._labels)
