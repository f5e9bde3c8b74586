"""Losses of the fitted model: the error of its reconstruction, and KL(P‖Q) of its soft assignments."""

from math import isfinite

import numpy as np
from scipy.special import rel_entr

from bench.metrics.arrays import FloatArray
from bench.metrics.fit import Fit


def kl_divergence(q: FloatArray) -> float:
    """Mean over samples of KL(p_i ‖ q_i), in nats, ≥ 0 (Xie et al. 2016, Eq. 2).

    The target is p_ij ∝ q_ij² / Σ_i q_ij, each row normalised (Eq. 3); the sum over i is over all samples. `q` has
    shape (n_samples, n_clusters). A cluster whose column is 0 adds 0.
    Raises ValueError if `q` contains negative numbers, or if a row does not sum to 1 (up to 0.001).

    >>> round(kl_divergence(np.array([[0.5, 0.5], [0.0, 1.0]])), 6)  # p = [3/4, 1/4], [0, 1]
    0.065406
    """
    q = np.asarray(q, np.float64)
    totals = q.sum(axis=1, keepdims=True)
    if not (q.min() >= 0 and np.abs(totals - 1).max() <= 1e-3):
        raise ValueError(f"q must have rows of numbers ≥ 0 that sum to 1, got shape {q.shape} with sums {totals}.")
    q = q / totals  # q may be rounded to float32: without this the divergence could be below 0
    frequencies = q.sum(axis=0)
    weights = q**2 / np.where(frequencies > 0, frequencies, 1)
    p = weights / weights.sum(axis=1, keepdims=True)
    return max(float(rel_entr(p, q).sum() / len(q)), 0.0)


def kl_divergence_of(fit: Fit) -> float | None:
    """`kl_divergence` of a fit, None without soft assignments."""
    return None if fit.soft_assignments is None else kl_divergence(fit.soft_assignments)


def reconstruction_error_of(fit: Fit) -> float | None:
    """Mean squared error per pixel, ≥ 0, as the method measured it; None if it is missing or not finite."""
    error = fit.reconstruction_error
    return error if error is not None and isfinite(error) else None
