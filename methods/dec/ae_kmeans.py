"""K-Means on the codes of a pretrained autoencoder: what DEC must beat."""

from time import perf_counter
from typing import Any

from methods import parameters
from methods.base import FloatArray, nearest, without_gaps
from methods.dec.latent import LatentClusterer, phase_seed
from methods.dec.start import codes_kmeans
from methods.progress import ProgressCallback


class AEKMeans(LatentClusterer):
    """K-Means (k-means++) on the latent codes of a pretrained autoencoder.

    With equal `random_state`, preset, latent size and pretraining parameters, the autoencoder is the one from which
    `DEC` starts, to the bit; with init="kmeans" and an equal `n_init`, so are the centres. `prototypes_` are the
    centres, decoded.
    """

    parameters = parameters.AE_KMEANS

    def __init__(
        self,
        n_clusters: int = 10,
        *,
        preset: str = "sha12",
        latent_dim: int | None = None,
        image_shape: tuple[int, int, int] | None = None,
        pretrain_epochs: int | None = None,
        lr: float | None = None,
        lr_schedule: str | None = None,
        batch_size: int | None = None,
        weight_decay: float | None = None,
        dropout: float | None = None,
        augment_pretraining: bool | None = None,
        shift: float | None = None,
        rotation: float | None = None,
        zoom: float | None = None,
        shear: float | None = None,
        contrastive_weight: float | None = None,
        patience: int | None = None,
        validation_fraction: float = 0.1,
        n_init: int = 20,
        device: str = "auto",
        pretrained: str | None = None,
        random_state: Any = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.preset = preset
        self.latent_dim = latent_dim
        self.image_shape = image_shape
        self.pretrain_epochs = pretrain_epochs
        self.lr = lr
        self.lr_schedule = lr_schedule
        self.batch_size = batch_size
        self.weight_decay = weight_decay
        self.dropout = dropout
        self.augment_pretraining = augment_pretraining
        self.shift = shift
        self.rotation = rotation
        self.zoom = zoom
        self.shear = shear
        self.contrastive_weight = contrastive_weight
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.n_init = n_init
        self.device = device
        self.pretrained = pretrained
        self.random_state = random_state

    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        self.history_ = self._pretrained_network(X, seed, progress)
        start = perf_counter()
        codes = self.embedding_ = self._embed(X)
        centers = codes_kmeans(codes, self.n_clusters, self.n_init, phase_seed(seed, "centres")).cluster_centers_
        self.labels_, found = without_gaps(nearest(codes, centers))
        self._set_centers(centers[found])
        self.prototypes_ = self._decoded(self.cluster_centers_)
        self.n_iter_ = len(self.history_["pretrain/reconstruction"])
        self.phase_seconds_ = {**self.phase_seconds_, "centres": perf_counter() - start}
