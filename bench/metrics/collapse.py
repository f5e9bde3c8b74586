"""Detects a collapsed latent space, in which an internal index would be good but meaningless."""

from typing import TYPE_CHECKING

from bench.metrics.arrays import FloatArray, IntArray
from bench.metrics.partition import cluster_sizes
from bench.metrics.scatter import scatter
from bench.metrics.spread import RESOLUTION, effective_rank, is_one_point

if TYPE_CHECKING:
    from bench.metrics.fit import Fit

ONE_DIRECTION = 1.05
"""A lower effective rank means one line: all other directions together have about 1 % of the singular values."""


def has_collapsed(codes: FloatArray, labels: IntArray) -> bool:
    """Whether a latent space contains no information, or only the labels.

    It is True in three cases. All codes are one point. Or all codes of each cluster are one point (both up to rounding,
    see RESOLUTION). Or three or more clusters are on one line, in a space of two or more dimensions. Codes that are
    close to distinct centres, which is the aim of DEC, have not collapsed.

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


def collapsed_own(fit: "Fit") -> float | None:
    """1.0 if the fit's codes have collapsed, else 0.0; None without codes."""
    return None if fit.embedding is None else float(fit.space("own").has_collapsed)
