"""A Gaussian mixture whose covariances are invertible at any scale of the data, for clusterers in a learnt space."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn import cluster
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from methods.base import Clusterer, FloatArray, IntArray, without_gaps
from methods.fit_warnings import warn
from methods.gpu import is_gpu
from methods.values import Part

if TYPE_CHECKING:
    import torch  # loaded only with a device: it takes seconds

__all__ = ["Mixture", "MixtureClusterer"]

_REGULARISATION = 1e-6
"""Share of the mean variance of the data that is added to the diagonal of every covariance."""
_LEAST = 1e-12
_MAX_ITER = 500
_LEARNT = ("weights_", "means_", "precisions_cholesky_")
"""The attributes of scikit-learn's mixture from which posterior probabilities are computed."""


class Mixture(Part):
    """scikit-learn's Gaussian mixture with full covariances in float64; components without samples are left out.

    `means`: (n_found, d) float32. `labels`: (n_samples,), labels of the samples that it was fitted to. `posteriors`:
    (n_samples,) float32, the posterior probability of the component of each of these samples. A loaded mixture has no
    labels, and its posteriors are None.
    """

    labels: IntArray
    posteriors: FloatArray | None = None

    def __init__(
        self,
        X: FloatArray,
        n_clusters: int,
        n_init: int,
        seed: int,
        *,
        start_labels: IntArray | None = None,
        device: "torch.device | None" = None,
    ) -> None:
        """Fit `n_init` times to `X`, (n_samples, d), each time from another K-Means, and keep the likeliest fit.

        There are at most as many components as different samples. With `start_labels`, (n_samples,) without gaps, there
        is one fit, which starts from the Gaussians of these clusters. A GPU with CUDA fits from the same starts, all at
        once; `labels` and `posteriors` are computed on the processor.
        """
        exact = X.astype(np.float64)
        regularisation = max(_REGULARISATION * float(exact.var(axis=0).mean()), _LEAST)
        if start_labels is None:
            n_components = min(n_clusters, _distinct(exact, n_clusters))
        else:
            n_components, n_init = int(start_labels.max()) + 1, 1
        model = GaussianMixture(
            n_components, n_init=n_init, max_iter=_MAX_ITER, reg_covar=regularisation, random_state=seed
        )
        if is_gpu(device):
            _fit_on_device(model, exact, start_labels, device)
        else:
            if start_labels is not None:
                model.set_params(**_gaussians(exact, start_labels, regularisation))
            model.fit(exact)
        self.labels, present = without_gaps(model.predict(exact))
        learnt = {name: getattr(model, name) for name in _LEARNT}
        self._set(learnt, present, int(model.n_iter_), int(model._n_parameters()))
        self.posteriors = self._posteriors(X).max(axis=1).astype(np.float32)

    def _set(self, learnt: dict[str, Any], present: IntArray, n_iter: int, n_parameters: int) -> None:
        """Set what new samples need. `learnt`: the attributes `_LEARNT` of scikit-learn's mixture."""
        self._model = GaussianMixture(len(learnt["weights_"]))
        vars(self._model).update(learnt)
        self._present = present
        self.means: FloatArray = learnt["means_"][present].astype(np.float32)
        self.n_iter, self.n_parameters = n_iter, n_parameters

    def state(self) -> dict[str, Any]:
        """The numbers of all components, and which of them have samples."""
        learnt = {name.removesuffix("_"): getattr(self._model, name) for name in _LEARNT}
        return {**learnt, "present": self._present, "n_iter": self.n_iter, "n_parameters": self.n_parameters}

    @classmethod
    def names(cls) -> Collection[str]:
        """Those of `state`."""
        return [*(name.removesuffix("_") for name in _LEARNT), "present", "n_iter", "n_parameters"]

    @classmethod
    def of_state(cls, state: dict[str, Any]) -> Self:
        """The mixture with these numbers; it has no `labels`, and its `posteriors` are None."""
        mixture = cls.__new__(cls)
        learnt = {name: state[name.removesuffix("_")] for name in _LEARNT}
        mixture._set(learnt, state["present"], state["n_iter"], state["n_parameters"])
        return mixture

    def predict(self, X: FloatArray) -> IntArray:
        """The component of largest posterior probability, (n_samples,) in 0 … n_found − 1."""
        return np.asarray(self._posteriors(X).argmax(axis=1), dtype=np.int64)

    def shares(self, X: FloatArray) -> FloatArray:
        """Posterior probabilities of the components with samples, (n_samples, n_found); rows sum to 1.

        A sample that belongs to none of them, which only a new sample can, has equal shares.
        """
        posteriors = self._posteriors(X)
        total = posteriors.sum(axis=1, keepdims=True)
        equal = np.full_like(posteriors, 1 / posteriors.shape[1])
        shares: FloatArray = np.divide(posteriors, total, out=equal, where=total > 0).astype(np.float32)
        return shares

    def score(self, X: FloatArray) -> float:
        """Mean log-likelihood of samples, (n_samples, d), in nats."""
        return float(self._model.score(X.astype(np.float64)))

    def _posteriors(self, X: FloatArray) -> NDArray[np.float64]:
        """Posterior probabilities of the components with samples, (n_samples, n_found); rows sum to at most 1."""
        posteriors: NDArray[np.float64] = self._model.predict_proba(X.astype(np.float64))[:, self._present]
        return posteriors


