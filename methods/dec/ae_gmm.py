"""A Gaussian mixture on the codes of a pretrained autoencoder."""

from time import perf_counter
from typing import Any

from methods import parameters
from methods.base import FloatArray, IntArray
from methods.dec.latent import LatentClusterer, phase_seed
from methods.mixture import Mixture
from methods.progress import ProgressCallback


class AEGMM(LatentClusterer):
    """A Gaussian mixture (full covariances, K-Means starts) of the codes of a pretrained autoencoder.

    The autoencoder is, to the bit, that of `AEKMeans` and `DEC` with equal `random_state`, preset, latent size and
    pretraining parameters. `cluster_centers_` are the means, `prototypes_` the means, decoded.
    """

    parameters = parameters.AE_GMM

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
        n_init: int = 5,
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
        self._mixture = Mixture(codes, self.n_clusters, self.n_init, phase_seed(seed, "centres"))
        self.labels_ = self._mixture.labels
        self._set_centers(self._mixture.means, self._mixture.n_parameters)
        self.prototypes_ = self._decoded(self.cluster_centers_)
        self.n_iter_ = len(self.history_["pretrain/reconstruction"])
        self.phase_seconds_ = {**self.phase_seconds_, "centres": perf_counter() - start}

    def _assign(self, X: FloatArray) -> IntArray:
        return self._mixture.predict(self._embed(X))
