"""A third-party clusterer that works on a fake card (`fake_cuda`), and fails there in several ways."""

import time
from typing import Any

import fake_cuda
import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClusterMixin

ILLEGAL = "CUDA error: an illegal memory access was encountered\nCompile with `TORCH_USE_CUDA_DSA`."


class CardUser(ClusterMixin, BaseEstimator):
    """Uses `n_bytes` of the card for some seconds. `fault`: the name of a method without its underscore."""

    def __init__(self, fault: str = "no_fault", n_bytes: int = 0, seconds: float = 0.0, random_state: int = 0) -> None:
        self.fault, self.n_bytes, self.seconds, self.random_state = fault, n_bytes, seconds, random_state

    def fit(self, X: NDArray[np.float32], y: None = None) -> "CardUser":
        fake_cuda.start()
        fake_cuda.CARD.peak += self.n_bytes
        fake_cuda.log("fit", seed=self.random_state, card=fake_cuda.visible(), at=time.time())
        time.sleep(self.seconds)
        getattr(self, f"_{self.fault}")()
        fake_cuda.log("fitted", seed=self.random_state, card=fake_cuda.visible(), at=time.time())
        self.labels_: NDArray[Any] = np.arange(len(X)) % 2
        return self

    def _no_fault(self) -> None: ...

    def _out_of_memory(self) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of …")

    def _accelerator(self) -> None:
        raise torch.AcceleratorError("CUDA error: out of memory\nCUDA kernel errors might be reported later.")

    def _cublas(self) -> None:
        raise RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")

    def _cudnn(self) -> None:
        raise RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED")

    def _illegal(self) -> None:
        raise torch.AcceleratorError(ILLEGAL)
