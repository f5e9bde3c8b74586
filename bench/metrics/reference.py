"""The reference space: principal components of the input, the same space for every method."""

import numpy as np
import numpy.typing as npt
from scipy.linalg import eigh

from bench.metrics.arrays import Float32Array, FloatArray, row_blocks
from bench.metrics.spaces import COMPONENTS

Float64Array = npt.NDArray[np.float64]


def reference_space(X: FloatArray) -> FloatArray:
    """The first 50 principal components of `X`, (n_samples, n_features): (n_samples, 50), float32.

    `X` itself, the same object, if it has at most 50 features: all components are X, rotated, and no index here changes
    by a rotation. Fewer components if there are fewer than 50 samples. The components come from the eigenvectors of the
    covariance in float64, with all samples and without random numbers. Of each component, the coordinate with the
    largest magnitude is positive. Without variance, the columns are 0.

    >>> X = np.zeros((4, 60), np.float32)
    >>> X[:, 0] = [0, 2, 4, 6]
    >>> reference_space(X)[:, 0]
    array([-3., -1.,  1.,  3.], dtype=float32)
    >>> few = X[:, :50]
    >>> reference_space(few) is few, reference_space(X).shape
    (True, (4, 4))
    """
    return X if X.shape[1] <= COMPONENTS else principal_components(X, COMPONENTS)


def principal_components(X: FloatArray, n_components: int) -> Float32Array:
    """The first components of `X`, (n_samples, n_features), as `reference_space`; at most as many as X has rows.

    The shape is (n_samples, n_components).
    """
    mean = sum(X[rows].sum(axis=0, dtype=np.float64) for rows in row_blocks(len(X))) / len(X)
    vectors = (_of_covariance if len(X) >= X.shape[1] else _of_products)(X, mean, n_components)
    largest = vectors[np.abs(vectors).argmax(axis=0), np.arange(vectors.shape[1])]
    vectors = np.where(largest < 0, -vectors, vectors)
    points: Float32Array = np.empty((len(X), vectors.shape[1]), np.float32)
    for rows in row_blocks(len(X)):
        points[rows] = (X[rows] - mean) @ vectors
    return points


def _of_covariance(X: FloatArray, mean: Float64Array, n_components: int) -> Float64Array:
    """The first eigenvectors of the covariance, (n_features, n_components), for many samples."""
    products = np.zeros((X.shape[1], X.shape[1]))
    for rows in row_blocks(len(X)):
        block = X[rows] - mean
        products += block.T @ block
    return _first_eigenvectors(products, n_components)[1]


def _of_products(X: FloatArray, mean: Float64Array, n_components: int) -> Float64Array:
    """The same vectors from the smaller matrix of the products of samples, for more features than samples."""
    centred = X - mean
    values, vectors = _first_eigenvectors(centred @ centred.T, n_components)
    lengths = np.sqrt(np.where(values > 1e-12 * max(values[0], 0.0), values, np.inf))  # no direction without variance
    found: Float64Array = (centred.T @ vectors) / lengths
    return found


def _first_eigenvectors(products: Float64Array, count: int) -> tuple[Float64Array, Float64Array]:
    """The largest eigenvalues and their vectors, in columns, the largest first; at most `count`."""
    size = len(products)
    values, vectors = eigh(products, subset_by_index=[size - min(size, count), size - 1], overwrite_a=True)
    return values[::-1], vectors[:, ::-1]
