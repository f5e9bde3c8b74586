"""A third-party clusterer that harms the run of another data set, or never ends on a large one."""

import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClusterMixin


class Saboteur(ClusterMixin, BaseEstimator):
    """Makes a symbolic link in `folder` and, with more than `patience` samples, fits without end."""

    def __init__(self, folder: str = "", patience: int = 10**9) -> None:
        self.folder, self.patience = folder, patience

    def fit(self, X: NDArray[Any], y: None = None) -> "Saboteur":
        if self.folder and not (link := Path(self.folder, "link")).is_symlink():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to("elsewhere")
        while len(X) > self.patience:
            time.sleep(0.05)
        self.labels_ = np.arange(len(X)) % 2
        return self
