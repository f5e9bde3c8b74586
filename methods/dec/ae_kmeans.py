"""K-Means on the codes of a pretrained autoencoder: the baseline for DEC."""

from time import perf_counter

from methods.base import FloatArray, nearest, without_gaps
from methods.dec.latent import LatentClusterer, phase_seed
from methods.dec.options import AEKMeansOptions
from methods.dec.start import codes_kmeans
from methods.options import options
from methods.progress import ProgressCallback

__all__ = ["AEKMeans"]


@options
class AEKMeans(AEKMeansOptions, LatentClusterer):
    """K-Means (k-means++) on the latent codes of a pretrained autoencoder.

    With equal `random_state`, preset, latent size and pretraining options, `DEC` starts from the same autoencoder, to
    the bit; with init="kmeans" and an equal `n_init`, from the same centres.

    `score` is minus the inertia: the sum of squared distances of codes to their nearest centre.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_found, latent_dim), float32
        Centres in the space of the codes.
    embedding_ : ndarray of shape (n_samples, latent_dim), float32
        Codes of the training data.
    prototypes_ : ndarray of shape (n_found, n_features), float32
        Decoded centres.

    Raises
    ------
    ValueError
        By `fit`, if an option or the data are not valid, or options contradict each other.
    TrainingDivergedError
        By `fit`, if a loss or a code is not finite; a FloatingPointError.

    References
    ----------
    Xie et al. 2016, "Unsupervised deep embedding for clustering analysis", where it is the baseline AE+k-means.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> X = load_digits().images[:200] / 16
    >>> fitted = AEKMeans(n_clusters=10, preset="small", pretrain_epochs=3, random_state=0).fit(X)
    >>> codes = fitted.transform(X)
    >>> codes.shape, fitted.inverse_transform(codes).shape
    ((200, 10), (200, 64))
    """

    _fitted = ()

    def _learn(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        self._set_network(X, seed, progress)
        start = perf_counter()
        codes = self.embedding_ = self._embed(X)
        centers = codes_kmeans(codes, self.n_clusters, self.n_init, phase_seed(seed, "centres"), device=self._device())
        self.labels_, present = without_gaps(nearest(codes, centers))
        self._set_centers(centers[present])
        self.prototypes_ = self._decode(self.cluster_centers_)
        self.phase_seconds_ = {**self.phase_seconds_, "centres": perf_counter() - start}
