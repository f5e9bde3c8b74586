"""N2D: a Gaussian mixture on the UMAP of what a pretrained autoencoder makes of samples."""

from time import perf_counter
from typing import Any

from methods import parameters
from methods.base import FloatArray, IntArray, means_of
from methods.dec.latent import LatentClusterer, phase_seed
from methods.dec.start import hidden_pca
from methods.manifold import Manifold
from methods.mixture import Mixture
from methods.pca_kmeans import project
from methods.progress import ProgressCallback


class N2D(LatentClusterer):
    """UMAP of the codes of a pretrained autoencoder, then a Gaussian mixture on the map, which is its own space.

    McConville et al. 2021, "N2D: (Not Too) Deep Clustering"; the map has ten dimensions, 20 neighbours and no least
    distance. `layer="hidden"` maps 50 principal components of what the middle of the encoder makes instead. The
    autoencoder is, to the bit, that of `DEC` with equal `random_state`, preset, latent size and pretraining parameters,
    and `labels_` are those from which its clustering starts with init="manifold" or "hidden-manifold". A sample that is
    new has the place of the training sample nearest to it. There is no way back from the map; `prototypes_` are the
    means of the clusters' samples.
    """

    parameters = parameters.N2D

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
        layer: str = "codes",
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
        self.layer = layer
        self.n_init = n_init
        self.device = device
        self.pretrained = pretrained
        self.random_state = random_state

    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        self.history_ = self._pretrained_network(X, seed, progress)
        start = perf_counter()
        first = phase_seed(seed, "centres")
        self._pca = hidden_pca(self._hidden(X), first) if self.layer == "hidden" else None
        self._map = Manifold(self._points(X), seed=first)
        self.embedding_ = self._map.places
        self._mixture = Mixture(self.embedding_, self.n_clusters, self.n_init, first)
        self.labels_ = self._mixture.labels
        self._set_centers(self._mixture.means, self.embedding_.size + self._mixture.n_parameters)
        self.prototypes_ = means_of(X, self.labels_)
        self.n_iter_ = len(self.history_["pretrain/reconstruction"])
        self.phase_seconds_ = {**self.phase_seconds_, "centres": perf_counter() - start}

    def _points(self, X: FloatArray) -> FloatArray:
        """What the map is made of, (n_samples, d)."""
        return super()._embed(X) if self._pca is None else project(self._pca, self._hidden(X))

    def _embed(self, X: FloatArray) -> FloatArray:
        return self._map.place(self._points(X))

    def _reconstruct(self, X: FloatArray) -> FloatArray | None:
        return None

    def _assign(self, X: FloatArray) -> IntArray:
        return self._mixture.predict(self._embed(X))
