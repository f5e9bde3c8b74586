"""The base of the clusterers with a Gaussian mixture on the UMAP of a layer of a pretrained autoencoder."""

from abc import abstractmethod
from time import perf_counter
from typing import Any, ClassVar

from methods.base import FloatArray, means_of
from methods.dec.latent import LatentClusterer, phase_seed
from methods.manifold import Manifold, umap_embedding
from methods.mixture import Mixture, MixtureClusterer
from methods.progress import ProgressCallback

__all__ = ["ManifoldMixture"]


class ManifoldMixture(MixtureClusterer, LatentClusterer):
    """A clusterer whose own space is the UMAP of a layer, and whose clusters are the components of a mixture there.

    A new sample gets the position of the training sample that is nearest in the layer.

    Attributes
    ----------
    prototypes_ : ndarray of shape (n_found, n_features), float32
        Means of the clusters' samples.
    """

    _map: Manifold

    _fitted: ClassVar[tuple[str, ...]] = ("_map",)

    @property
    def is_invertible(self) -> bool:
        """False: the map has no way back."""
        return False

    def pretrained_layer(self, X: Any, *, progress: ProgressCallback | None = None) -> FloatArray:
        """Train only the autoencoder, and return the layer that `fit` would map. The estimator stays unfitted.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features), (n_samples, height, width) or (…, height, width, channels)
            Samples, as `fit` takes them.
        progress : callable, default=None
            Receives the progress of the phase `pretrain`, as in `fit`.

        Returns
        -------
        ndarray of shape (n_samples, d), float32
            The layer; equal, to the bit, to the one that `fit` maps. `n_clusters` has no influence on it, unless it is
            the size of the code.

        Raises
        ------
        ValueError
            Under the same conditions as `fit`.
        """
        X = self._ready_to_pretrain(X)
        seed = self._seed()
        with self._shown(progress, len(X)) as report:
            self._set_network(X, seed, report)
            return self._fit_layer(X, phase_seed(seed, "centres"))

    @abstractmethod
    def _map_size(self) -> int:
        """The number of dimensions of the map."""

    def _layer(self, X: FloatArray) -> FloatArray:
        """Checked data in the layer that is mapped, (n_samples, d): their codes, unless a class maps another layer."""
        return super()._embed(X)

    def _fit_layer(self, X: FloatArray, seed: int) -> FloatArray:
        """`_layer` of the training data, after learning what the layer needs besides the network."""
        return self._layer(X)

    def _learn(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        self._set_network(X, seed, progress)
        start = perf_counter()
        first = phase_seed(seed, "centres")
        layer = self._fit_layer(X, first)
        self.embedding_ = umap_embedding(layer, self._map_size(), seed=first, device=self._device())
        self._map = Manifold(layer, self.embedding_)
        self._mixture = Mixture(self.embedding_, self.n_clusters, self.n_init, first, device=self._device())
        self.labels_ = self._mixture.labels
        self._set_centers(self._mixture.means, self.embedding_.size + self._mixture.n_parameters)
        self.prototypes_ = means_of(X, self.labels_)
        self.phase_seconds_ = {**self.phase_seconds_, "centres": perf_counter() - start}

    def _embed(self, X: FloatArray) -> FloatArray:
        return self._map.position_of(self._layer(X))
