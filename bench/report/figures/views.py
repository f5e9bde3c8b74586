"""Views: each figure is drawn from one object, which has everything that the figure may show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.report.groups import Group
from bench.store import arrays as names
from bench.store.proposal import Proposal

Points = NDArray[np.float32]
Images = NDArray[np.float32]
"""(n, height, width, channels), nominally in [0, 1]."""


@dataclass(frozen=True)
class DataView:
    """The data set of an experiment."""

    class_counts: Mapping[str, Mapping[str, int]]
    """Part of the data → class → number of samples. Empty if the data have no classes."""


@dataclass(frozen=True)
class FitsView:
    """All finished fits of an experiment."""

    groups: Sequence[Group]
    """Groups with at least one finished fit."""
    agreement: pd.DataFrame
    """Adjusted Rand index between each two fits; index and columns are those of `bench.analysis.agreement`. Empty if
    there are too many fits."""
    n_compared: int
    """Number of fits that can be compared with each other."""
    timeline: pd.DataFrame
    """Columns label, seed, seconds and accuracy; one row for each stored labelling of a fit. May be empty."""
    all_groups: Sequence[Group]
    """All groups of the experiment, which fix the colours and the short names."""


@dataclass(frozen=True)
class KView:
    """The rows of an experiment that have several numbers of clusters, k."""

    rows: Mapping[str, Sequence[Group]]
    """By label without k: the groups of each k, in ascending order of k. Empty if no row has several k."""
    curves: pd.DataFrame
    """Indices and stability against k; see `bench.report.k_curves.k_curves`."""
    left_out: Sequence[str]
    """One sentence for each reason why something is not in `curves`."""
    methods: Sequence[str] = ()
    """All methods of the experiment in the order of its rows, which fixes the colours."""


@dataclass(frozen=True)
class ProposalView:
    """How the number of clusters of an experiment was proposed."""

    proposal: Proposal | None
    """None if it was not proposed."""


@dataclass(frozen=True)
class IndexView:
    """One internal index of every partition in every space."""

    index: str
    """Its name without a space, such as `silhouette`."""
    label: str
    """Its heading, such as `Silhouette`."""
    higher_is_better: bool
    decimals: int
    """Digits after the decimal point."""
    matrix: pd.DataFrame
    """One row for each partition, one column for each space; not a number where the index is not defined."""
    own: Sequence[str | None]
    """For each row the column of the space in which its method decides; None without a method or without the column."""
    aggregate: Sequence[float]
    """For each row the aggregate over spaces; not a number without one."""
    aggregate_note: str
    """One sentence: the spaces of the aggregate."""


@dataclass(frozen=True)
class CompressionView:
    """Smaller forms of the models of an experiment."""

    frame: pd.DataFrame
    """The rows of compression.csv, in the order of the table."""
    methods: Mapping[str, str] = field(default_factory=dict)
    """The method of each row of the experiment by label, in their order, which fixes the colours."""


@dataclass(frozen=True)
class FitView:
    """One finished fit, with the samples on which it was measured."""

    title: str
    """Short name of the row and the seed."""
    arrays: Mapping[str, NDArray[Any]]
    """Stored arrays of the fit, by name."""
    features: Points
    """(n_samples, n_features): the measured samples."""
    image_shape: tuple[int, int, int] | None
    """Height, width, channels; None for a table, which has no figures of images."""
    classes: NDArray[np.int64] | None
    """(n_samples,) true class of each sample; None if the data have no classes."""
    class_names: Sequence[str] | None
    matched_classes: Mapping[int, int]
    """Cluster → true class in the best one-to-one matching. A cluster without a class is absent."""
    hits: NDArray[np.int64] | None
    """Number of samples that are nearest to each unit of the map, (rows, columns); None if the method has no map."""
    assignments: pd.DataFrame | None
    """(n_samples,) rows of `read_assignments`; None if the file is missing."""
    reconstructed_rows: NDArray[np.intp]
    """The row in `features` of each stored reconstruction."""
    tsne: Callable[[], tuple[NDArray[np.intp], Points]]
    """Computes the t-SNE of the stored embedding: rows of a sample of `features`, and their coordinates, (n, 2)."""
    caption: str = ""
    """The configuration of the fit in full; empty if `title` says all."""

    @property
    def labels(self) -> NDArray[np.int64]:
        """(n_samples,) cluster of each sample; −1 is noise."""
        return self.arrays[names.LABELS]

    @property
    def clusters(self) -> list[int]:
        """The clusters that have samples, in ascending order."""
        return [int(k) for k in np.unique(self.labels[self.labels >= 0])]

    @property
    def prototypes(self) -> Images | None:
        """The prototypes of the method as images; None if it has none, or for a table."""
        return self.images(self.arrays[names.PROTOTYPES]) if names.PROTOTYPES in self.arrays else None

    @property
    def cluster_prototypes(self) -> Images | None:
        """One prototype for each cluster, as images; None if the numbers of prototypes and of clusters differ."""
        prototypes = self.prototypes
        return None if prototypes is None or len(prototypes) != len(self.arrays[names.CLUSTER_CENTERS]) else prototypes

    def images(self, points: Points) -> Images | None:
        """Samples or prototypes, (n, n_features), as `shown_images`; None for a table."""
        return None if self.image_shape is None else shown_images(points, self.image_shape)


def shown_images(points: Points, image_shape: tuple[int, int, int]) -> Images:
    """Samples or prototypes, (n, n_features), as images of 1 or 3 channels.

    Images with a channel of opacity have colours that are multiplied by it; they are shown on white.
    """
    images = points.reshape(len(points), *image_shape)
    return images if images.shape[3] in (1, 3) else images[..., :-1] + 1 - images[..., -1:]
