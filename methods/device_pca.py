"""Principal components on a torch device, by the covariance and its eigenvectors."""

import numpy as np
import torch
from torch import Tensor

from methods.base import FloatArray
from methods.device_samples import centred
from methods.same_bits import same_bits

__all__ = ["device_pca"]


def device_pca(X: FloatArray, n_components: int, device: torch.device) -> tuple[FloatArray, FloatArray]:
    """The mean, (n_features,), and the first principal components, (n_components, n_features), both float32.

    `X` is (n_samples, n_features) float32, and `n_components` is at most the smaller of these two numbers. As in
    scikit-learn's PCA, a component has length 1, the components are orthogonal, the first has the largest variance, and
    the largest coordinate of each component is positive.

    Sums and eigenvectors are in float64. The device must have float64, which MPS has not. It holds `X` in float64 and
    a matrix of n_features × n_features.
    """
    X = np.ascontiguousarray(X, dtype=np.float32)
    about = X.mean(axis=0)
    with torch.no_grad(), same_bits(device):
        samples = centred(X, about, device)
        rest = samples.mean(0)  # the mean in float32 is not exact
        samples -= rest
        covariance = samples.T @ samples / (len(samples) - 1)
        vectors = torch.linalg.eigh(covariance).eigenvectors  # in columns, the largest variance last
        components = _positive(vectors.T.flip(0)[:n_components])
        mean = rest.cpu().numpy() + about
    return mean.astype(np.float32), components.float().cpu().numpy()


def _positive(components: Tensor) -> Tensor:
    """The components, (n_components, n_features), in the direction in which the largest coordinate is positive."""
    largest = components.gather(1, components.abs().argmax(1, keepdim=True))
    return torch.where(largest < 0, -components, components)
