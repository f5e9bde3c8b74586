"""What metrics may know of one finished fit."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bench.metrics.arrays import FloatArray, IntArray
from bench.metrics.scatter import Scatter, scatter
from bench.metrics.silhouette.sampled import Estimate, estimate_silhouettes


@dataclass(frozen=True, eq=False)
class Fit:
    """One finished fit, as arrays. Nothing is copied and nothing is written to.

    Raises ValueError if the arrays disagree in length, or the grid with the number of prototypes.

    >>> Fit(np.array([0, 1]), np.zeros((2, 3), np.float32)).own.shape
    (2, 3)
    """

    labels: IntArray
    """(n_samples,) cluster of each sample; −1 is noise."""
    features: FloatArray
    """(n_samples, n_features) X, float32; may be read-only."""
    true_labels: IntArray | None = None
    """(n_samples,) class of each sample."""
    embedding: FloatArray | None = None
    """(n_samples, latent_dim) codes of the method, or None where its own space is the input."""
    prototypes: FloatArray | None = None
    """(n_units, n_features), for a map in row-major order of its grid."""
    soft_assignments: FloatArray | None = None
    """(n_samples, n_clusters), rows sum to 1."""
    reconstruction_error: float | None = None
    """What the fit itself measured: mean squared error per pixel of the samples as the method gives them back."""
    grid_shape: tuple[int, int] | None = None
    """Rows and columns of a map."""

    def __post_init__(self) -> None:
        n_samples = len(self.features)
        if not np.issubdtype(self.labels.dtype, np.integer):
            raise ValueError(f"labels must be whole numbers, got {self.labels.dtype}.")
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

    @property
    def own(self) -> FloatArray:
        """The space in which the method decides: its embedding, or the input where it has none."""
        return self.features if self.embedding is None else self.embedding

    @cached_property
    def scatter_input(self) -> Scatter:
        """How the samples lie about the centres of their clusters in the input space; two indices need it."""
        return scatter(self.features, self.labels)

    @cached_property
    def scatter_own(self) -> Scatter:
        """The same in the method's own space."""
        return self.scatter_input if self.embedding is None else scatter(self.embedding, self.labels)

    @cached_property
    def own_silhouette(self) -> Estimate:
        """The mean silhouette in the method's own space; it and its standard error are two metrics."""
        return estimate_silhouettes(self.own, [self.labels])[0]

    @cached_property
    def input_silhouette(self) -> Estimate:
        """The mean silhouette in the input space."""
        return estimate_silhouettes(self.features, [self.labels])[0]

    def lacks(self, name: str) -> bool:
        """Whether the attribute `name` is None or holds numbers that are not finite (a training that diverged).

        `features` are trusted: they are the data.
        """
        value = getattr(self, name)
        if name in ("embedding", "prototypes", "soft_assignments") and value is not None:
            return not bool(np.isfinite(value).all())
        return value is None
