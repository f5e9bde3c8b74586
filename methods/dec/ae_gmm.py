"""A Gaussian mixture on the codes of a pretrained autoencoder."""

from time import perf_counter

from methods.base import FloatArray
from methods.dec.latent import LatentClusterer, phase_seed
from methods.dec.options import AEGMMOptions
from methods.mixture import Mixture, MixtureClusterer
from methods.options import options
from methods.progress import ProgressCallback

__all__ = ["AEGMM"]


@options
class AEGMM(AEGMMOptions, MixtureClusterer, LatentClusterer):
    """A Gaussian mixture (full covariances, K-Means starts) on the codes of a pretrained autoencoder.

    With equal `random_state`, preset, latent size and pretraining options, the autoencoder is equal, to the bit, to the
    autoencoder of `AEKMeans` and `DEC`.

    `predict_proba` has the posterior probabilities of the mixture. `score` is the mean log-likelihood of codes, in
    nats: minus the loss that the mixture minimises.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_found, latent_dim), float32
        Means of the mixture.
    embedding_ : ndarray of shape (n_samples, latent_dim), float32
        Codes of the training data.
    prototypes_ : ndarray of shape (n_found, n_features), float32
        Decoded means.

    Raises
    ------
    ValueError
        By `fit`, if an option or the data are not valid, or options contradict each other.
    TrainingDivergedError
        By `fit`, if a loss or a code is not finite; a FloatingPointError.

    References
    ----------
    Dempster, Laird & Rubin 1977, "Maximum likelihood from incomplete data via the EM algorithm".

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> X = load_digits().images[:200] / 16
    >>> fitted = AEGMM(n_clusters=5, preset="small", pretrain_epochs=3, n_init=1, random_state=0).fit(X)
    >>> shares = fitted.predict_proba(X)
    >>> shares.shape, bool((abs(shares.sum(axis=1) - 1) < 1e-6).all())
    ((200, 5), True)
    """

    _fitted = ()

    def _learn(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        self._set_network(X, seed, progress)
        start = perf_counter()
        codes = self.embedding_ = self._embed(X)
        self._mixture = Mixture(codes, self.n_clusters, self.n_init, phase_seed(seed, "centres"), device=self._device())
        self.labels_ = self._mixture.labels
        self._set_centers(self._mixture.means, self._mixture.n_parameters)
        self.prototypes_ = self._decode(self.cluster_centers_)
        self.phase_seconds_ = {**self.phase_seconds_, "centres": perf_counter() - start}
