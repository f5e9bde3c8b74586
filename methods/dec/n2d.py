"""N2D: a Gaussian mixture on the UMAP of the codes of its own autoencoder."""

from methods.dec.manifold_mixture import ManifoldMixture
from methods.dec.options import N2DOptions
from methods.dec.presets import Preset
from methods.options import options

__all__ = ["N2D"]


@options
class N2D(N2DOptions, ManifoldMixture):
    """UMAP of the codes of an autoencoder, then a Gaussian mixture on the map, the method's own space.

    The defaults are those of the paper and of its code (github.com/rymc/n2d, `n2d.py` and `run.sh`). The autoencoder
    has dense layers, 500-500-2000-k with ReLU and a linear output, and 1,000 epochs of Adam on the mean squared error,
    in batches of 256. The UMAP of the codes has k dimensions, 20 neighbours and a least distance of 0. One mixture with
    full covariances is fitted. k is the number of clusters. On 70,000 images, the 1,000 epochs take about three hours
    of one core.

    The autoencoder is not the one of `DEC`, unless both have an equal `preset`, latent size and pretraining options.

    A new sample gets the position of the sample with the nearest code. The map has no way back to the input.

    `predict_proba` has the posterior probabilities of the mixture. `score` is the mean log-likelihood of samples on
    the map, in nats: minus the loss that the mixture minimises.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_found, n_clusters), float32
        Means of the mixture.
    embedding_ : ndarray of shape (n_samples, n_clusters), float32
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
    Embedding".

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> X = load_digits().data[:100] / 16
    >>> fitted = N2D(n_clusters=5, pretrain_epochs=2, random_state=0).fit(X)
    >>> fitted.transform(X).shape, fitted.predict_proba(X).shape
    ((100, 5), (100, 5))
    """

    _fitted = ()

    def _code_size(self, preset: Preset) -> int:
        return self.latent_dim or self.n_clusters

    def _map_size(self) -> int:
        return self.n_clusters
