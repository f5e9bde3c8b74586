"""How well a method that encodes samples decodes them again."""

from math import isfinite

from bench.metrics.fit import Fit


def reconstruction_error_of(fit: Fit) -> float | None:
    """Mean squared error per pixel, which the fit measured while there was a decoder; None if it is not finite."""
    error = fit.reconstruction_error
    return error if error is not None and isfinite(error) else None
