"""A third-party clusterer that fills the memory of a real GPU with CUDA."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClusterMixin


class CardFiller(ClusterMixin, BaseEstimator):
    """Writes a tensor of so many megabytes. `fault`: none, or `illegal`, which reads outside of a tensor."""

    def __init__(self, megabytes: int = 1, fault: str = "none") -> None:
        self.megabytes, self.fault = megabytes, fault

    def fit(self, X: NDArray[np.float32], y: None = None) -> "CardFiller":
        filled = torch.ones(self.megabytes * 10**6, dtype=torch.uint8, device="cuda")
        if self.fault == "illegal":
            filled[torch.tensor([2**40], device="cuda")].sum().item()
        torch.cuda.synchronize()
        self.labels_: NDArray[Any] = np.arange(len(X)) % 2
        return self
