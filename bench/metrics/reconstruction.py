"""The error between samples and their reconstruction by the method."""

from math import isfinite

from bench.metrics.fit import Fit


def reconstruction_error_of(fit: Fit) -> float | None:
    """Mean squared error per pixel, ≥ 0, as the method measured it; None if it is missing or not finite."""
    error = fit.reconstruction_error
    return error if error is not None and isfinite(error) else None
