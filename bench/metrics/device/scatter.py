"""Sizes, centres and dispersions of clusters on a device."""

import numpy as np
import torch

from bench.metrics.arrays import IntArray
from bench.metrics.device.blocks import equal_blocks, one_hot, padded
from bench.metrics.device.samples import Samples
from bench.metrics.partition import cluster_sizes
from bench.metrics.scatter import Scatter, measured, unit
from bench.metrics.silhouette.exact import without_gaps

_ROWS = 8192
"""Most rows of a block, in float64: 51 MB for images of 784 pixels."""


def scatter(samples: Samples, labels: IntArray) -> Scatter:
    """Measure the clusters in float64, as `bench.metrics.scatter.scatter`: equal up to the rounding of float64.

    `labels` has shape (n_samples,). Noise (−1) is left out. Raises ValueError if all samples are noise.
    """
    sizes = np.asarray(cluster_sizes(labels), np.int64)
    if not len(sizes):
        raise ValueError("expected at least one sample that is not noise, got only noise.")
    blocks = equal_blocks(samples.n_samples, _ROWS)
    indices = padded(np.arange(samples.n_samples), blocks, samples.device)
    members = one_hot([without_gaps(labels)], blocks, samples.device)
    clusters = members.argmax(dim=0)  # of noise, which no sum below contains, the first cluster
    factor = unit(samples.largest)
    centres = torch.zeros((len(sizes), samples.n_features), dtype=torch.float64, device=samples.device)
    for rows in blocks:
        centres.addmm_(members[:, rows], samples.numbers(indices[rows]) * factor)
    centres /= torch.from_numpy(sizes).to(samples.device)[:, None]
    found = torch.zeros((len(sizes), 3), dtype=torch.float64, device=samples.device)
    for rows in blocks:
        points = samples.numbers(indices[rows]) * factor
        lengths = points.square().sum(1)
        squares = (points - centres.index_select(0, clusters[rows])).square().sum(1)
        found.addmm_(members[:, rows], torch.stack([squares.sqrt(), squares, lengths], dim=1))
    distances, within, magnitude = found.T.cpu().numpy()
    return measured(sizes, centres.cpu().numpy(), distances, float(within.sum()), float(magnitude.sum()))
