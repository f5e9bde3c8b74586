"""New centres for clusters without samples, in K-Means on a torch device."""

import torch
from torch import Tensor

from methods.device_samples import tiles

__all__ = ["relocate"]


def relocate(X: Tensor, centers: Tensor, labels: Tensor, sums: Tensor, sizes: Tensor) -> None:
    """Move the samples that are farthest from their centres to clusters without samples, as scikit-learn does.

    `X` is (n_samples, n_features). All others are of one restart: `centers` and `sums`, the sums of the samples of each
    cluster, are (n_clusters, n_features); `labels` are (n_samples,), and `sizes`, the numbers of samples, are
    (n_clusters,). One of the sizes or more is 0. `sums` and `sizes` are changed, unless every sample is on its centre:
    then there are fewer different samples than clusters.
    """
    empty = torch.nonzero(sizes == 0).flatten()
    of_tiles = zip(tiles(X, X.shape[1]), tiles(labels, X.shape[1]), strict=True)
    distances = torch.cat([(tile - centers[nearest]).square().sum(1) for tile, nearest in of_tiles])
    farthest = distances.topk(len(empty))
    if not farthest.values.any():
        return
    for cluster, row in zip(empty.tolist(), farthest.indices.tolist(), strict=True):
        before = int(labels[row])
        sums[before] -= X[row]
        sizes[before] -= 1
        sums[cluster] = X[row]
        sizes[cluster] = 1
