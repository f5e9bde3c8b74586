"""The steps of a run, each on the first n images, to measure how its cost grows."""

from collections.abc import Callable

import numpy as np
import torch
from contenders.data import images
from contenders.training import CPU, autoencoder
from contest import Facts, Run, Scale
from sklearn.cluster import KMeans as LatentKMeans

from bench.machine.allocator import keep_freed_memory
from bench.metrics.internal import calinski_harabasz, davies_bouldin
from bench.metrics.scatter import scatter
from bench.metrics.silhouette.exact import silhouette_scores
from methods.dec.latent import generator
from methods.dec.objective import Target
from methods.dec.pretraining import Pretraining
from methods.dec.refinement import LossWeights, Refinement
from methods.dec.training import Steps
from methods.device import choose_precision
from methods.kmeans import KMeans
from methods.progress import no_progress
from methods.som import SOM

LATENT_DIM = 64
ONE_EPOCH = Steps(epochs=1, batch_size=256, lr=1e-3, weight_decay=1e-4, precision=choose_precision(CPU))


def nothing() -> Facts:
    return {}


def _pixels(scale: Scale, n: int) -> np.ndarray:
    """Memory-mapped from the cache, as in a run."""
    return images(scale).features[:n]


def _fit(model: KMeans | SOM, X: np.ndarray) -> Run:
    def run() -> Callable[[], Facts]:
        model.fit(X)
        return nothing

    return run


def kmeans(scale: Scale, n: int) -> Run:
    return _fit(KMeans(n_init=scale.pick(10, 1), random_state=0), _pixels(scale, n))


def online_map(scale: Scale, n: int) -> Run:
    return _fit(SOM(n_steps=scale.pick(n, 100), random_state=0), _pixels(scale, n))


def batch_map(scale: Scale, n: int) -> Run:
    return _fit(SOM(training="batch", device="cpu", random_state=0), _pixels(scale, n))


def pretraining_epoch(scale: Scale, n: int) -> Run:
    keep_freed_memory()
    X, network = torch.from_numpy(np.array(_pixels(scale, n))), autoencoder()

    def run() -> Callable[[], Facts]:
        Pretraining(network, X, ONE_EPOCH, generator=generator(0, "pretrain")).train(no_progress)
        return nothing

    return run


def clustering_epoch(scale: Scale, n: int) -> Run:
    keep_freed_memory()
    X, network = torch.from_numpy(np.array(_pixels(scale, n))), autoencoder()

    def run() -> Callable[[], Facts]:
        phase = Refinement(
            network,
            torch.randn(10, LATENT_DIM, generator=torch.Generator().manual_seed(0)),
            torch.zeros(n, dtype=torch.int64),
            X,
            ONE_EPOCH,
            weights=LossWeights(1.0, 0.5),
            target=Target(),
            update_interval=None,
            tol=0.0,
            generator=generator(0, "cluster"),
        )
        phase.train(no_progress)
        return nothing

    return run


def _codes(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Ten overlapping clusters in 64 dimensions, and their labels."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, n)
    noise = rng.standard_normal((n, LATENT_DIM), np.float32)
    return rng.standard_normal((10, LATENT_DIM), np.float32)[labels] + noise, labels


def centres(scale: Scale, n: int) -> Run:
    codes, _ = _codes(n)
    model = LatentKMeans(10, n_init=scale.pick(20, 1), random_state=0)

    def run() -> Callable[[], Facts]:
        model.fit(codes)
        return nothing

    return run


def _silhouette(X: np.ndarray, labels: np.ndarray) -> Run:
    def run() -> Callable[[], Facts]:
        (value,) = silhouette_scores(X, [labels])
        return lambda: {"silhouette": value}

    return run


def silhouette_of_codes(scale: Scale, n: int) -> Run:
    return _silhouette(*_codes(n))


def silhouette_of_pixels(scale: Scale, n: int) -> Run:
    return _silhouette(_pixels(scale, n), np.random.default_rng(0).integers(0, 10, n))


def other_indices(scale: Scale, n: int) -> Run:
    X, labels = _pixels(scale, n), np.random.default_rng(0).integers(0, 10, n)

    def run() -> Callable[[], Facts]:
        davies_bouldin(scatter(X, labels))
        calinski_harabasz(scatter(X, labels))
        return nothing

    return run


STEPS: dict[str, Callable[[Scale, int], Run]] = {
    "K-Means on pixels, 10 restarts": kmeans,
    "SOM online, one step an image": online_map,
    "SOM in batches": batch_map,
    "sha12, an epoch of pretraining": pretraining_epoch,
    "sha12, an epoch of clustering": clustering_epoch,
    "K-Means on codes, 20 restarts": centres,
    "Silhouette of codes": silhouette_of_codes,
    "Silhouette of pixels": silhouette_of_pixels,
    "Davies–Bouldin and Calinski–Harabasz of pixels": other_indices,
}
