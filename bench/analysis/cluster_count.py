"""A number of clusters is proposed from the data alone: many clusters are merged until a valley separates each two."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bench.analysis.counting_space import ImageShape, counting_space
from bench.analysis.dip_merging import Labels, Merge, merges_of
from bench.analysis.index_spaces import drawn
from bench.metrics.arrays import FloatArray
from methods import registry

CRITERION = "merging by dip, version 2"
"""The name of the criterion and its version. Another version proposes anew."""
MOST_MAPPED = 20_000
"""Of more samples, as many are drawn with a fixed seed."""
MOST_COMPARED = 3000
"""Of more mapped samples, as many are used for the valleys: √n · dip grows with √n, and so would the number of
clusters."""
LEAST_SAMPLES = 100
"""With fewer samples nothing is proposed."""
N_MAPS = 3
"""UMAP with the seeds 0, 1 and 2."""
N_START = 25
"""Clusters before the first merge, so the largest proposal."""
LEAST_OF_CLUSTER = 25
"""With few samples the first clusters are fewer, so that they have as many samples as this on average."""
LEVEL = 1.1
"""A valley with this √n · dip or more separates two clusters."""
_N_INIT = 3
_SHARE_OF_NETWORK, _SHARE_OF_MAPS = 0.6, 0.9


@dataclass(frozen=True)
class Maps:
    """The maps in which clusters are counted."""

    space: str
    """What was mapped, and how."""
    n_mapped: int
    """Number of samples that were mapped."""
    positions: tuple[FloatArray, ...]
    """Of each map (n_compared, 10): the positions of the same samples."""


@dataclass(frozen=True)
class CountFound:
    """A proposed number of clusters and its evidence."""

    n_clusters: int
    """The proposal, at least 2."""
    space: str
    """The space in which the clusters were counted."""
    n_mapped: int
    """Number of samples that were mapped."""
    n_compared: int
    """Number of them between which valleys were measured."""
    merges: tuple[Merge, ...]
    """One for each number of clusters from the first one to 2. Those at and below the proposal were not accepted; they
    show how clear it is."""

    @property
    def n_start(self) -> int:
        """Number of clusters before the first merge."""
        return self.merges[0].n_clusters


def propose_count(
    features: FloatArray, image_shape: ImageShape | None, progress: Callable[[float], None] = lambda share: None
) -> CountFound:
    """Propose a number of clusters for `features`, (n_samples, n_features). True labels are not used.

    `image_shape`, (height, width, channels), is None if the features are not images. The criterion, which was fixed
    before it was tried on the sets of docs/results/number_of_clusters.md:

    1. At most 20,000 samples are drawn, with a fixed seed.
    2. If they are images of at least 8 × 8 pixels, with values from 0 to 1, one network is pretrained on them as in the
       preset `consensus` of `dec`, and 50 principal components of its hidden layer are the space. Otherwise, the space
       has the first 50 principal components of the samples.
    3. All that were drawn are mapped by UMAP in ten dimensions, three times, with the seeds 0, 1 and 2. At most 3,000
       of them are used from here on.
    4. K-Means in the first map finds 25 clusters, or fewer if they had less than 25 samples on average. The two
       clusters with the shallowest valley between them are merged, again and again (`merges_of`). The depth of a valley
       is √n times Hartigan's dip on the axis between the means of the two clusters, and the smallest of the three maps
       counts. The proposal is the number of clusters at the first valley with a depth of 1.1 or more; at least 2.

    It follows DipDECK (Leiber et al. 2021), which merges by the p-value and learns the space meanwhile. The level was
    chosen with the true labels of the first 20,000 images of MNIST and of 20,000 images of Fashion-MNIST in sight.
    `progress` gets the share that is done. Raises ValueError, one line, if there are fewer than 100 samples, or all are
    equal; MethodError if umap-learn is not installed; ImportError if it cannot be used; FloatingPointError if the
    pretraining diverges.
    """
    maps = counting_maps(features, image_shape, lambda share: progress(_SHARE_OF_MAPS * share))
    return count_in_maps(maps, lambda share: progress(_SHARE_OF_MAPS + (1 - _SHARE_OF_MAPS) * share))


def counting_maps(
    features: FloatArray, image_shape: ImageShape | None, progress: Callable[[float], None] = lambda share: None
) -> Maps:
    """The steps 1 to 3 of `propose_count`, and its errors."""
    check_count_possible(features)
    mapped = drawn(len(features), MOST_MAPPED)
    compared = np.searchsorted(mapped, drawn(len(features), MOST_COMPARED))
    name, points = counting_space(features[mapped], image_shape, lambda share: progress(_SHARE_OF_NETWORK * share))
    positions = []
    for seed in range(N_MAPS):
        positions.append(registry.umap_map(points, seed)[compared])
        progress(_SHARE_OF_NETWORK + (1 - _SHARE_OF_NETWORK) * (seed + 1) / N_MAPS)
    return Maps(f"{registry.UMAP_DIMENSIONS}-dimensional UMAP of {name}", len(mapped), tuple(positions))


def count_in_maps(maps: Maps, progress: Callable[[float], None] = lambda share: None) -> CountFound:
    """The step 4 of `propose_count`. Raises ValueError if all samples are at one place."""
    labels = _first_clusters(maps.positions[0])
    if labels.max() == 0:
        raise ValueError("all samples are at one place in the map, so no number of clusters can be proposed.")
    merges = merges_of(labels, maps.positions, progress)
    n_clusters = first_valley(merges, LEVEL)
    return CountFound(n_clusters, maps.space, maps.n_mapped, len(maps.positions[0]), tuple(merges))


def check_count_possible(features: FloatArray) -> None:
    """Raise ValueError if the samples are too few or equal, or MethodError if umap-learn is not installed."""
    n_samples = len(features)
    if n_samples < LEAST_SAMPLES:
        raise ValueError(f"{n_samples} samples are too few to propose a number of clusters; expected {LEAST_SAMPLES}.")
    if (features == features[0]).all():
        raise ValueError(f"all {n_samples} samples are equal; expected samples that differ.")
    registry.check_umap_map(n_samples)


def first_valley(merges: Sequence[Merge], level: float) -> int:
    """The largest number of clusters at which the shallowest valley has at least the depth `level`; else 2.

    >>> first_valley([Merge(4, 0.3), Merge(3, 0.9), Merge(2, 0.8)], 0.85)
    3
    """
    return next((merge.n_clusters for merge in merges if merge.valley >= level), 2)


def _first_clusters(positions: FloatArray) -> Labels:
    """Labels by K-Means, (n_samples,), without gaps; equal samples can make fewer clusters than were asked for."""
    from sklearn.cluster import KMeans  # here: it takes a second to load

    n_clusters = min(N_START, len(positions) // LEAST_OF_CLUSTER, len(np.unique(positions, axis=0)))
    labels = KMeans(n_clusters, n_init=_N_INIT, random_state=0).fit_predict(positions)
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)
