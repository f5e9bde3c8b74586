"""Sizes, centres and dispersions of clusters, from which internal indices are computed."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bench.metrics.arrays import FloatArray, IntArray, row_blocks


@dataclass(frozen=True)
class Scatter:
    """The clusters of one space. The unit of length is a power of two that keeps the squares of lengths in range."""

    sizes: npt.NDArray[np.int64]
    """(n_clusters,) number of samples of each cluster."""
    centres: npt.NDArray[np.float64]
    """(n_clusters, n_features) mean of each cluster."""
    distances: npt.NDArray[np.float64]
    """(n_clusters,) mean Euclidean distance of a cluster's samples to its centre."""
    within: float
    """Root mean square of the distance of a sample to its centre."""
    between: float
    """Root mean square, over the samples, of the distance of their cluster's centre to the mean of all samples."""
    magnitude: float
    """Root mean square of the distance of a sample to the origin."""


def scatter(X: FloatArray, labels: IntArray) -> Scatter:
    """Measure the clusters in `X` in float64. Noise (−1) is left out.

    `X` has shape (n_samples, n_features), `labels` (n_samples,). Raises ValueError if all samples are noise.

    >>> measured = scatter(np.array([[1.0], [3.0], [6.0], [8.0]]), np.array([0, 0, 1, 1]))
    >>> measured.centres.ravel(), measured.within, measured.between
    (array([2., 7.]), 1.0, 2.5)
    """
    clusters = [np.flatnonzero(labels == cluster) for cluster in np.unique(labels[labels >= 0])]
    if not clusters:
        raise ValueError("expected at least one sample that is not noise, got only noise.")
    scale = unit(max(abs(float(X.max())), abs(float(X.min()))))
    sizes = np.array([len(rows) for rows in clusters])
    centres = np.array([sum(block.sum(axis=0) for block in _blocks(X, rows, scale)) / len(rows) for rows in clusters])
    distances, within, magnitude = np.zeros(len(clusters)), 0.0, 0.0
    for cluster, rows in enumerate(clusters):
        for block in _blocks(X, rows, scale):
            magnitude += float(np.einsum("ij,ij->", block, block))
            block -= centres[cluster]
            squares = np.einsum("ij,ij->i", block, block)
            distances[cluster] += np.sqrt(squares).sum()
            within += float(squares.sum())
    return measured(sizes, centres, distances, within, magnitude)


def measured(
    sizes: npt.NDArray[np.int64],
    centres: npt.NDArray[np.float64],
    distances: npt.NDArray[np.float64],
    within: float,
    magnitude: float,
) -> Scatter:
    """The clusters from sums over their samples: of distances to the centre, of their squares, and of squared lengths.

    `sizes`, `distances`: (n_clusters,); `centres`: (n_clusters, n_features); `within` and `magnitude` are sums over all
    samples.
    """
    n = sizes.sum()
    mean = sizes @ centres / n
    between = float(sizes @ np.square(centres - mean).sum(axis=1))
    return Scatter(
        sizes=sizes,
        centres=centres,
        distances=distances / sizes,
        within=float(np.sqrt(within / n)),
        between=float(np.sqrt(between / n)),
        magnitude=float(np.sqrt(magnitude / n)),
    )


def unit(largest: float) -> float:
    """The power of two that brings the largest number to about 1; 1 if it is between 2⁻¹¹ and 2¹⁰ already."""
    _, exponent = np.frexp(largest)
    return 1.0 if abs(exponent) <= 10 else float(np.ldexp(1.0, -exponent))


def _blocks(X: FloatArray, rows: IntArray, scale: float) -> Iterator[npt.NDArray[np.float64]]:
    """Copies of some rows of X in float64, multiplied by `scale`, block by block."""
    for block_rows in row_blocks(len(rows)):
        block = X[rows[block_rows]].astype(np.float64)
        if scale != 1:
            block *= scale
        yield block
