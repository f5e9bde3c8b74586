"""Sums of the distances from samples to clusters on a device.

A tile is the block of the distances between some samples, its rows, and some samples, its columns. Its squares are one
product, and its sums over the clusters of all labelings are one product with the one-hot labels, in float64. A tile off
the diagonal also has the distances of its mirror image. Nothing waits for the device until all tiles are started.
"""

import numpy as np
import numpy.typing as npt
import torch

from bench.metrics.arrays import IntArray
from bench.metrics.device.blocks import equal_blocks, one_hot, padded
from bench.metrics.device.samples import Samples
from bench.metrics.silhouette.cluster_sums import Labelings
from bench.metrics.silhouette.sums import ShareCallback

_TILE = 8192
"""Most rows and columns of a tile, whose distances need 0.5 GB. Smaller tiles would not use all parts of a GPU."""


def add_distances(
    samples: Samples,
    labelings: Labelings,
    sums: npt.NDArray[np.float64],
    on_share: ShareCallback,
    places: IntArray | None = None,
) -> None:
    """Add distances to `sums`, as `bench.metrics.silhouette.sums.AddDistances` says.

    `on_share` is called with the share of the work that is started. In addition to the samples, about 1 GB of the
    device's memory is needed, and 16 bytes for each sample and cluster.
    """
    is_symmetric = places is None
    if places is None:
        places = np.arange(samples.n_samples)
    rows, columns = equal_blocks(len(places), _TILE), equal_blocks(samples.n_samples, _TILE)
    row_indices = padded(labelings.order[places], rows, samples.device)
    indices = padded(labelings.order, columns, samples.device)
    places_there = padded(places, rows, samples.device)
    members = one_hot(labelings.labels, columns, samples.device)
    found = torch.zeros((rows[-1].stop, labelings.n_clusters), dtype=torch.float64, device=samples.device)
    distances = torch.empty((rows[0].stop, columns[0].stop), dtype=torch.float64, device=samples.device)
    n_tiles = len(rows) * (len(rows) + 1) // 2 if is_symmetric else len(rows) * len(columns)
    done = 0
    for number, down in enumerate(rows):
        left = samples.left(row_indices[down])
        for across in columns[number:] if is_symmetric else columns:
            samples.squares(left, samples.right(indices[across]), distances)
            distances.sqrt_()
            own = slice(*np.searchsorted(places[down], [across.start, across.stop]).tolist())
            distances[own].scatter_(1, places_there[down][own, None] - across.start, 0)  # without rounding
            found[down].addmm_(distances, members[:, across].T)
            if is_symmetric and across != down:
                found[across].addmm_(distances.T, members[:, down].T)
            done += 1
            on_share(done / n_tiles)
    sums += found[: len(places)].cpu().numpy()
