"""The clusters from which DEC starts: centres in the latent space, and the first label of every sample."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from methods.base import FloatArray, IntArray, means_of, nearest, without_gaps
from methods.dec.consensus import agreement_matrix
from methods.dec.drawn_start import drawn_rows, labels_of_all
from methods.manifold import N_NEIGHBORS, umap_embedding
from methods.mixture import Mixture
from methods.pca_kmeans import Projection, fit_pca
from methods.progress import Progress, ProgressCallback, no_progress
from methods.restarts import k_means

MIXTURE_N_INIT = 5
"""The default of `AEGMM`, so that DEC with init="gmm" starts from the same clusters."""

HIDDEN_COMPONENTS = 50
"""The default of `umap-gmm` for pixels."""


@dataclass(frozen=True)
class Start:
    """Centres, (n_found, d), and labels, (n_samples,)."""

    centers: FloatArray
    labels: IntArray
    certain: NDArray[np.bool_] | None = None
    """(n_samples,): whether the label is certain, because several clusterings agree on it; None: all labels are."""

    @property
    def targets(self) -> IntArray:
        """(n_samples,): the labels; −1 for samples that are not certain."""
        return self.labels if self.certain is None else np.where(self.certain, self.labels, -1)


@dataclass(frozen=True)
class UMAPSettings:
    """How UMAP maps a space for a start."""

    n_neighbors: int = N_NEIGHBORS
    neighbor_share: float = 0.0
    """UMAP has `n_neighbors` or, if that is more, this share of the samples that it maps."""
    n_mapped: int | None = None
    """Number of drawn samples in each map, from which the others get their clusters; None: all samples are mapped."""


def find_start(
    codes: FloatArray,
    init: str,
    n_clusters: int,
    n_init: int,
    seed: int,
    *,
    n_starts: int = 1,
    hidden: FloatArray | None = None,
    umap: UMAPSettings = UMAPSettings(),
    start_labels: IntArray | None = None,
    device: torch.device | None = None,
    progress: ProgressCallback = no_progress,
) -> Start:
    """First clusters of `codes`, (n_samples, d), by the algorithm `init`.

    The option `init` of `DECOptions` explains the algorithms. `hidden-manifold` maps 50 principal components of
    `hidden`, (n_samples, width), the output of a block of the encoder. `umap` says how UMAP maps it. A mixture is
    fitted `n_starts` times and the most typical clustering is used; its centres are the means of the codes of each
    cluster. `progress` is called only for mixtures. With `start_labels`, (n_samples,) without gaps, there is one
    clustering, which starts from them. Mixtures, K-Means, principal components and the neighbours for UMAP are computed
    on `device` if it can do so, see `Mixture`.

    Raises ValueError if `init` is hidden-manifold and `hidden` is None.
    """
    if init == "kmeans":
        centers = codes_kmeans(codes, n_clusters, n_init, seed % 2**32, start_labels, device=device)
        return Start(centers, nearest(codes, centers))
    space = start_space(codes, init, hidden, seed, device)
    labelings: list[IntArray] = []
    n_labelings = n_starts if start_labels is None else 1
    progress(Progress("centres", 0, n_labelings))
    while len(labelings) < n_labelings:
        own_seed = (seed + len(labelings)) % 2**32
        rows, points, first = np.arange(len(space)), space, start_labels
        if init != "gmm":
            rows = drawn_rows(len(space), umap.n_mapped, own_seed)
            n_graph = max(umap.n_neighbors, round(umap.neighbor_share * len(rows)))
            points = umap_embedding(space[rows], n_neighbors=n_graph, seed=own_seed, device=device)
            first = None if first is None else without_gaps(first[rows])[0]
        mixture = Mixture(points, n_clusters, MIXTURE_N_INIT, own_seed, start_labels=first, device=device)
        labelings.append(labels_of_all(space, rows, mixture.labels))
        progress(Progress("centres", len(labelings), n_labelings))
    labels = most_typical(labelings)
    return Start(means_of(codes, labels), labels)


def start_space(
    codes: FloatArray, init: str, hidden: FloatArray | None, seed: int, device: torch.device | None = None
) -> FloatArray:
    """The space in which the algorithm `init` compares samples, before any map, (n_samples, d).

    It has 50 principal components of `hidden` with init=hidden-manifold; otherwise, it is that of the codes. The
    arguments are those of `find_start`. Raises ValueError if `init` is hidden-manifold and `hidden` is None.
    """
    if init != "hidden-manifold":
        return codes
    if hidden is None:
        raise ValueError("init='hidden-manifold' needs hidden, the output of a block of the encoder.")
    return hidden_pca(hidden, seed, device).transform(hidden)


def hidden_pca(hidden: FloatArray, seed: int, device: torch.device | None = None) -> Projection:
    """The principal components of `hidden`, (n_samples, width), that UMAP maps; `device` as in `fit_pca`."""
    return fit_pca(hidden, HIDDEN_COMPONENTS, seed % 2**32, device)


def most_typical(labelings: list[IntArray]) -> IntArray:
    """The labeling with the largest mean adjusted Rand index to the others; of equal labelings, the first.

    A labeling that merges or splits clusters differs from the others. So it is avoided without true labels.
    """
    return labelings[int(np.argmax(agreement_matrix(labelings).sum(axis=1)))]


def codes_kmeans(
    codes: FloatArray,
    n_clusters: int,
    n_init: int,
    seed: int,
    start_labels: IntArray | None = None,
    *,
    device: torch.device | None = None,
) -> FloatArray:
    """The centres of K-Means on latent codes, (n_clusters, d); `device` as in `methods.restarts.k_means`.

    There are `n_init` restarts of k-means++, or one start from the means of the given clusters, (n_samples,) without
    gaps.
    """
    if start_labels is None:
        return k_means(codes, n_clusters, n_init=n_init, seed=seed, device=device)[0]
    means = means_of(codes, start_labels)
    return k_means(codes, len(means), n_init=1, seed=seed, device=device, init=means)[0]
