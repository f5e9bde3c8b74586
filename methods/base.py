"""Clusterer: the interface that every method has."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from numbers import Integral
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassNamePrefixFeaturesOutMixin, ClusterMixin, TransformerMixin
from sklearn.metrics import pairwise_distances_argmin
from sklearn.utils import check_array, check_random_state
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted, validate_data

from methods.errors import MethodError
from methods.fit_warnings import of_labels, of_scales, warn
from methods.hub import OnHub
from methods.image_rows import ImageShape, as_rows, check_equal
from methods.options import ClustererOptions, documented, parameters_of
from methods.progress import ProgressCallback, no_progress
from methods.trace import Trace
from methods.verbose import shown

__all__ = ["Clusterer", "FloatArray", "IntArray", "inertia", "mean_distance", "means_of", "nearest", "without_gaps"]

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

_PIECE = 4096


@documented
class Clusterer(
    ClustererOptions,
    ClassNamePrefixFeaturesOutMixin,  # type: ignore[misc]
    TransformerMixin,  # type: ignore[misc]
    ClusterMixin,  # type: ignore[misc]
    OnHub,
    ABC,
):
    """A scikit-learn clusterer with a space of its own, in which it assigns samples to clusters.

    `X` is a table, (n_samples, n_features), or has images, (n_samples, height, width) or (n_samples, height, width,
    channels), which become rows of n_features = height · width · channels. It is converted to float32.

    A subclass declares its options as fields, under the decorator `methods.options.options`. It implements `_fit` and
    `_assign`. It also implements `_embed` if it learns a space; `_decode` and `is_invertible` if it can map that space
    to the input; `_soft_assign` and `is_soft` if it has soft assignments; and `_score` if its loss is another than the
    sum of squared distances to the centres. `_fit` sets the attributes that are listed here without a default value.

    Attributes
    ----------
    labels_ : ndarray of shape (n_samples,), int64
        Labels of the training data, 0 … n_found − 1 without gaps, equal to `predict(X)`. −1 is noise, which only
        third-party methods have.
    cluster_centers_ : ndarray of shape (n_found, d), float32
        Centres in the space of `transform`.
    embedding_ : ndarray of shape (n_samples, d), float32, or None
        `transform` of the training data; None if the method learns no space, and in a loaded model.
    prototypes_ : ndarray of shape (n_prototypes, n_features), float32, or None
        Vectors that represent samples in the input space.
    soft_assignments_ : ndarray of shape (n_samples, n_found), float32, or None
        `predict_proba` of the training data, rows sum to 1; None if the training does not use it, and in a
        loaded model.
    posteriors_ : ndarray of shape (n_samples,), float32, or None
        The posterior probability of the cluster of each training sample, 0 … 1; None if the method has no mixture, and
        in a loaded model.
    grid_shape_ : tuple (rows, columns) or None
        The map that the prototypes form, row by row.
    image_shape_ : tuple (height, width, channels) or None
        Shape of the images; None if `X` is a table.
    augmentation_ : dict or None
        The augmented images of the training, by option: the largest changes, and the padding. None if there are none.
    certainty_ : dict or None
        Mean adjusted Rand index, at most 1, of clusterings that the fit has made of the same samples, by what they
        differ in: `starts`, `networks`, `vote` or `views`. None if the method does not compare clusterings.
    n_features_in_ : int
        Number of features; for images height · width · channels.
    n_parameters_ : int or None
        How many numbers the method has learnt, if this is known.
    n_iter_ : int
        Passes over the data, pretraining included; 0 if a third-party class does not say.
    history_ : dict of lists of float
        One value for each epoch, by name; empty if the method records no losses.
    trace_ : Trace or None
        Labels during the fit, with their times, if they are kept.
    phase_seconds_ : dict of float
        Wall seconds by phase; empty if the method has one phase.
    reused_seconds_ : float
        Seconds of work of an earlier call that this fit reused.
    device_, precision_ : str
        Device and floating-point type of the training.
    """

    labels_: IntArray
    cluster_centers_: FloatArray
    embedding_: FloatArray | None = None
    prototypes_: FloatArray | None = None
    soft_assignments_: FloatArray | None = None
    posteriors_: FloatArray | None = None
    grid_shape_: tuple[int, int] | None = None
    image_shape_: ImageShape | None = None
    augmentation_: Mapping[str, Any] | None = None
    certainty_: Mapping[str, float] | None = None
    n_parameters_: int | None = None
    n_iter_: int
    history_: Mapping[str, list[float]]
    trace_: Trace | None = None
    phase_seconds_: Mapping[str, float]
    reused_seconds_: float = 0.0
    device_: str = "cpu"
    precision_: str = "float32"

    _not_kept: ClassVar[tuple[str, ...]] = ("embedding_", "soft_assignments_", "posteriors_", "trace_")
    _fitted: ClassVar[tuple[str, ...]] = (
        *("labels_", "cluster_centers_", "n_features_in_", "_n_features_out"),
        *("image_shape_", "n_iter_", "history_", "phase_seconds_"),
    )
    _may_be_fitted: ClassVar[tuple[str, ...]] = ("feature_names_in_", "_sklearn_output_config")

    @property
    def is_soft(self) -> bool:
        """Whether the method has soft assignments, so that `predict_proba` exists."""
        return False

    @property
    def is_mixture(self) -> bool:
        """Whether the soft assignments are the posterior probabilities of a mixture."""
        return False

    @property
    def is_invertible(self) -> bool:
        """Whether the method can map its own space to the input, so that `inverse_transform` exists."""
        return False

    def fit(self, X: Any, y: object = None, *, progress: ProgressCallback | None = None) -> Self:
        """Cluster samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), (n_samples, height, width) or (…, height, width, channels)
            Finite numbers: a table, or images.
        y : ignored
            True labels never reach a method.
        progress : callable, default=None
            Receives a `methods.progress.Progress` after each step of a long phase, in order. The last one of a phase
            has done == total, unless `tol` or `patience` ends the phase early. A phase without steps reports nothing.
            None: nothing is shown, or what `verbose` says.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If an option is not valid, if `X` is not finite and numeric, or has fewer samples than `n_clusters`.

        Warns
        -----
        LostClustersWarning
            If clusters have no samples, or the smallest has less than a tenth of an equal share.
        UserWarning
            If one feature of a table outweighs the others, or if a table looks like pixels, see
            `methods.fit_warnings`.
        """
        continues = self._continues()
        X = self._checked_training_data(X)
        for warning in self._doubts(X):
            warn(warning)
        if not continues:
            self.history_ = {}
            self.phase_seconds_ = {}
        with self._shown(progress, len(X)) as report:
            self._fit(X, self._seed(), report)
        self._n_features_out = self.cluster_centers_.shape[1]
        for warning in self._doubts_of_the_result():
            warn(warning)
        return self

    def predict(self, X: Any) -> IntArray:
        """The cluster of each sample.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), or images of the shape of the training data
            Samples.

        Returns
        -------
        ndarray of shape (n_samples,), int64
            Labels in 0 … n_found − 1.
        """
        return self._assign(self._checked(X))

    @available_if(lambda self: self.is_soft)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> FloatArray:
        """Soft assignments of samples to clusters. Only methods that have them have this method.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), or images of the shape of the training data
            Samples.

        Returns
        -------
        ndarray of shape (n_samples, n_found), float32
            Shares in [0, 1]; rows sum to 1.
        """
        return self._soft_assign(self._checked(X))

    def transform(self, X: Any) -> FloatArray:
        """Samples in the method's own space: the input space, unless the method learns a space.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), or images of the shape of the training data
            Samples.

        Returns
        -------
        ndarray of shape (n_samples, d), float32
            Positions; a DataFrame after `set_output(transform="pandas")`.
        """
        return self._embed(self._checked(X))

    @available_if(lambda self: self.is_invertible)  # type: ignore[untyped-decorator]
    def inverse_transform(self, Z: Any) -> FloatArray:
        """Positions in the method's own space, mapped to the input. Only methods that can do this have this method.

        `inverse_transform(transform(X))` is the reconstruction of `X`.

        Parameters
        ----------
        Z : array-like of shape (n_samples, d)
            Positions, such as `transform` returns them.

        Returns
        -------
        ndarray of shape (n_samples, n_features), float32
            Samples of the input space; images are flattened.

        Raises
        ------
        ValueError
            If `Z` has another number of columns than `transform` returns.
        """
        check_is_fitted(self)
        positions: FloatArray = check_array(Z, dtype=np.float32, order="C", input_name="Z")
        if positions.shape[1] != self._n_features_out:
            raise ValueError(f"Z has {positions.shape[1]} columns; expected {self._n_features_out}, as of transform.")
        return self._decode(positions)

    def score(self, X: Any, y: object = None) -> float:
        """Minus the clustering loss of samples, which the docstring of the class names: higher is better.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), or images of the shape of the training data
            Samples.
        y : ignored
            For scikit-learn's interface.

        Returns
        -------
        float
            Minus the loss; if the class names none, minus the sum of squared distances of samples to their nearest
            centre in the method's own space.
        """
        return self._score(self._checked(X))

    def to_onnx(self, X: Any) -> tuple[bytes, float]:
        """The map from samples to soft assignments as an ONNX file. Only `DEC` has this.

        The input `samples` is float32, (n, n_features), with any n; images are flattened rows of height × width ×
        channels. The outputs are `codes`, (n, latent_dim), and `soft_assignments`, (n, n_clusters). The cluster of a
        sample is the column of its largest soft assignment; with `final_assignment="kmeans"` it is the row of
        `cluster_centers_` nearest to its code.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), or images of the shape of the training data
            Two or more samples, on which the file is compared with torch.

        Returns
        -------
        content : bytes
            The content of the file.
        difference : float
            Largest difference from torch on `X`, at most 10⁻⁴; of codes beyond 1, relative to the largest one.

        Raises
        ------
        ValueError
            In one line: if the method is another, if `pip install 'dec-bench[onnx]'` is needed, or if the file
            differs from torch by more.
        """
        samples = self._checked(X)
        if len(samples) < 2:
            raise MethodError(f"n_samples={len(samples)} must be at least 2.")
        return self._to_onnx(samples)

    @abstractmethod
    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        """Learn from checked data and set the attributes that the class docstring lists."""

    @abstractmethod
    def _assign(self, X: FloatArray) -> IntArray:
        """Labels of checked data."""

    def _embed(self, X: FloatArray) -> FloatArray:
        """Checked data in the method's own space: the input space, unless the method learns a space."""
        return X

    def _decode(self, positions: FloatArray) -> FloatArray:
        """Checked positions of the method's own space in the input space; called only if the method is invertible."""
        raise NotImplementedError

    def _soft_assign(self, X: FloatArray) -> FloatArray:
        """Soft assignments of checked data; called only if the method is soft."""
        raise NotImplementedError

    def _score(self, X: FloatArray) -> float:
        """Minus the loss of checked data: by default, minus their inertia in the method's own space."""
        return -inertia(self._embed(X), self.cluster_centers_)

    def _to_onnx(self, X: FloatArray) -> tuple[bytes, float]:
        """`to_onnx` of checked data: by default, the method cannot do this."""
        raise MethodError(f"{type(self).__name__} cannot be written as ONNX; expected a DEC.")

    def _doubts(self, X: FloatArray) -> list[Warning]:
        """Warnings about checked training data, before the fit. Pixels of images have one scale."""
        return [] if self.image_shape_ else of_scales(X)

    def _doubts_of_the_result(self) -> list[Warning]:
        """Warnings about the clusters, after the fit."""
        return of_labels(self.labels_, self.n_clusters)

    @contextmanager
    def _shown(self, progress: ProgressCallback | None, n_samples: int) -> Iterator[ProgressCallback]:
        """The callback of the caller or, without one, what `verbose` says."""
        if progress is not None or not self.verbose:
            yield progress or no_progress
        else:
            with shown(f"{type(self).__name__}, {n_samples:,} samples") as report:
                yield report

    def _continues(self) -> bool:
        """Whether `fit` begins with the result of the last fit instead of from scratch."""
        return False

    def _check_options(self) -> None:
        for parameter in parameters_of(type(self)):
            parameter.check(getattr(self, parameter.name))
        if self.verbose not in (False, True):  # equal to 0 and 1
            raise ValueError(f"verbose={self.verbose!r} is not valid; expected true or false.")

    def _checked_training_data(self, X: Any) -> FloatArray:
        self._check_options()
        if self._continues():
            checked = self._checked(X)
        else:
            rows, of_array = as_rows(X)
            checked = validate_data(self, rows, dtype=np.float32, order="C")
            self.image_shape_ = self._agreed_shape(of_array, checked.shape[1])
        if len(checked) < self.n_clusters:
            raise ValueError(f"n_samples={len(checked)} must be at least n_clusters={self.n_clusters}.")
        return checked

    def _agreed_shape(self, of_array: ImageShape | None, n_features: int) -> ImageShape | None:
        """The shape of the images, from the array and, if the method has it, from the option `image_shape`."""
        return of_array

    def _checked(self, X: Any) -> FloatArray:
        check_is_fitted(self)
        rows, shape = as_rows(X)
        check_equal("the shape of the training data", self.image_shape_, shape)
        checked: FloatArray = validate_data(self, rows, dtype=np.float32, order="C", reset=False)
        return checked

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "labels_")

    def _seed(self) -> int:
        """The integer from which all random numbers of a fit are derived."""
        if isinstance(self.random_state, Integral):
            if self.random_state < 0:
                raise ValueError(f"random_state={self.random_state} must be at least 0.")
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(2**31 - 1))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float32"]
        tags.input_tags.three_d_array = True
        return tags


