"""Whether a learnt space has collapsed, so that an index computed in it would flatter."""

from bench.metrics.arrays import FloatArray, IntArray
from bench.metrics.fit import Fit
from bench.metrics.partition import cluster_sizes
from bench.metrics.scatter import scatter
from bench.metrics.spread import RESOLUTION, effective_rank, is_one_point

ONE_DIRECTION = 1.05
"""Effective rank below which a space is one line: all other directions hold about 1 % of the singular values."""


def has_collapsed(codes: FloatArray, labels: IntArray) -> bool:
    """Whether a learnt space tells nothing but its labels, or nothing at all.

    True if all codes are one point, or all codes of each cluster are (both but for rounding, see RESOLUTION), or there
    are three clusters or more on one line of a space that has more directions. Two clusters lie on a line in any space.
    Codes close around distinct centres, which is what DEC aims at, have not collapsed.

    `codes` has shape (n_samples, latent_dim), `labels` (n_samples,).

    >>> import numpy as np
    >>> labels = np.array([0, 0, 1, 1])
    >>> has_collapsed(np.full((4, 2), 7.0), labels), has_collapsed(np.eye(4), labels)
    (True, False)
    >>> has_collapsed(np.array([[0.0, 1.0], [0.0, 1.0], [2.0, 0.0], [2.0, 0.0]]), labels)
    True
    """
    if is_one_point(codes):
        return True
    sizes = cluster_sizes(labels)
    if len(sizes) and len(sizes) < sizes.sum():
        measured = scatter(codes, labels)
        if measured.within <= RESOLUTION * measured.magnitude:
            return True
    return len(sizes) >= 3 and codes.shape[1] >= 2 and effective_rank(codes) < ONE_DIRECTION


def collapsed_own(fit: Fit) -> float | None:
    """1.0 if the fit's codes have collapsed, else 0.0; None without codes."""
    return None if fit.embedding is None else float(has_collapsed(fit.embedding, fit.labels))
