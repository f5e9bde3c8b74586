"""The number of clusters, and the shares of the samples in the smallest cluster, in the largest one and in none."""

import numpy as np

from bench.metrics.fit import Fit
from bench.metrics.partition import cluster_sizes


def n_clusters_found(fit: Fit) -> float:
    """Number of clusters with at least one sample; noise is not counted."""
    return float(len(cluster_sizes(fit.labels)))


def smallest_share(fit: Fit) -> float | None:
    """Share of all samples, noise included, that are in the smallest cluster, in (0, 1]; None if all are noise."""
    sizes = cluster_sizes(fit.labels)
    return float(sizes.min() / len(fit.labels)) if len(sizes) else None


def largest_share(fit: Fit) -> float | None:
    """Share of all samples, noise included, that are in the largest cluster, in (0, 1]; None if all are noise."""
    sizes = cluster_sizes(fit.labels)
    return float(sizes.max() / len(fit.labels)) if len(sizes) else None


def noise_share(fit: Fit) -> float:
    """Share of all samples that are in no cluster (label −1), in [0, 1]."""
    return float(np.mean(fit.labels < 0))
