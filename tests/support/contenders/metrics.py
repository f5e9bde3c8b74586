"""Metrics and K-Means: ours beside scikit-learn's."""

from collections.abc import Callable

import numpy as np
from contenders.data import images, pixels
from contest import Run, Scale
from sklearn import cluster, metrics

from bench.metrics.engine import engine_on
from bench.metrics.fit import Fit
from bench.metrics.scoring import score
from bench.metrics.silhouette.exact import silhouette_scores
from methods.base import inertia
from methods.kmeans import KMeans

N_LABELINGS = 9


def latent(scale: Scale) -> tuple[np.ndarray, np.ndarray]:
    """Ten overlapping clusters in 64 dimensions, 70,000 samples, and their labels."""
    n_samples = scale.pick(70_000, 500)
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, n_samples)
    centres = rng.normal(size=(10, 64))
    return (centres[labels] + rng.normal(size=(n_samples, 64))).astype(np.float32), labels


def labelings(labels: np.ndarray) -> list[np.ndarray]:
    """Nine labelings that agree in part, like the labels of nine fits."""
    rng = np.random.default_rng(1)
    return [np.where(rng.random(len(labels)) < 0.1 * i, rng.integers(0, 10, len(labels)), labels) for i in range(9)]


def our_silhouette(scale: Scale) -> Run:
    X, labels = latent(scale)

    def run():
        (value,) = silhouette_scores(X, [labels])
        return lambda: {"silhouette": value}

    return run


def sklearns_silhouette(scale: Scale) -> Run:
    X, labels = latent(scale)

    def run():
        value = float(metrics.silhouette_score(X, labels))
        return lambda: {"silhouette": value}

    return run


def gpus_silhouette(scale: Scale) -> Run:
    """On the GPU, the upload of the samples included."""
    return _on_gpu(*latent(scale))


def gpus_pixel_silhouette(scale: Scale) -> Run:
    """As `gpus_silhouette`, of pixels."""
    return _on_gpu(*partition(scale))


def _on_gpu(X: np.ndarray, labels: np.ndarray) -> Run:
    def run():
        engine = engine_on("cuda")
        (found,) = engine.silhouettes(X, [labels])

        def facts():
            engine.close()
            return {"silhouette": found.mean}

        return facts

    return run


def nine_silhouettes(scale: Scale) -> Run:
    X, labels = latent(scale)
    nine = labelings(labels)

    def run():
        values = silhouette_scores(X, nine)
        return lambda: {"silhouette": values[0], "labelings": len(values)}

    return run


def partition(scale: Scale) -> tuple[np.ndarray, np.ndarray]:
    """Pixels and a partition of them."""
    X = pixels(scale)
    return X, KMeans(n_init=1, max_iter=10, device="cpu", random_state=0).fit_predict(X)


def our_pixel_silhouette(scale: Scale) -> Run:
    X, labels = partition(scale)

    def run():
        (value,) = silhouette_scores(X, [labels])
        return lambda: {"silhouette": value}

    return run


def sklearns_pixel_silhouette(scale: Scale) -> Run:
    X, labels = partition(scale)

    def run():
        value = float(metrics.silhouette_score(X, labels))
        return lambda: {"silhouette": value}

    return run


def nine_fits(scale: Scale) -> Callable[[], list[Fit]]:
    """A function that makes nine partitions of the pixels, as many as three methods with three seeds.

    It makes new fits each time, since a fit caches the values that were computed from it.
    """
    X, labels = partition(scale)
    truth = images(scale).labels
    assert truth is not None
    rows = np.random.default_rng(0).permutation(len(truth))[: len(X)]
    return lambda: [Fit(labels=each, features=X, true_labels=truth[rows]) for each in labelings(labels)]


def nine_cells_at_once(scale: Scale) -> Run:
    fits = nine_fits(scale)

    def run():
        values = score(fits())
        return lambda: {"mean silhouette": float(np.mean([value["silhouette_input"] for value in values]))}

    return run


def nine_cells_one_by_one(scale: Scale) -> Run:
    fits = nine_fits(scale)

    def run():
        values = [score([fit])[0] for fit in fits()]
        return lambda: {"mean silhouette": float(np.mean([value["silhouette_input"] for value in values]))}

    return run


def our_kmeans(scale: Scale) -> Run:
    X = pixels(scale)
    n_init = scale.pick(10, 1)

    def run():
        model = KMeans(n_init=n_init, device="cpu", random_state=0).fit(X)
        return lambda: {"inertia": model.inertia_}

    return run


def our_kmeans_on_a_gpu(scale: Scale) -> Run:
    X = pixels(scale)

    def run():
        model = KMeans(n_init=10, device="cuda", random_state=0).fit(X)
        return lambda: {"inertia": inertia(X, model.cluster_centers_), "passes": model.n_iter_}

    return run


def sklearns_kmeans_in_float32(scale: Scale) -> Run:
    X = pixels(scale)

    def run():
        model = cluster.KMeans(10, n_init=10, random_state=0).fit(X)
        return lambda: {"inertia": inertia(X, model.cluster_centers_), "passes": model.n_iter_}

    return run


def sklearns_kmeans(scale: Scale) -> Run:
    """As users call it: with float64 and Lloyd's algorithm."""
    X = pixels(scale).astype(np.float64)
    n_init = scale.pick(10, 1)

    def run():
        model = cluster.KMeans(10, n_init=n_init, random_state=0).fit(X)
        return lambda: {"inertia": float(model.inertia_)}

    return run
