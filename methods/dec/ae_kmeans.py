"""K-Means on the codes of a pretrained autoencoder: the baseline for DEC."""

from time import perf_counter

from methods.base import FloatArray, nearest, without_gaps
from methods.dec.latent import LatentClusterer, phase_seed
from methods.dec.options import AEKMeansOptions
from methods.dec.start import codes_kmeans
from methods.progress import ProgressCallback


class AEKMeans(AEKMeansOptions, LatentClusterer):
    """K-Means (k-means++) on the latent codes of a pretrained autoencoder.

    With equal `random_state`, preset, latent size and pretraining options, `DEC` starts from the same autoencoder, to
    the bit; with init="kmeans" and an equal `n_init`, from the same centres. `prototypes_` are the decoded centres.
    """

    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        self._set_network(X, seed, progress)
        start = perf_counter()
        codes = self.embedding_ = self._embed(X)
        centers = codes_kmeans(codes, self.n_clusters, self.n_init, phase_seed(seed, "centres")).cluster_centers_
        self.labels_, present = without_gaps(nearest(codes, centers))
        self._set_centers(centers[present])
        self.prototypes_ = self._decoded(self.cluster_centers_)
        self.phase_seconds_ = {**self.phase_seconds_, "centres": perf_counter() - start}
