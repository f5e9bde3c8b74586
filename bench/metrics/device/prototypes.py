"""The quantization error on a device."""

import numpy as np
import torch

from bench.metrics.arrays import FloatArray
from bench.metrics.device.blocks import equal_blocks, padded
from bench.metrics.device.samples import Samples
from bench.metrics.device.transfer import on_device
from bench.metrics.prototypes import check_count

_ROWS = 8192
"""Most rows of a block, in float64: 51 MB for images of 784 pixels."""


def quantization_error(samples: Samples, prototypes: FloatArray) -> float:
    """Mean Euclidean distance of a sample to its nearest prototype, as `bench.metrics.prototypes.quantization_error`.

    `prototypes` has shape (n_units, n_features). Raises ValueError if there is no prototype.
    """
    check_count(prototypes, 1)
    units = on_device(np.asarray(prototypes, np.float64), samples.device)
    origin = units.mean(dim=0)  # centring reduces the cancellation in the scores below
    centred = units - origin
    norms = centred.square().sum(1)
    blocks = equal_blocks(samples.n_samples, _ROWS)
    indices = padded(np.arange(samples.n_samples), blocks, samples.device)
    distances = torch.empty(blocks[-1].stop, dtype=torch.float64, device=samples.device)
    for rows in blocks:
        points = samples.numbers(indices[rows])
        scores = torch.addmm(norms, points - origin, centred.T, alpha=-2)  # ‖x − p‖² − ‖x‖²
        nearest = units.index_select(0, scores.argmin(dim=1))
        distances[rows] = (points - nearest).square().sum(1).sqrt()
    return float(distances[: samples.n_samples].mean())
