"""The clusters from which DEC starts: centres in the latent space, and the first label of every sample."""

from dataclasses import dataclass

import numpy as np
from sklearn import cluster
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score

from methods.base import FloatArray, IntArray, means_of, nearest
from methods.manifold import umap_embedding
from methods.mixture import Mixture
from methods.pca_kmeans import fit_pca, project
from methods.progress import Progress, ProgressCallback, no_progress

MIXTURE_N_INIT = 5
"""As many restarts as `AEGMM` has by default: DEC with init="gmm" starts from its clusters."""

HIDDEN_COMPONENTS = 50
"""As many as umap-gmm takes of pixels by default."""


@dataclass(frozen=True)
class Start:
    """Centres, (n_found, d), and labels, (n_samples,)."""

    centers: FloatArray
    labels: IntArray


def find_start(
    codes: FloatArray,
    init: str,
    n_clusters: int,
    n_init: int,
    seed: int,
    *,
    n_starts: int = 1,
    hidden: FloatArray | None = None,
    before: IntArray | None = None,
    progress: ProgressCallback = no_progress,
) -> Start:
    """First clusters of `codes`, (n_samples, d), as `init` finds them.

    `kmeans`: K-Means with `n_init` restarts, as in the paper. `gmm`: a Gaussian mixture of the codes. `manifold`: a
    mixture of their UMAP in ten dimensions (McConville et al. 2021, "N2D"). `hidden-manifold`: the same of 50 principal
    components of `hidden`, (n_samples, width), what the middle of the encoder makes. Of all but K-Means the centres
    are the means of the codes of each cluster, and of `n_starts` clusterings the most typical one is taken.

    With `before`, labels of the samples, (n_samples,) without gaps, there is one clustering, which begins with these.
    """
    if init == "kmeans":
        centers = codes_kmeans(codes, n_clusters, n_init, seed % 2**32, before).cluster_centers_
        return Start(centers, nearest(codes, centers))
    space = codes
    if init == "hidden-manifold":
        if hidden is None:
            raise ValueError(
                "init='hidden-manifold' needs hidden, what the middle of the encoder makes of the samples."
            )
        space = project(hidden_pca(hidden, seed), hidden)
    found = []
    for number in range(n_starts if before is None else 1):
        progress(Progress("centres", number, n_starts))
        one = (seed + number) % 2**32
        points = space if init == "gmm" else umap_embedding(space, seed=one)
        found.append(Mixture(points, n_clusters, MIXTURE_N_INIT, one, start=before).labels)
    labels = most_typical(found)
    return Start(means_of(codes, labels), labels)


def hidden_pca(hidden: FloatArray, seed: int) -> PCA:
    """The principal components of what the middle of the encoder makes, (n_samples, width), that a UMAP is made of."""
    return fit_pca(hidden, HIDDEN_COMPONENTS, seed % 2**32)


def most_typical(labelings: list[IntArray]) -> IntArray:
    """The labeling that agrees most with the others, by the mean adjusted Rand index; the first of equals.

    A start that merges or splits clusters in a way of its own is told by that, without true labels.
    """
    agreement = [sum(adjusted_rand_score(one, other) for other in labelings) for one in labelings]
    return labelings[int(np.argmax(agreement))]


def codes_kmeans(
    codes: FloatArray, n_clusters: int, n_init: int, seed: int, before: IntArray | None = None
) -> cluster.KMeans:
    """K-Means on latent codes, k-means++, or from the means of the clusters that were there `before`."""
    if before is None:
        return cluster.KMeans(n_clusters, init="k-means++", n_init=n_init, random_state=seed).fit(codes)
    means = means_of(codes, before)
    return cluster.KMeans(len(means), init=means, n_init=1, random_state=seed).fit(codes)
