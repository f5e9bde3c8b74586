"""A clusterer that does to its process what a user's may do."""

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
    """`how`: hang (in a child of its own), eat memory, leave, diverge, blank, or murder: of the process's parent."""

    def __init__(self, how: str = "hang") -> None:
        self.how = how

    def fit(self, X: NDArray[np.float32], y: None = None) -> "Wrongdoer":
        getattr(self, f"_{self.how}")()
        self.labels_: NDArray[Any] = np.full(len(X), np.nan)
        return self

    def _hang(self) -> None:
        subprocess.run([sys.executable, "-c", "import time; time.sleep(600)"], check=False)

    def _eat(self) -> None:
        eaten = []
        while True:
            eaten.append(np.ones(10_000_000))

    def _leave(self) -> None:
        sys.stdout.write("something for the screen\n")
        os._exit(3)

    def _diverge(self) -> None:
        raise FloatingPointError("loss is nan")

    def _blank(self) -> None: ...

    def _murder(self) -> None:
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(600)
