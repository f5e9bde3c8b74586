"""K-Means with restarts: by scikit-learn on the processor, and by torch on a GPU."""

from typing import TYPE_CHECKING, Literal

from sklearn import cluster

from methods.base import FloatArray, IntArray
from methods.gpu import is_gpu

if TYPE_CHECKING:
    import torch

__all__ = ["k_means"]


def k_means(
    X: FloatArray,
    n_clusters: int,
    *,
    n_init: int,
    seed: int,
    device: "torch.device | None" = None,
    init: str | FloatArray = "k-means++",
    max_iter: int = 300,
    tol: float = 1e-4,
    algorithm: Literal["lloyd", "elkan"] = "lloyd",
) -> tuple[FloatArray, IntArray, float, int]:
    """The best of `n_init` restarts: centres, labels, the sum of squared distances, and passes.

    The arguments are those of `sklearn.cluster.k_means`, which also says what is returned. With a `device` of type
    cuda, the starts are the same and all restarts are computed at once on that device, where `algorithm` has no
    effect. Any other device, and None, means scikit-learn on the processor.
    """
    if is_gpu(device):
        from methods.device_kmeans import device_k_means  # here: torch takes seconds to load

        return device_k_means(
            X, n_clusters, n_init=n_init, seed=seed, device=device, init=init, max_iter=max_iter, tol=tol
        )
    found: tuple[FloatArray, IntArray, float, int] = cluster.k_means(
        X,
        n_clusters,
        n_init=n_init,
        random_state=seed,
        init=init,
        max_iter=max_iter,
        tol=tol,
        algorithm=algorithm,
        return_n_iter=True,
    )
    return found
