"""DEC: parameters, the order of phases, nothing else."""

from time import perf_counter
from typing import Any

import torch

from methods import parameters
from methods.base import FloatArray, Progress, nearest, without_gaps
from methods.dec.latent import LatentClusterer, as_tensor, generator
from methods.dec.objective import kl_divergence, soft_assignments, target_distribution
from methods.dec.training import LossWeights, in_batches, refine
from methods.device import choose_precision

FINAL_N_INIT = 10  # report "SHA-12", section 2.6 and Table 1


class DEC(LatentClusterer):
    """Deep Embedded Clustering.

    1. An autoencoder learns to reconstruct the samples (mean squared error per pixel).
    2. K-Means (k-means++, `n_init` restarts) on its codes gives the centres.
    3. Network and centres minimise `reconstruction_weight` · MSE + `kl_weight` · KL(P‖Q), Q being Student-t soft
       assignments (Xie et al. 2016, Eq. 1) and P their sharpened form over the whole data set (Eq. 3).

    With a reconstruction weight above 0, as in the report and by default, the literature calls this IDEC (Guo et al.
    2017); `reconstruction_weight=0` is the original DEC, which leaves the decoder behind after pretraining, so that
    there are no `prototypes_`. Otherwise these are the centres, decoded.

    `final_assignment="argmax"` labels a sample by its largest soft assignment; `"kmeans"` clusters the final codes
    anew, as the report does, and predicts by those centres, while `soft_assignments_` and `kl_divergence_` remain
    those of the clustering layer.

    With `patience`, pretraining holds out a share of the samples and ends when their reconstruction no longer improves.

    `image_shape` is (height, width, channels), None for square grey images; data that is no image gets the MLP preset.
    """

    parameters = parameters.DEC

    def __init__(
        self,
        n_clusters: int = 10,
        *,
        preset: str = "sha12",
        latent_dim: int | None = None,
        image_shape: tuple[int, int, int] | None = None,
        pretrain_epochs: int = 50,
        lr: float = 1e-3,
        batch_size: int | None = None,
        weight_decay: float | None = None,
        dropout: float | None = None,
        patience: int | None = None,
        validation_fraction: float = 0.1,
        n_init: int = 20,
        epochs: int = 30,
        kl_weight: float = 0.5,
        reconstruction_weight: float = 1.0,
        update_interval: int | None = None,
        tol: float = 1e-3,
        final_assignment: str = "argmax",
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
        self.batch_size = batch_size
        self.weight_decay = weight_decay
        self.dropout = dropout
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.n_init = n_init
        self.epochs = epochs
        self.kl_weight = kl_weight
        self.reconstruction_weight = reconstruction_weight
        self.update_interval = update_interval
        self.tol = tol
        self.final_assignment = final_assignment
        self.device = device
        self.pretrained = pretrained
        self.random_state = random_state

    def _fit(self, X: FloatArray, seed: int, progress: Progress) -> None:
        pretraining = self._pretrained_network(X, seed, progress)
        begun = perf_counter()
        codes = self._embed(X)
        start = self._codes_kmeans(codes, self.n_init, seed, "centres").cluster_centers_
        device = self._device()
        centers = as_tensor(start, device)
        placed = perf_counter()
        refinement = refine(
            self.network_,
            centers,
            as_tensor(nearest(codes, start), device),
            as_tensor(X, device),
            epochs=self.epochs,
            batch_size=self._batch_size,
            lr=self.lr,
            weight_decay=self._weight_decay(X),
            weights=LossWeights(reconstruction=self.reconstruction_weight, kl=self.kl_weight),
            update_interval=self.update_interval,
            tol=self.tol,
            precision=choose_precision(device),
            generator=generator(seed, "cluster", device),
            progress=progress,
        )
        refined = perf_counter()
        self._conclude(X, centers.detach(), seed)
        self.history_ = {**pretraining, **refinement}
        self.n_iter_ = len(pretraining["pretrain/reconstruction"]) + len(refinement["cluster/kl"])
        self.phase_seconds_ = {
            **self.phase_seconds_,
            "centres": placed - begun,
            "cluster": refined - placed,
            "final": perf_counter() - refined,
        }

    def _reconstruct(self, X: FloatArray) -> FloatArray | None:
        """None where clustering left the decoder behind."""
        return super()._reconstruct(X) if self.reconstruction_weight else None

    def _soft_assign(self, X: FloatArray) -> FloatArray | None:
        shares: FloatArray = self._shares(self._embed(X)).numpy()
        return shares

    def _shares(self, codes: FloatArray) -> torch.Tensor:
        """Soft assignments of codes to the centres of the clustering layer."""
        centers = torch.as_tensor(self._soft_centers)
        return in_batches(lambda z: soft_assignments(z, centers), torch.as_tensor(codes))

    def _conclude(self, X: FloatArray, centers: torch.Tensor, seed: int) -> None:
        """Set labels, centres, soft assignments and prototypes of the trained network.

        The largest soft assignment is that of the nearest centre, so both final assignments predict by distance.
        """
        codes = self.embedding_ = self._embed(X)
        self._soft_centers = final_centers = centers.cpu().numpy()
        if self.final_assignment == "kmeans":
            final_centers = self._codes_kmeans(codes, FINAL_N_INIT, seed, "final").cluster_centers_
        self.labels_, found = without_gaps(nearest(codes, final_centers))
        self._set_centers(final_centers, found)
        if self.final_assignment == "argmax":
            self._soft_centers = self.cluster_centers_
        q = self._shares(codes)
        self.soft_assignments_ = q.numpy()
        self.kl_divergence_ = float(kl_divergence(target_distribution(q), q))
        self.prototypes_ = self._decoded(self.cluster_centers_) if self.reconstruction_weight else None
