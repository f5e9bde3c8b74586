"""The dip test: whether a space has more than one mode (Hartigan & Hartigan 1985)."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from bench.metrics.arrays import FloatArray
from bench.metrics.reference import principal_components

N_UNIFORM = 999
"""Number of uniform samples whose dips are the null distribution. The smallest p-value is 1 / (N_UNIFORM + 1)."""
LARGEST_UNIFORM = 1000
"""Most numbers in a uniform sample. √n · dip has almost the same distribution for all larger n: its 95 % quantile
rises by 2 % up to 72,000 numbers (table qDiptab of the R package diptest)."""

Numbers = NDArray[np.float64]


def dip(values: Numbers) -> float:
    """The distance of the distribution of `values`, (n,), to the nearest one with a single mode: 1 / (2n) … 1/4.

    It is the largest difference of the two distribution functions (Hartigan & Hartigan 1985, Eq. 2). The greatest
    convex minorant and the least concave majorant of the empirical function enclose a shrinking interval with the mode.

    >>> dip(np.array([0.0, 0.0, 1.0, 1.0])), round(dip(np.linspace(0, 1, 100)), 3)
    (0.25, 0.005)
    """
    x, counts = np.unique(values, return_counts=True)
    above = np.cumsum(counts).astype(np.float64)  # n · the function at x, and below x
    below = above - counts
    low, high, largest = 0, len(x) - 1, 1.0
    while True:
        part = slice(low, high + 1)
        minorant = low + _convex_hull(x[part], below[part])
        majorant = low + _convex_hull(x[part], -above[part])
        at_minorant = np.interp(x[minorant], x[majorant], above[majorant]) - below[minorant]
        at_majorant = above[majorant] - np.interp(x[majorant], x[minorant], below[minorant])
        if max(at_minorant.max(), at_majorant.max()) <= largest:
            break
        if at_minorant.max() > at_majorant.max():
            start = int(minorant[at_minorant.argmax()])
            stop = int(majorant[np.searchsorted(majorant, start)])
        else:
            stop = int(majorant[at_majorant.argmax()])
            start = int(minorant[np.searchsorted(minorant, stop, side="right") - 1])
        left, right = slice(low, start), slice(stop + 1, high + 1)  # at the mode, the function may jump
        to_minorant = above[left] - np.interp(x[left], x[minorant], below[minorant])
        to_majorant = np.interp(x[right], x[majorant], above[majorant]) - below[right]
        largest = max(largest, float(to_minorant.max(initial=0)), float(to_majorant.max(initial=0)))
        if (start, stop) == (low, high):
            break
        low, high = start, stop
    return largest / (2 * float(above[-1]))


def dip_p_value(points: FloatArray) -> float:
    """The p-value, in (0, 1], of the hypothesis that the first principal component of a space has one mode.

    `points` has shape (n_samples, d). As in Wang & Ye 2024, appendix A.6.3, the columns are divided by their standard
    deviations, unless one of them is 0. Their null distribution is that of uniform numbers, too. 1 for a single point.
    """
    deviations = points.std(axis=0, dtype=np.float64)
    if not deviations.any():
        return 1.0
    scaled = points / deviations.astype(points.dtype) if deviations.all() else points
    values = principal_components(scaled, 1)[:, 0].astype(np.float64)
    statistic = np.sqrt(len(values)) * dip(values)
    uniform = _uniform_dips(min(len(values), LARGEST_UNIFORM))
    return float((1 + np.count_nonzero(uniform >= statistic)) / (1 + N_UNIFORM))


@cache
def _uniform_dips(n: int) -> Numbers:
    """√n · the dip of each of N_UNIFORM samples of n uniform numbers, with a fixed seed."""
    samples = np.random.default_rng(0).random((N_UNIFORM, n))
    return np.sqrt(n) * np.array([dip(sample) for sample in samples])


def _convex_hull(x: Numbers, y: Numbers) -> NDArray[np.intp]:
    """The points of the greatest convex function that is nowhere above the points; `x` rises (Andrew 1979)."""
    xs, ys = x.tolist(), y.tolist()
    hull: list[int] = []
    for number, (a, b) in enumerate(zip(xs, ys, strict=True)):
        while len(hull) > 1:
            first, second = hull[-2], hull[-1]
            if (ys[second] - ys[first]) * (a - xs[second]) < (b - ys[second]) * (xs[second] - xs[first]):
                break
            hull.pop()
        hull.append(number)
    return np.array(hull)
