"""Two coordinates of each drawn sample in the space of a fit, for the page."""

import base64

import numpy as np
from numpy.typing import NDArray

from bench.report.page.material import Space

_LARGEST = 65535


def space_of(points: NDArray[np.float32], *, is_input: bool) -> Space | None:
    """The first two principal components of `points`, (n_samples, d); None if some numbers are not finite."""
    if not np.isfinite(points).all():
        return None
    coordinates, explained = principal_components(points)
    return Space(
        points=base64.b64encode(quantised(coordinates).astype("<u2").tobytes()).decode(),
        explained=explained,
        n_dimensions=points.shape[1],
        is_input=is_input,
    )


def principal_components(points: NDArray[np.float32]) -> tuple[NDArray[np.float64], float | None]:
    """The first two principal components, (n_samples, 2), and the share of the variance that they explain.

    A space of one dimension has the second coordinate 0. The share is None if all points are equal.
    """
    from sklearn.decomposition import PCA

    centred = points - points.mean(axis=0)
    if not centred.any() or not np.isfinite(centred).all():
        return np.zeros((len(points), 2)), None
    n_components = min(2, *points.shape)
    pca = PCA(n_components, svd_solver="randomized", random_state=0).fit(centred)
    coordinates = np.zeros((len(points), 2))
    coordinates[:, :n_components] = pca.transform(centred)
    return coordinates, min(1.0, float(pca.explained_variance_ratio_.sum()))


def quantised(coordinates: NDArray[np.float64]) -> NDArray[np.uint16]:
    """Coordinates, (n, 2), as whole numbers from 0 to 65,535. Both axes keep one scale, and the middle of each is kept.

    >>> quantised(np.array([[0.0, 0.0], [2.0, 1.0]])).tolist()
    [[0, 16384], [65535, 49151]]
    """
    low, high = coordinates.min(axis=0), coordinates.max(axis=0)
    width = float((high - low).max()) or 1.0
    scaled = (coordinates - (low + high) / 2) / width + 0.5
    whole: NDArray[np.uint16] = np.clip(np.rint(scaled * _LARGEST), 0, _LARGEST).astype(np.uint16)
    return whole
