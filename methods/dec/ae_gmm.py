"""A Gaussian mixture on the codes of a pretrained autoencoder."""

from time import perf_counter

from methods.base import FloatArray, IntArray
from methods.dec.latent import LatentClusterer, phase_seed
from methods.dec.options import AEGMMOptions
from methods.mixture import Mixture
from methods.progress import ProgressCallback


class AEGMM(AEGMMOptions, LatentClusterer):
    """A Gaussian mixture (full covariances, K-Means starts) on the codes of a pretrained autoencoder.

    With equal `random_state`, preset, latent size and pretraining options, the autoencoder is equal, to the bit, to the
    autoencoder of `AEKMeans` and `DEC`. `cluster_centers_` are the means, `prototypes_` the decoded means.
    """

    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        self._set_network(X, seed, progress)
        start = perf_counter()
        codes = self.embedding_ = self._embed(X)
        self._mixture = Mixture(codes, self.n_clusters, self.n_init, phase_seed(seed, "centres"))
        self.labels_ = self._mixture.labels
        self._set_centers(self._mixture.means, self._mixture.n_parameters)
        self.prototypes_ = self._decoded(self.cluster_centers_)
        self.phase_seconds_ = {**self.phase_seconds_, "centres": perf_counter() - start}

    def _assign(self, X: FloatArray) -> IntArray:
        return self._mixture.predict(self._embed(X))
