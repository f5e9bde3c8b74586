"""The number of clusters, and the shares of the samples in the smallest and the largest cluster."""

from bench.metrics.fit import Fit
from bench.metrics.partition import cluster_sizes


def n_clusters_found(fit: Fit) -> float:
    """Number of clusters with at least one sample; noise is not counted."""
    return float(len(cluster_sizes(fit.labels)))


def smallest_share(fit: Fit) -> float | None:
    """Size of the smallest cluster divided by the number of all samples with noise, in (0, 1]; None if all is noise."""
    sizes = cluster_sizes(fit.labels)
    return float(sizes.min() / len(fit.labels)) if len(sizes) else None


def largest_share(fit: Fit) -> float | None:
    """Size of the largest cluster divided by the number of all samples with noise, in (0, 1]; None if all is noise."""
    sizes = cluster_sizes(fit.labels)
    return float(sizes.max() / len(fit.labels)) if len(sizes) else None