class MixtureClusterer(Clusterer):
    """A clusterer whose clusters are the components of a mixture in its own space. `_fit` sets `_mixture`."""

    _mixture: Mixture

    _fitted: ClassVar[tuple[str, ...]] = ("_mixture",)

    @property
    def is_soft(self) -> bool:
        """True: soft assignments are the posterior probabilities of the components."""
        return True

    @property
    def is_mixture(self) -> bool:
        """True."""
        return True

    @property
    def posteriors_(self) -> FloatArray | None:  # type: ignore[override]
        """(n_samples,): the posterior probability of the component of each training sample; None in a loaded model."""
        return self._mixture.posteriors

    def _assign(self, X: FloatArray) -> IntArray:
        return self._mixture.predict(self._embed(X))

    def _soft_assign(self, X: FloatArray) -> FloatArray:
        return self._mixture.shares(self._embed(X))

    def _score(self, X: FloatArray) -> float:
        return self._mixture.score(self._embed(X))


def _fit_on_device(
    model: GaussianMixture, X: NDArray[np.float64], start_labels: IntArray | None, device: "torch.device"
) -> None:
    """Set the learnt attributes of `model`, as its `fit` does, also with its warning."""
    from methods.device_mixture import fit_mixture

    if start_labels is None:
        starts = _kmeans_starts(X, model.n_components, model.n_init, model.random_state)
    else:
        starts = start_labels[None]
    fitted = fit_mixture(X, starts, model.n_components, model.reg_covar, device, max_iter=model.max_iter, tol=model.tol)
    if not fitted.converged:
        warn(
            ConvergenceWarning(
                f"The likeliest mixture did not converge in {model.max_iter} iterations; try another random_state, or "
                "scale the features."
            )
        )
    model.weights_, model.means_, model.n_iter_ = fitted.weights, fitted.means, fitted.n_iter
    model.precisions_cholesky_ = fitted.precisions_cholesky


def _kmeans_starts(X: NDArray[np.float64], n_components: int, n_init: int, seed: int) -> IntArray:
    """The labels from which scikit-learn's mixture starts, (n_init, n_samples): one random state for all restarts."""
    random = np.random.RandomState(seed)
    starts = [cluster.KMeans(n_components, n_init=1, random_state=random).fit(X).labels_ for _ in range(n_init)]
    return np.stack(starts).astype(np.int64)


def _gaussians(X: NDArray[np.float64], labels: IntArray, regularisation: float) -> dict[str, object]:
    """Weights, means and precisions of clusters, as arguments of GaussianMixture."""
    clusters = [X[labels == k] for k in range(labels.max() + 1)]
    ridge = regularisation * np.eye(X.shape[1])
    return {
        "weights_init": np.bincount(labels) / len(labels),
        "means_init": np.stack([cluster.mean(axis=0) for cluster in clusters]),
        "precisions_init": np.stack(
            [_inverse(np.atleast_2d(np.cov(cluster.T, ddof=0)) + ridge) for cluster in clusters]
        ),
    }


def _inverse(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """The inverse of a covariance: exactly symmetric and positive definite, unlike `inv` in many dimensions."""
    half = np.linalg.inv(np.linalg.cholesky(covariance))
    return half.T @ half


def _distinct(X: NDArray[np.float64], enough: int) -> int:
    """Number of different rows, or, to save time, a smaller number that is at least `enough`."""
    first = len(np.unique(X[: 10 * enough], axis=0))
    return first if first >= enough else len(np.unique(X, axis=0))
