"""What labels a fit had on its way, and when: to be looked at once it is over."""

from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Trace:
    """Labels that were kept, one after another."""

    def __init__(self, seconds_before: float) -> None:
        """`seconds_before`: wall seconds of the fit until now."""
        self._began = perf_counter() - seconds_before
        self._seconds: list[float] = []
        self._labels: list[NDArray[np.int32]] = []

    def keep(self, labels: NDArray[Any]) -> None:
        """Keep labels, (n_samples,), as those of this moment."""
        self._seconds.append(perf_counter() - self._began)
        self._labels.append(labels.astype(np.int32))

    @property
    def seconds(self) -> NDArray[np.float64]:
        """Wall seconds from the beginning of the fit, (n_kept,)."""
        return np.array(self._seconds)

    @property
    def labels(self) -> NDArray[np.int32]:
        """(n_kept, n_samples)."""
        return np.stack(self._labels)
