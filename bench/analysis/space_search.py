"""In which space could a published index have been measured? Plausible ones, each with the indices it gives."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.analysis.tsne import tsne
from bench.metrics.fit import Fit
from bench.metrics.scoring import score

SIZES = (1_000, 5_000, 10_000)
"""Random subsets that are tried beside all samples; t-SNE is tried on subsets alone."""
INDICES = ("silhouette", "davies_bouldin", "calinski_harabasz")

Points = NDArray[np.float32]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Found:
    """What the fits of one seed left."""

    features: Points
    labels: Mapping[str, Labels]
    """Of the methods that work on pixels, by name."""
    spaces: Mapping[str, Points]
    """Learnt ones, by name."""
    prototypes: Mapping[str, Points]
    """Of the methods that work on pixels."""
    grid_shape: tuple[int, int] | None


def space_search(found: Found, n_clusters: int, threads: int, progress: Callable[[float], None]) -> pd.DataFrame:
    """A row for each space, size and way to cluster it: `space`, `samples`, `clustered`, the three indices.

    `clustered` names the method whose labels, found in pixels, are measured there, or says that K-Means, or a map with
    as many units as clusters, found the labels in that very space.
    """
    spaces = list(_spaces(found, threads))
    rows = []
    for number, (space, rows_of, points) in enumerate(spaces):
        for method, labels in found.labels.items():
            rows.append(_row(space, points, f"in pixels by {method}", labels[rows_of]))
        rows.append(_row(space, points, "there by K-Means", _k_means(points, n_clusters)))
        rows.append(_row(space, points, f"there by a map of {n_clusters} units", _map_units(points, n_clusters)))
        progress((number + 1) / len(spaces))
    if found.grid_shape is not None and "som" in found.prototypes:
        rows.append(_codebook_row(found))
    return pd.DataFrame(rows)


def _spaces(found: Found, threads: int) -> Iterator[tuple[str, NDArray[np.intp], Points]]:
    """Name, rows and points of each space that is as wide as it is tried."""
    everything = {"pixels": found.features, **found.spaces}
    places = _places(found)
    n_samples = len(found.features)
    for size in dict.fromkeys(min(size, n_samples) for size in (*SIZES, n_samples)):
        rows = np.sort(np.random.default_rng(0).permutation(n_samples)[:size])
        for name, points in everything.items():
            yield name, rows, points[rows]
            yield f"two principal components of {name}", rows, _two_components(points[rows])
            if size < n_samples or n_samples <= max(SIZES):
                yield f"t-SNE of {name}", rows, tsne(points[rows], threads)
        if places is not None:
            yield "places of the winning units on the map", rows, places[rows]


def _two_components(points: Points) -> Points:
    from sklearn.decomposition import PCA

    return np.ascontiguousarray(PCA(2, random_state=0).fit_transform(points), dtype=np.float32)


def _k_means(points: Points, n_clusters: int) -> Labels:
    from sklearn.cluster import KMeans

    return np.asarray(KMeans(n_clusters, n_init=10, random_state=0).fit(points).labels_, dtype=np.int64)


def _map_units(points: Points, n_clusters: int) -> Labels:
    """The winning unit of each sample on a map with as many units as clusters, by registered defaults."""
    from methods import registry

    rows = max(side for side in range(1, n_clusters + 1) if n_clusters % side == 0 and side * side <= n_clusters)
    som = registry.create("som", n_clusters=n_clusters, rows=rows, columns=n_clusters // rows, random_state=0)
    labels: Labels = som.fit(points).labels_
    return labels


def _winners(found: Found) -> NDArray[np.intp]:
    from sklearn.metrics import pairwise_distances_argmin

    winners: NDArray[np.intp] = pairwise_distances_argmin(found.features, found.prototypes["som"])
    return winners


def _places(found: Found) -> Points | None:
    """Row and column of each sample's winning unit; None without a map."""
    if found.grid_shape is None or "som" not in found.prototypes:
        return None
    grid = np.indices(found.grid_shape).reshape(2, -1).T.astype(np.float32)
    return grid[_winners(found)]


def _codebook_row(found: Found) -> dict[str, object]:
    """The units of the map themselves, with the labels of their samples."""
    codebook = found.prototypes["som"]
    groups = np.full(len(codebook), -1, np.int64)
    groups[_winners(found)] = found.labels["som"]
    won = groups >= 0
    return _row("codebook of the map", codebook[won], "in pixels by som", groups[won])


def _row(space: str, points: Points, clustered: str, labels: Labels) -> dict[str, object]:
    values = score([Fit(labels=labels, features=points)])[0]
    indices = {name: values[f"{name}_input"] for name in INDICES}
    return {"space": space, "samples": len(points), "clustered": clustered, **indices}
