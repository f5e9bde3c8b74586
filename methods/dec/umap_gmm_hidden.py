"""A Gaussian mixture on the UMAP of the middle of a pretrained encoder: the start of `flagship`."""

from time import perf_counter

from methods.base import FloatArray, means_of
from methods.dec.latent import LatentClusterer, phase_seed
from methods.dec.options import UMAPGMMHiddenOptions
from methods.dec.start import hidden_pca
from methods.manifold import Manifold, umap_embedding
from methods.mixture import Mixture, MixtureClusterer
from methods.options import options
from methods.progress import ProgressCallback

__all__ = ["UMAPGMMHidden"]


@options
class UMAPGMMHidden(UMAPGMMHiddenOptions, MixtureClusterer, LatentClusterer):
    """UMAP of the middle of a pretrained encoder, then a Gaussian mixture on the map, the method's own space.

    UMAP maps 50 principal components of the output of the block in the middle of the encoder to ten dimensions, with 20
    neighbours and a least distance of 0.

    With equal `random_state`, preset, latent size and pretraining options, the autoencoder is equal, to the bit, to the
    autoencoder of `DEC`, and `labels_` are the clusters from which `DEC` starts with init="hidden-manifold". `N2D` of
    McConville et al. 2021 is another method: it maps the codes of an autoencoder of its own.

    A new sample gets the position of the nearest training sample. The map has no way back to the input.

    `predict_proba` has the posterior probabilities of the mixture. `score` is the mean log-likelihood of samples on
    the map, in nats: minus the loss that the mixture minimises.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_found, 10), float32
        Means of the mixture.
    embedding_ : ndarray of shape (n_samples, 10), float32
        The map of the training data.
    prototypes_ : ndarray of shape (n_found, n_features), float32
        Means of the clusters' samples.

    Raises
    ------
    ValueError
        By `fit`, if an option or the data are not valid, or options contradict each other.
    TrainingDivergedError
        By `fit`, if a loss or a code is not finite; a FloatingPointError.
    ImportError
        By `fit`, if umap-learn is not installed: `pip install 'dec-bench[manifold]'`.

    References
    ----------
    McConville et al. 2021, "N2D: (Not Too) Deep Clustering via Clustering the Local Manifold of an Autoencoded
    Embedding", from which the UMAP and the mixture are.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> X = load_digits().images[:100] / 16
    >>> fitted = UMAPGMMHidden(n_clusters=5, preset="small", pretrain_epochs=2, n_init=1, random_state=0).fit(X)
    >>> fitted.transform(X).shape, fitted.predict_proba(X).shape
    ((100, 10), (100, 5))
    """

    _fitted = ("_pca", "_map")

    @property
    def is_invertible(self) -> bool:
        """False: the map has no way back."""
        return False

    def _learn(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        self._set_network(X, seed, progress)
        start = perf_counter()
        first = phase_seed(seed, "centres")
        hidden = self._hidden(X)
        self._pca = hidden_pca(hidden, first, self._device())
        layer = self._pca.transform(hidden)
        self.embedding_ = umap_embedding(layer, seed=first, device=self._device())
        self._map = Manifold(layer, self.embedding_)
        self._mixture = Mixture(self.embedding_, self.n_clusters, self.n_init, first, device=self._device())
        self.labels_ = self._mixture.labels
        self._set_centers(self._mixture.means, self.embedding_.size + self._mixture.n_parameters)
        self.prototypes_ = means_of(X, self.labels_)
        self.phase_seconds_ = {**self.phase_seconds_, "centres": perf_counter() - start}

    def _embed(self, X: FloatArray) -> FloatArray:
        return self._map.position_of(self._pca.transform(self._hidden(X)))
