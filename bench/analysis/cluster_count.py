"""A number of clusters is proposed from the data alone: many clusters are merged until a valley separates each two."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bench.analysis.dip_merging import Labels, Merge, merges_of
from bench.analysis.index_spaces import drawn
from bench.metrics.arrays import FloatArray
from bench.metrics.reference import reference_space
from bench.metrics.spaces import COMPONENTS
from methods import registry

CRITERION = "merging by dip 1"
"""The name of the criterion and its version. Another version proposes anew."""
SPACE = f"{registry.UMAP_DIMENSIONS}-dimensional UMAP of PCA-{COMPONENTS}"
MOST_SAMPLES = 3000
"""Of more samples, as many are drawn with a fixed seed: √n · dip grows with √n, and so would the number of clusters."""
LEAST_SAMPLES = 100
"""With fewer samples nothing is proposed."""
N_MAPS = 3
"""UMAP with the seeds 0, 1 and 2."""
N_START = 40
"""Clusters before the first merge, so the largest proposal."""
LEAST_OF_CLUSTER = 25
"""With few samples the first clusters are fewer, so that they have as many samples as this on average."""
LEVEL = 0.7
"""A valley with this √n · dip or more separates two clusters. Of 20,000 draws of 400 uniform numbers, which have one
mode, 5 % are above 0.53 and 0.1 % are above 0.7."""
_N_INIT = 3
_SHARE_OF_MAPS = 0.9


@dataclass(frozen=True)
class CountFound:
    """A proposed number of clusters and its evidence."""

    n_clusters: int
    """The proposal, at least 2."""
    n_samples: int
    """Number of samples that were used."""
    merges: tuple[Merge, ...]
    """One for each number of clusters from the first one to 2. Those at and below the proposal were not accepted; they
    show how clear it is."""

    @property
    def n_start(self) -> int:
        """Number of clusters before the first merge."""
        return self.merges[0].n_clusters


def propose_count(features: FloatArray, progress: Callable[[float], None] = lambda share: None) -> CountFound:
    """Propose a number of clusters for `features`, (n_samples, n_features). True labels are not used.

    The criterion, which was fixed before it was tried on the sets of docs/results/number_of_clusters.md:

    1. At most 3,000 samples are drawn, and mapped by UMAP in ten dimensions from the first 50 principal components,
       three times, with the seeds 0, 1 and 2.
    2. K-Means in the first map finds 40 clusters, or fewer if they had less than 25 samples on average.
    3. The two clusters with the shallowest valley between them are merged, again and again (`merges_of`). The depth of
       a valley is √n times Hartigan's dip on the axis between the means of the two clusters, and the smallest of the
       three maps counts.
    4. The proposal is the number of clusters at the first valley with a depth of 0.7 or more; at least 2.

    It follows DipDECK (Leiber et al. 2021), which merges by the p-value and learns the space meanwhile. The level is
    that of a p-value of 0.001 against uniform numbers. It was chosen with the true labels of the first 20,000 images of
    MNIST and of 20,000 images of Fashion-MNIST in sight. `progress` gets the share that is done. Raises
    ValueError, one line, if there are fewer than 100 samples; MethodError if umap-learn is not installed; ImportError
    if it cannot be used.
    """
    maps = counting_maps(features, lambda share: progress(_SHARE_OF_MAPS * share))
    return count_in_maps(maps, lambda share: progress(_SHARE_OF_MAPS + (1 - _SHARE_OF_MAPS) * share))


def counting_maps(features: FloatArray, progress: Callable[[float], None] = lambda share: None) -> list[FloatArray]:
    """The maps of `propose_count`, each (n_drawn, 10), and its errors."""
    check_count_possible(len(features))
    rows = drawn(len(features), MOST_SAMPLES)
    reference = np.ascontiguousarray(reference_space(features[rows]), np.float32)
    maps = []
    for seed in range(N_MAPS):
        maps.append(registry.umap_map(reference, seed))
        progress((seed + 1) / N_MAPS)
    return maps


def count_in_maps(maps: Sequence[FloatArray], progress: Callable[[float], None] = lambda share: None) -> CountFound:
    """The steps 2 to 4 of `propose_count`; each map has shape (n_samples, d)."""
    merges = merges_of(_first_clusters(maps[0]), maps, progress)
    return CountFound(first_valley(merges, LEVEL), len(maps[0]), tuple(merges))


def check_count_possible(n_samples: int) -> None:
    """Raise ValueError if there are too few samples, or MethodError if umap-learn is not installed."""
    if n_samples < LEAST_SAMPLES:
        raise ValueError(f"{n_samples} samples are too few to propose a number of clusters; expected {LEAST_SAMPLES}.")
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
