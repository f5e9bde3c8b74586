"""A third-party clusterer that harms its process in several ways."""

import os
import signal
import subprocess
import sys
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClusterMixin


class Wrongdoer(ClusterMixin, BaseEstimator):
    """`how`: hang (in a child process), use_memory, exit, diverge, return_nan, or kill_parent."""

    def __init__(self, how: str = "hang") -> None:
        self.how = how

    def fit(self, X: NDArray[np.float32], y: None = None) -> "Wrongdoer":
        getattr(self, f"_{self.how}")()
        self.labels_: NDArray[Any] = np.full(len(X), np.nan)
        return self

    def _hang(self) -> None:
        subprocess.run([sys.executable, "-c", "import time; time.sleep(600)"], check=False)

    def _use_memory(self) -> None:
        arrays = []
        while True:
            arrays.append(np.ones(10_000_000))

    def _exit(self) -> None:
        sys.stdout.write("text on standard output\n")
        os._exit(3)

    def _diverge(self) -> None:
        raise FloatingPointError("loss is nan")

    def _return_nan(self) -> None: ...

    def _kill_parent(self) -> None:
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(600)
