"""N2D: a Gaussian mixture on the UMAP of a pretrained autoencoder's codes or hidden layer."""

from time import perf_counter

from methods.base import FloatArray, IntArray, means_of
from methods.dec.latent import LatentClusterer, phase_seed
from methods.dec.options import N2DOptions
from methods.dec.start import hidden_pca
from methods.manifold import Manifold, umap_embedding
from methods.mixture import Mixture
from methods.pca_kmeans import project
from methods.progress import ProgressCallback


class N2D(N2DOptions, LatentClusterer):
    """UMAP of the codes of a pretrained autoencoder, then a Gaussian mixture on the map, the method's own space.

    McConville et al. 2021, "N2D: (Not Too) Deep Clustering". The map has ten dimensions, 20 neighbours and a least
    distance of 0. `layer="hidden"` maps 50 principal components of the block in the middle of the encoder instead.

    With equal `random_state`, preset, latent size and pretraining options, the autoencoder is equal, to the bit, to the
    autoencoder of `DEC`. `labels_` are the clusters from which `DEC` starts with init="manifold" or "hidden-manifold".

    A new sample gets the position of the nearest training sample. There is no reconstruction. `prototypes_` are the
    means of the clusters' samples.
    """

    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        self._set_network(X, seed, progress)
        start = perf_counter()
        first = phase_seed(seed, "centres")
        self._pca = hidden_pca(self._hidden(X), first) if self.layer == "hidden" else None
        layer = self._mapped_layer(X)
        self.embedding_ = umap_embedding(layer, seed=first)
        self._map = Manifold(layer, self.embedding_)
        self._mixture = Mixture(self.embedding_, self.n_clusters, self.n_init, first)
        self.labels_ = self._mixture.labels
        self._set_centers(self._mixture.means, self.embedding_.size + self._mixture.n_parameters)
        self.prototypes_ = means_of(X, self.labels_)
        self.phase_seconds_ = {**self.phase_seconds_, "centres": perf_counter() - start}

    def _mapped_layer(self, X: FloatArray) -> FloatArray:
        """The codes, or principal components of the hidden layer, that UMAP maps, (n_samples, d)."""
        return super()._embed(X) if self._pca is None else project(self._pca, self._hidden(X))

    def _embed(self, X: FloatArray) -> FloatArray:
        return self._map.position_of(self._mapped_layer(X))

    def _reconstruct(self, X: FloatArray) -> FloatArray | None:
        return None

    def _assign(self, X: FloatArray) -> IntArray:
        return self._mixture.predict(self._embed(X))
