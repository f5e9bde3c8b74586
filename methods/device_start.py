"""The start of a device: what its first operation loads, so that no timed fit waits for it."""

import torch

from methods.device import choose_precision
from methods.gpu import is_gpu
from methods.same_bits import same_bits

_N = 16
"""Samples, channels and pixels of a side: tiny, and a size that the matrix units of GPUs take."""


def start(device: str) -> None:
    """Train a tiny network for one step in each floating-point type of training, with matrices and a convolution.

    On a GPU with CUDA, also decompose a matrix. The first operations there make its context and load cuBLAS, cuDNN and
    cuSOLVER, which takes seconds. No random number is drawn. Any device of torch is valid.
    """
    chosen = torch.device(device)
    with same_bits(chosen):
        for precision in dict.fromkeys((torch.float32, choose_precision(chosen))):
            _train(chosen, precision)
        if is_gpu(chosen):
            _decompose(chosen)
            torch.cuda.synchronize(chosen)


def _train(device: torch.device, precision: torch.dtype) -> None:
    """One step: the gradients of a convolution and of a product of matrices."""
    images = torch.ones(_N, _N, _N, _N, device=device, dtype=precision)
    kernels = torch.ones(_N, _N, 3, 3, device=device, dtype=precision, requires_grad=True)
    weights = torch.ones(_N, _N, device=device, dtype=precision, requires_grad=True)
    maps = torch.nn.functional.conv2d(images, kernels, padding=1)
    (maps.mean((2, 3)) @ weights).sum().backward()


def _decompose(device: torch.device) -> None:
    """The eigenvectors and the Cholesky factor of a matrix in float64, for principal components and mixtures."""
    matrix = torch.eye(_N, dtype=torch.float64, device=device)
    torch.linalg.eigh(matrix)
    factor, _ = torch.linalg.cholesky_ex(matrix)
    torch.linalg.solve_triangular(factor, matrix, upper=False)
