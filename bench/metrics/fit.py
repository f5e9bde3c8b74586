"""One finished fit, as the arrays that metrics read."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bench.metrics.arrays import FloatArray, IntArray
from bench.metrics.collapse import has_collapsed
from bench.metrics.engine import PROCESSOR, Engine
from bench.metrics.reference import reference_space
from bench.metrics.scatter import Scatter
from bench.metrics.silhouette.sampled import Estimate
from bench.metrics.spaces import Space


@dataclass(eq=False)
class LabelledSpace:
    """The samples of a fit in one space. The quantities that several metrics read are computed once."""

    points: FloatArray
    """(n_samples, n_features) or (n_samples, latent_dim)."""
    labels: IntArray
    """(n_samples,)."""
    engine: Engine = PROCESSOR
    """Where the quantities are computed."""

    @cached_property
    def scatter(self) -> Scatter:
        """Sizes, centres and dispersions of the clusters."""
        return self.engine.scatter(self.points, self.labels)

    @cached_property
    def silhouette(self) -> Estimate:
        """The mean silhouette, with its standard error."""
        return self.engine.silhouettes(self.points, [self.labels])[0]

    @cached_property
    def has_collapsed(self) -> bool:
        """Whether the space contains no information, or only the labels, as `bench.metrics.collapse` says."""
        return has_collapsed(self.points, self.labels)

    def quantization_error(self, prototypes: FloatArray) -> float:
        """Mean distance of a sample to its nearest prototype; `prototypes` has shape (n_units, n_features)."""
        return self.engine.quantization_error(self.points, prototypes)


@dataclass(frozen=True, eq=False)
class Fit:
    """The arrays of one finished fit. They are neither copied nor changed.

    Raises ValueError if the lengths of the arrays differ, or if the grid does not fit the number of prototypes.

    >>> Fit(np.array([0, 1]), np.zeros((2, 3), np.float32)).space("own").points.shape
    (2, 3)
    """

    labels: IntArray
    """(n_samples,) cluster of each sample; −1 is noise."""
    features: FloatArray
    """(n_samples, n_features) X, float32; may be read-only."""
    true_labels: IntArray | None = None
    """(n_samples,) class of each sample."""
    embedding: FloatArray | None = None
    """(n_samples, latent_dim) codes of the method; None if its own space is the input."""
    prototypes: FloatArray | None = None
    """(n_units, n_features); for a map, in row-major order of its grid."""
    soft_assignments: FloatArray | None = None
    """(n_samples, n_clusters), rows sum to 1."""
    reconstruction_error: float | None = None
    """Mean squared error per pixel between the samples and their reconstruction, ≥ 0; the method measured it."""
    grid_shape: tuple[int, int] | None = None
    """Rows and columns of a map."""
    reference: FloatArray | None = None
    """`reference_space` of the features, if all fits of one data set share it; else it is computed when it is used."""

    def __post_init__(self) -> None:
        n_samples = len(self.features)
        if not np.issubdtype(self.labels.dtype, np.integer):
            raise ValueError(f"labels must be integers, got {self.labels.dtype}.")
        for name in ("labels", "true_labels", "embedding", "soft_assignments"):
            values = getattr(self, name)
            if values is not None and len(values) != n_samples:
                raise ValueError(f"{name} must have one row per sample ({n_samples}), got {len(values)}.")
        if self.prototypes is not None and self.prototypes.shape[1] != self.features.shape[1]:
            raise ValueError(
                f"prototypes must have n_features={self.features.shape[1]} columns, got {self.prototypes.shape[1]}."
            )
        if self.prototypes is not None and self.grid_shape is not None:
            rows, columns = self.grid_shape
            if rows * columns != len(self.prototypes):
                raise ValueError(
                    f"grid_shape={self.grid_shape} needs {rows * columns} units, got {len(self.prototypes)}."
                )

    def space(self, name: Space) -> LabelledSpace:
        """The space of this name. Without an embedding, the own space and the input space are the same object.

        With at most 50 features, so are the reference space and the input space.
        """
        if name == "reference":
            return self._reference_space
        return self._own_space if name == "own" else self._input_space

    @cached_property
    def _input_space(self) -> LabelledSpace:
        return LabelledSpace(self.features, self.labels)

    @cached_property
    def _own_space(self) -> LabelledSpace:
        return self._input_space if self.embedding is None else LabelledSpace(self.embedding, self.labels)

    @cached_property
    def _reference_space(self) -> LabelledSpace:
        points = reference_space(self.features) if self.reference is None else self.reference
        return self._input_space if points is self.features else LabelledSpace(points, self.labels)

    def lacks(self, name: str) -> bool:
        """Whether the attribute `name` is None or contains infinity or NaN, as after a training that diverged.

        `features` are not checked, because they are the data.
        """
        value = getattr(self, name)
        return value is None or (name != "features" and not bool(np.isfinite(value).all()))
