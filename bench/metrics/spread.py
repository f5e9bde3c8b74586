"""The number of dimensions that a latent space uses."""

from typing import TYPE_CHECKING

import numpy as np

from bench.metrics.arrays import FloatArray

if TYPE_CHECKING:
    from bench.metrics.fit import Fit

RESOLUTION = 1e-6
"""Differences below this share of the codes' magnitude are rounding: about ten times the precision of float32."""
LIVE = 0.01
"""Smallest standard deviation of a live dimension, relative to the largest. Others change distances by < 0.01 %."""


def is_one_point(codes: FloatArray) -> bool:
    """Whether all codes, shape (n_samples, latent_dim), are one point, up to rounding.

    >>> is_one_point(np.full((5, 2), 0.3)), is_one_point(np.eye(2))
    (True, False)
    """
    codes = np.asarray(codes, np.float64)
    deviation = np.sqrt(codes.var(axis=0).sum())
    return bool(deviation <= RESOLUTION * np.sqrt(np.square(codes).sum(axis=1).mean()))


def effective_rank(codes: FloatArray) -> float:
    """exp of the entropy of the normalised singular values of the centred codes (Roy & Vetterli 2007, Def. 1).

    `codes` has shape (n_samples, latent_dim). The result is in [1, latent_dim]: 1 for points on one line, latent_dim
    for points with equal variance in all directions. Raises ValueError if all codes are one point.

    >>> round(effective_rank(np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])), 9)
    2.0
    """
    if is_one_point(codes):
        raise ValueError(f"the effective rank of one point is not defined, got {len(codes)} equal codes.")
    codes = np.asarray(codes, np.float64)
    centred = codes - codes.mean(axis=0)
    centred /= np.abs(centred).max()
    # The singular values are the square roots of the eigenvalues of a matrix of latent_dim² numbers. This is much
    # faster than a singular value decomposition, and exact to 1e-8 of the largest value, enough for an entropy.
    singular = np.sqrt(np.clip(np.linalg.eigvalsh(centred.T @ centred), 0, None))
    share = singular[singular > 0] / singular.sum()
    return max(float(np.exp(-(share * np.log(share)).sum())), 1.0)


def live_share(codes: FloatArray) -> float:
    """Share of dimensions whose standard deviation is over 1 % of the largest one, in [0, 1]; 0 for one point.

    `codes` has shape (n_samples, latent_dim).

    >>> live_share(np.array([[0.0, 5.0, 0.0], [1.0, 5.0, 0.001]]))
    0.3333333333333333
    """
    if is_one_point(codes):
        return 0.0
    deviations = np.asarray(codes, np.float64).std(axis=0)
    return float((deviations > LIVE * deviations.max()).mean())


def effective_rank_own(fit: "Fit") -> float | None:
    """`effective_rank` of a fit's codes; None without codes, or if they are one point."""
    return None if fit.embedding is None or is_one_point(fit.embedding) else effective_rank(fit.embedding)


def spread_own(fit: "Fit") -> float | None:
    """`live_share` of a fit's codes, None without codes."""
    return None if fit.embedding is None else live_share(fit.embedding)
