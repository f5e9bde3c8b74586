"""Warnings of a fit that is likely to be bad: features that do not suit the method, and lost clusters."""

import sys
import warnings
from math import isqrt

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning

__all__ = ["LostClustersWarning", "SmallerAugmentationWarning", "UncertainStartWarning"]

SMALL = 0.1
"""A cluster is lost if it has fewer samples than this part of an equal share."""
FAR = 10.0
"""One feature outweighs the others if its standard deviation is this many times the median of all features."""
_ROWS = 10_000
"""Rows of a table that are looked at, at most."""
PIXELS = 64
"""An image has at least so many pixels."""


ALIKE = 0.2
"""Least correlation of neighbouring pixels: it is 0.75 on MNIST and 0.3 on the digits of scikit-learn."""


def warn(warning: Warning) -> None:
    """Warn at the line that has called this package, whatever is between."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("methods."):
        frame, level = frame.f_back, level + 1
    warnings.warn(warning, stacklevel=level + 1)


class LostClustersWarning(ConvergenceWarning):  # type: ignore[misc]
    """Clusters have no samples, or very few: a sign of a bad fit."""


class SmallerAugmentationWarning(UserWarning):
    """Augmented images are changed less than it was asked for, because the changes do not suit the data."""


class UncertainStartWarning(ConvergenceWarning):  # type: ignore[misc]
    """The first clusters of a fit, or what was learnt from them, are not certain."""


def of_labels(labels: NDArray[np.int64], n_clusters: int) -> list[Warning]:
    """A warning if clusters have no samples, or the smallest has less than a tenth of an equal share.

    `labels` has shape (n_samples,), without gaps; −1 is noise.

    >>> of_labels(np.array([0, 0, 1, 1]), 2)
    []
    >>> print(*of_labels(np.array([0, 0, 0, 0]), 2))
    1 of 2 clusters has samples; try another random_state, scale the features, or set a lower n_clusters.
    """
    sizes = np.bincount(labels[labels >= 0])
    if len(sizes) < n_clusters:
        problem = f"{len(sizes)} of {n_clusters} clusters {'has' if len(sizes) == 1 else 'have'} samples"
    elif sizes.min() < SMALL * len(labels) / n_clusters:
        share = f"an equal share is {len(labels) / n_clusters:.4g}"
        problem = f"the smallest of {n_clusters} clusters has {sizes.min()} of {len(labels)} samples, and {share}"
    else:
        return []
    remedy = "try another random_state, scale the features, or set a lower n_clusters."
    return [LostClustersWarning(f"{problem}; {remedy}")]


def of_scales(X: NDArray[np.float32]) -> list[Warning]:
    """A warning if the feature of the largest scale outweighs the others in all distances.

    That is so if its standard deviation is more than 10 times the median of all features that are not constant. The
    pixels of an image differ less: their median is half of the largest on MNIST. `X` has shape (n_samples, n_features).
    At most 10,000 rows, at equal distances, are read.

    >>> of_scales(np.array([[0.0, 1.0], [3.0, 9.0]], dtype=np.float32))
    []
    >>> print(*of_scales(np.array([[0.0, 1.0], [900.0, 9.0]], dtype=np.float32)))
    the features have very different scales: the standard deviation of feature 0 is 450 and the median of all is 4, so \
feature 0 outweighs the others; scale them, for example with sklearn.preprocessing.StandardScaler.
    """
    deviations = X[:: -(-len(X) // _ROWS)].std(axis=0, dtype=np.float64)
    varying = np.sort(deviations[deviations > 0])
    if len(varying) < 2 or varying[-1] <= FAR * (median := varying[(len(varying) - 1) // 2]):
        return []
    largest = int(deviations.argmax())
    return [
        UserWarning(
            f"the features have very different scales: the standard deviation of feature {largest} is "
            f"{varying[-1]:.3g} and the median of all is {median:.3g}, so feature {largest} outweighs the others; "
            "scale them, for example with sklearn.preprocessing.StandardScaler."
        )
    ]


def of_range(X: NDArray[np.float32], preset: str, output: str) -> list[Warning]:
    """A warning if values are outside 0 … 1, the range that the output of a network can reach.

    `preset` and `output`, the last activation, are named in the warning. With tanh, features are mapped to [−1, 1]
    first. A linear output reaches every value.

    >>> print(*of_range(np.array([[0.0, 255.0]]), "sha12", "sigmoid"))
    X has values from 0 to 255, but the output of preset sha12 (sigmoid) only reaches values from 0 to 1; scale X to \
this range: divide pixels by 255.
    """
    low, high = float(X.min()), float(X.max())
    if output == "linear" or (low >= 0 and high <= 1):
        return []
    pixels = low >= 0 and 1 < high <= 255
    remedy = f"divide pixels by {_white(high)}" if pixels else "for example by MinMaxScaler"
    return [
        UserWarning(
            f"X has values from {low:g} to {high:g}, but the output of preset {preset} ({output}) only reaches values "
            f"from 0 to 1; scale X to this range: {remedy}."
        )
    ]


def of_pixels(X: NDArray[np.float32]) -> list[Warning]:
    """A warning if a table looks like images in rows: 64 features or more, all whole numbers from 0 to 255.

    Neighbouring pixels are alike, so neighbouring features have to be correlated, too; counts of words are not. Numbers
    that are all 0 or 1 have the range of a network already. `X` has shape (n_samples, n_features). At most 10,000 rows,
    at equal distances, are read.

    >>> of_pixels(np.array([[0.0, 255.0]], dtype=np.float32))
    []
    >>> print(*of_pixels(np.array([[0.0] * 64, [255.0] * 64], dtype=np.float32)))
    the 64 features are whole numbers from 0 to 255, so they look like pixels; if they are, divide X by 255 and give \
image_shape=(8, 8, 1).
    """
    rows = X[:: -(-len(X) // _ROWS)]
    low, high = float(rows.min()), float(rows.max())
    if X.shape[1] < PIXELS or low < 0 or not 1 < high <= 255 or (rows != np.rint(rows)).any():
        return []
    if _correlation_of_neighbours(rows) < ALIKE:
        return []
    return [
        UserWarning(
            f"the {X.shape[1]} features are whole numbers from {low:g} to {high:g}, so they look like pixels; if they "
            f"are, divide X by {_white(high)} and give image_shape={likely_shape(X.shape[1])}."
        )
    ]


def _correlation_of_neighbours(rows: NDArray[np.float32]) -> float:
    """Correlation of each feature with the next one, over all features together; 0 if no feature varies."""
    deviations = rows - rows.mean(axis=0, dtype=np.float64).astype(np.float32)
    left, right = deviations[:, :-1], deviations[:, 1:]
    scale = float(np.sqrt(np.sum(left**2, dtype=np.float64) * np.sum(right**2, dtype=np.float64)))
    return float(np.sum(left * right, dtype=np.float64)) / scale if scale else 0.0


def likely_shape(n_features: int) -> str:
    """The option `image_shape` for rows of so many pixels: grey squares, if that is possible.

    >>> likely_shape(784), likely_shape(3072)
    ('(28, 28, 1)', '(height, width, channels)')
    """
    side = isqrt(n_features)
    return f"({side}, {side}, 1)" if side**2 == n_features else "(height, width, channels)"


def _white(highest: float) -> str:
    """The value of white pixels: 255 or, as in the digits of scikit-learn, a low value that occurs."""
    return "255" if highest > 16 else f"{highest:g}"
