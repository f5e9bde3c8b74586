"""Search for the space in which a published index may have been measured."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.analysis.tsne import tsne
from bench.metrics.engine import PROCESSOR, Engine
from bench.metrics.fit import Fit
from bench.metrics.scoring import score
from bench.store import arrays as names

SIZES = (1_000, 5_000, 10_000)
"""Sizes of random subsets, which are tried in addition to all samples."""
INDICES = ("silhouette", "davies_bouldin", "calinski_harabasz")

Points = NDArray[np.float32]
Labels = NDArray[np.int64]


def search_spaces(
    features: Points,
    fits: Mapping[str, Mapping[str, NDArray[Any]]],
    grid_shape: tuple[int, int] | None,
    n_clusters: int,
    threads: int,
    progress: Callable[[float], None],
    engine: Engine = PROCESSOR,
) -> pd.DataFrame:
    """One row for each space, number of samples and clustering: `space`, `samples`, `clustered` and the three indices.

    `features`, (n_samples, n_features), are pixels. `fits` has the stored arrays (`bench.store.arrays`) of one fit of
    each method. `grid_shape` is the number of rows and of columns of the map `som`; None without a map.

    `clustered` names the labels that are measured in this space: the labels of a method that clustered pixels, or the
    labels of K-Means or of a map with `n_clusters` units, fitted in the space itself. `progress` is called with the
    finished share. `engine` computes the indices.
    """
    learnt = {method: arrays[names.EMBEDDING] for method, arrays in fits.items() if names.EMBEDDING in arrays}
    sources = {"pixels": features} | {f"codes of {method}": codes for method, codes in learnt.items()}
    units = None if grid_shape is None else _nearest_units(features, fits["som"][names.PROTOTYPES])
    places = None if grid_shape is None else np.indices(grid_shape).reshape(2, -1).T.astype(np.float32)[units]
    spaces = list(_spaces(sources, places, threads))
    table = []
    for number, (space, rows, points) in enumerate(spaces):
        for method in [method for method in fits if method not in learnt]:
            table.append(_row(space, points, f"in pixels by {method}", fits[method][names.LABELS][rows], engine))
        table.append(_row(space, points, "there by K-Means", _k_means(points, n_clusters), engine))
        table.append(
            _row(space, points, f"there by a map of {n_clusters} units", _map_units(points, n_clusters), engine)
        )
        progress((number + 1) / len(spaces))
    if units is not None:
        table.append(_codebook_row(fits["som"], units, engine))
    return pd.DataFrame(table)


def _spaces(
    sources: Mapping[str, Points], places: Points | None, threads: int
) -> Iterator[tuple[str, NDArray[np.intp], Points]]:
    """Yield each space with each number of samples: its name, the rows of the samples and their points.

    `places` are the rows and columns of the nearest units on the map. t-SNE of all samples is left out if they are more
    than the largest subset.
    """
    n_samples = len(sources["pixels"])
    for size in dict.fromkeys(min(size, n_samples) for size in (*SIZES, n_samples)):
        rows = np.sort(np.random.default_rng(0).permutation(n_samples)[:size])
        for name, points in sources.items():
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
    """The nearest unit of each sample, on a map with one unit per cluster and the default options of the method."""
    from methods import registry

    rows = max(side for side in range(1, n_clusters + 1) if n_clusters % side == 0 and side * side <= n_clusters)
    som = registry.create("som", n_clusters=n_clusters, rows=rows, columns=n_clusters // rows, random_state=0)
    labels: Labels = som.fit(points).labels_
    return labels


def _nearest_units(features: Points, prototypes: Points) -> NDArray[np.intp]:
    from sklearn.metrics import pairwise_distances_argmin

    units: NDArray[np.intp] = pairwise_distances_argmin(features, prototypes)
    return units


def _codebook_row(som: Mapping[str, NDArray[Any]], units: NDArray[np.intp], engine: Engine) -> dict[str, object]:
    """The units of the map as points, each with the label of its samples. Units without a sample are left out."""
    codebook = som[names.PROTOTYPES]
    labels = np.full(len(codebook), -1, np.int64)
    labels[units] = som[names.LABELS]
    used = labels >= 0
    return _row("codebook of the map", codebook[used], "in pixels by som", labels[used], engine)


def _row(space: str, points: Points, clustered: str, labels: Labels, engine: Engine) -> dict[str, object]:
    values = score([Fit(labels=labels, features=points)], engine=engine)[0]
    indices = {name: values[f"{name}_input"] for name in INDICES}
    return {"space": space, "samples": len(points), "clustered": clustered, **indices}
