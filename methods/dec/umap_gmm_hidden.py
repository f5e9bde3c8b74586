"""A Gaussian mixture on the UMAP of a hidden layer of a pretrained encoder: the start of `flagship`."""

from methods.base import FloatArray
from methods.dec.manifold_mixture import ManifoldMixture
from methods.dec.options import UMAPGMMHiddenOptions
from methods.dec.start import hidden_pca
from methods.options import options

__all__ = ["UMAPGMMHidden"]

_DIMENSIONS = 10


@options
class UMAPGMMHidden(UMAPGMMHiddenOptions, ManifoldMixture):
    """UMAP of a hidden layer of a pretrained encoder, then a Gaussian mixture on the map, the method's own space.

    UMAP maps 50 principal components of the output of one block of the encoder, which is in its middle or has the size
    `hidden_resolution`, to ten dimensions, with 20 neighbours and a least distance of 0.

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

    _fitted = ("_pca",)

    def _map_size(self) -> int:
        return _DIMENSIONS

    def _layer(self, X: FloatArray) -> FloatArray:
        return self._pca.transform(self._hidden(X))

    def _fit_layer(self, X: FloatArray, seed: int) -> FloatArray:
        hidden = self._hidden(X)
        self._pca = hidden_pca(hidden, seed, self._device())
        return self._pca.transform(hidden)
