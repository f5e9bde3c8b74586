"""A network applied to a whole data set in evaluation mode, in batches of one size."""

from collections.abc import Callable

import torch
from torch import Tensor

from methods.dec.autoencoder import Autoencoder
from methods.dec.objective import soft_assignments
from methods.dec.training import autocast
from methods.same_bits import same_bits

INFERENCE_BATCH = 512
"""Samples of a batch on a processor: their activations stay in its cache."""
_CUDA_BATCH = 8192


@torch.no_grad()
def in_batches(function: Callable[[Tensor], Tensor], X: Tensor) -> Tensor:
    """`function` of all rows of `X`, in batches; zeros fill the last batch.

    All batches have the same size, so that a row's result does not depend, to the bit, on the other rows.
    """
    result, size = X.new_empty(0), _CUDA_BATCH if X.device.type == "cuda" else INFERENCE_BATCH
    with same_bits(X.device):
        for start in range(0, len(X), size):
            rows = X[start : start + size]
            padded = torch.cat([rows, rows.new_zeros(size - len(rows), *rows.shape[1:])])
            part = function(padded)
            if start == 0:  # allocated once: small results between large activations would fragment the memory
                result = part.new_empty(len(X), *part.shape[1:])
            result[start : start + len(rows)] = part[: len(rows)]
    return result


def reconstruction_error(network: Autoencoder, X: Tensor, precision: torch.dtype) -> Tensor:
    """Mean squared error per pixel of all samples in evaluation mode, on the device."""
    network.eval()

    def errors(x: Tensor) -> Tensor:
        difference: Tensor = network(x).to(torch.float32) - network.target(x)
        return difference.square().mean(1)

    with autocast(X.device, precision):
        return in_batches(errors, X).mean()


def encode_all(network: Autoencoder, X: Tensor, precision: torch.dtype = torch.float32) -> Tensor:
    """Codes of all samples in evaluation mode, (n_samples, d) float32."""
    network.eval()
    with autocast(X.device, precision):
        return in_batches(lambda x: network.encode(x).to(torch.float32), X)


def hidden_all(network: Autoencoder, X: Tensor, resolution: int | None = None) -> Tensor:
    """Outputs of a block of the encoder for all samples in evaluation mode, (n_samples, width) float32, flattened.

    `resolution`: as in `Autoencoder.hidden`.
    """
    network.eval()
    return in_batches(lambda x: network.hidden(x, resolution).flatten(1), X)


def decode_all(network: Autoencoder, codes: Tensor) -> Tensor:
    """Features of codes in evaluation mode, (n_samples, n_features) float32."""
    network.eval()
    return in_batches(lambda z: network.to_features(network.decode(z)), codes)


def soft_assign_all(network: Autoencoder, centers: Tensor, X: Tensor, precision: torch.dtype) -> Tensor:
    """Soft assignments of all samples in evaluation mode, (n_samples, n_clusters) float32."""
    return in_batches(lambda codes: soft_assignments(codes, centers), encode_all(network, X, precision))