def nearest(X: FloatArray, vectors: FloatArray) -> IntArray:
    """Index of the vector nearest to each sample in Euclidean distance, (n_samples,); any one of equal vectors."""
    return np.asarray(pairwise_distances_argmin(X, vectors), dtype=np.int64)


def inertia(X: FloatArray, centers: FloatArray) -> float:
    """Sum of squared distances of samples, (n_samples, d), to their nearest centre; `centers` are (n_centers, d).

    >>> inertia(np.array([[0.0], [2.0], [9.0]]), np.array([[1.0], [9.0]]))
    2.0
    """
    return float(_squared_distances(X, centers).sum())


def mean_distance(X: FloatArray, vectors: FloatArray) -> float:
    """Mean distance of samples, (n_samples, d), to their nearest vector; `vectors` are (n_vectors, d).

    >>> mean_distance(np.array([[0.0], [2.0], [9.0]]), np.array([[1.0], [5.0]]))
    2.0
    """
    return float(np.sqrt(_squared_distances(X, vectors)).mean())


def _squared_distances(X: FloatArray, vectors: FloatArray) -> NDArray[np.float64]:
    """Squared distances of samples to their nearest vector, (n_samples,), in pieces: a copy of `X` may be large."""
    pieces = (X[start : start + _PIECE] for start in range(0, len(X), _PIECE))
    return np.concatenate(
        [np.square(piece - vectors[nearest(piece, vectors)], dtype=np.float64).sum(axis=1) for piece in pieces]
    )


def without_gaps(labels: NDArray[Any]) -> tuple[IntArray, IntArray]:
    """Labels renumbered 0 … n_found − 1 in their order, and the old label of each new label; −1 stays −1.

    >>> without_gaps(np.array([5, 2, 5, -1]))
    (array([ 1,  0,  1, -1]), array([2, 5]))
    """
    present = np.unique(labels[labels >= 0])
    renumbered = np.where(labels >= 0, np.searchsorted(present, labels), -1)
    return renumbered.astype(np.int64), present.astype(np.int64)


def means_of(X: FloatArray, labels: IntArray) -> FloatArray:
    """The mean of each cluster's samples, (n_found, n_features); samples with label −1 are left out.

    If all are left out, the result has no rows.

    >>> means_of(np.array([[0.0], [2.0], [5.0], [9.0]]), np.array([0, 0, 1, -1]))
    array([[1.],
           [5.]])
    """
    means = [X[labels == k].mean(axis=0) for k in range(labels.max() + 1)]
    return np.stack(means) if means else X[:0]
