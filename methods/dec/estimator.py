"""DEC: parameters, the order of phases, nothing else."""

from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np
import torch

from methods import parameters
from methods.base import FloatArray, IntArray, nearest, without_gaps
from methods.dec.latent import LatentClusterer, as_tensor, generator, phase_seed
from methods.dec.objective import kl_divergence, soft_assignments, target_distribution
from methods.dec.presets import Training
from methods.dec.refinement import LossWeights, refine
from methods.dec.start import Start, codes_kmeans, find_start
from methods.dec.target import Target
from methods.dec.training import in_batches
from methods.device import choose_device
from methods.progress import ProgressCallback, part_of
from methods.trace import Trace

FINAL_N_INIT = 10


class DEC(LatentClusterer):
    """Deep Embedded Clustering.

    1. An autoencoder learns to reconstruct the samples (mean squared error per pixel).
    2. K-Means (k-means++, `n_init` restarts) on its codes gives the centres.
    3. Network and centres minimise `reconstruction_weight` · MSE + `kl_weight` · KL(P‖Q), Q being Student-t soft
       assignments (Xie et al. 2016, Eq. 1) and P their sharpened form over the whole data set (Eq. 3).

    A parameter that is None has the value of the preset (`methods.dec.presets`).

    With a reconstruction weight above 0, as in the report and by default, the literature calls this IDEC (Guo et al.
    2017); `reconstruction_weight=0` is the original DEC, which leaves the decoder behind after pretraining, so that
    there are no `prototypes_`. Otherwise these are the centres, decoded.

    What goes beyond the report, each by itself:

    - `augment`, `augment_pretraining`: the network sees random affine images of the samples (`shift`, `rotation`,
      `zoom`, `shear`), while targets and labels come from the samples as they are (Guo et al. 2018, "DEC-DA").
    - `contrastive_weight`: in pretraining, then augmented, two images of each sample are to have like codes (Chen et
      al. 2020, here without a projection head).
    - `init`: the first clusters are those of a Gaussian mixture on the codes, on their UMAP (McConville et al. 2021),
      or on that of what the middle of the encoder makes, the most typical one of `n_starts`. For `warmup_epochs` the
      targets are these clusters themselves, until the codes have formed around them.
    - `rounds`: after each warm-up but the last, the clusters that the network has learnt are found anew in what it
      knows by then, in the space and by the algorithm of `init` (Caron et al. 2018, "DeepCluster", there from nothing,
      as here if a cluster has been lost).
    - `code_scale`: before each round the codes are given that spread, whatever the autoencoder made of it; the unit of
      the Student-t kernel is 1.
    - `target_power`, `final_target_power`, `balance`: how P sharpens Q, and whether it is divided by the sizes of the
      clusters. `kl_divergence_` is that of the paper's P in any case.
    - `lr_schedule="one-cycle"`: a learning rate that rises and falls once a phase (Smith & Topin 2019), without regard
      to `tol`.

    `final_assignment="argmax"` labels a sample by its largest soft assignment; `"kmeans"` clusters the final codes
    anew, as the report does, and predicts by those centres, while `soft_assignments_` and `kl_divergence_` remain
    those of the clustering layer.

    With `patience`, pretraining holds out a share of the samples and ends when their reconstruction no longer improves.
    With `keep_labels`, `trace_` has the labels of each update and when they were there; None otherwise.

    `image_shape` is (height, width, channels), None for square grey images; data that is no image gets the MLP preset.
    Raises ValueError if such data are to be augmented.
    """

    parameters = parameters.DEC

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
        init: str | None = None,
        n_starts: int | None = None,
        rounds: int | None = None,
        epochs: int | None = None,
        warmup_epochs: int | None = None,
        code_scale: float | None = None,
        augment: bool | None = None,
        kl_weight: float | None = None,
        reconstruction_weight: float | None = None,
        update_interval: int | None = None,
        tol: float | None = None,
        target_power: float | None = None,
        final_target_power: float | None = None,
        balance: bool | None = None,
        final_assignment: str = "argmax",
        keep_labels: bool = False,
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
        self.init = init
        self.n_starts = n_starts
        self.rounds = rounds
        self.epochs = epochs
        self.warmup_epochs = warmup_epochs
        self.code_scale = code_scale
        self.augment = augment
        self.kl_weight = kl_weight
        self.reconstruction_weight = reconstruction_weight
        self.update_interval = update_interval
        self.tol = tol
        self.target_power = target_power
        self.final_target_power = final_target_power
        self.balance = balance
        self.final_assignment = final_assignment
        self.keep_labels = keep_labels
        self.device = device
        self.pretrained = pretrained
        self.random_state = random_state

    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        settings = self._settings(X.shape[1])
        device = choose_device(self.device)
        steps = self._steps(X.shape[1], settings.epochs, settings.augment, device)
        pretraining = self._pretrained_network(X, seed, progress)
        begun = perf_counter()
        trace = Trace(self.phase_seconds_["pretrain"]) if self.keep_labels else None
        keep = None if trace is None else lambda labels: trace.keep(labels.cpu().numpy())
        weights = LossWeights(reconstruction=settings.reconstruction_weight, kl=settings.kl_weight)
        target = Target(
            power=settings.target_power,
            final_power=settings.final_target_power,
            balance=settings.balance,
            warmup_epochs=settings.warmup_epochs,
        )
        samples, draws = as_tensor(X, device), generator(seed, "cluster", device)
        rounds: list[dict[str, list[float]]] = []
        first, starting = phase_seed(seed, "centres"), 0.0
        centers, learnt = torch.empty(0), None
        all_starts = settings.n_starts + settings.rounds - 1
        all_epochs = (settings.rounds - 1) * settings.warmup_epochs + settings.epochs
        for left in reversed(range(settings.rounds)):
            before, past = perf_counter(), len(rounds) + settings.n_starts - 1 if rounds else 0
            codes = self._embed(X)
            if rounds:
                learnt, found = without_gaps(nearest(codes, centers.detach().cpu().numpy()))
                if len(found) < self.n_clusters:
                    learnt = None
            start = self._start(X, codes, settings, first + len(rounds), learnt, part_of(progress, past, all_starts))
            starting += perf_counter() - before
            centers = as_tensor(start.centers, device)
            if settings.code_scale > 0:
                centers *= self._rescale(codes, settings.code_scale)
            if trace is not None:
                trace.keep(start.labels)
            history = refine(
                self.network_,
                centers,
                as_tensor(start.labels, device),
                samples,
                replace(steps, epochs=settings.warmup_epochs) if left else steps,
                weights=weights,
                target=target,
                update_interval=self.update_interval,
                tol=settings.tol,
                generator=draws,
                progress=part_of(progress, len(rounds) * settings.warmup_epochs, all_epochs),
                seen=keep,
            )
            rounds.append(history)
        refinement = {name: [value for one in rounds for value in one[name]] for name in rounds[0]}
        ended = perf_counter()
        self._keeps_decoder = settings.reconstruction_weight > 0
        self._conclude(X, centers.detach(), seed)
        if trace is not None:
            trace.keep(self.labels_)
        self.trace_ = trace
        self.history_ = {**pretraining, **refinement}
        self.n_iter_ = len(pretraining["pretrain/reconstruction"]) + len(refinement["cluster/kl"])
        self.phase_seconds_ = {
            **self.phase_seconds_,
            "centres": starting,
            "cluster": ended - begun - starting,
            "final": perf_counter() - ended,
        }

    def _start(
        self,
        X: FloatArray,
        codes: FloatArray,
        settings: Training,
        seed: int,
        learnt: IntArray | None,
        progress: ProgressCallback,
    ) -> Start:
        """Clusters in what the network knows by now, found from nothing or from those that it has learnt."""
        hidden = self._hidden(X) if settings.init == "hidden-manifold" else None
        return find_start(
            codes,
            settings.init,
            self.n_clusters,
            self.n_init,
            seed,
            n_starts=settings.n_starts,
            hidden=hidden,
            before=learnt,
            progress=progress,
        )

    def _rescale(self, codes: FloatArray, spread: float) -> float:
        """Make the network give `codes` that root mean squared distance from their mean. Returns the factor."""
        distance = float(np.sqrt(codes.var(axis=0, dtype=np.float64).sum()))
        factor = spread / distance if distance > 0 else 1.0
        self.network_.scale_codes(factor)
        return factor

    def _reconstruct(self, X: FloatArray) -> FloatArray | None:
        """None where clustering left the decoder behind."""
        return super()._reconstruct(X) if self._keeps_decoder else None

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
            again = codes_kmeans(codes, self.n_clusters, FINAL_N_INIT, phase_seed(seed, "final"))
            final_centers = again.cluster_centers_
        self.labels_, found = without_gaps(nearest(codes, final_centers))
        self._set_centers(final_centers[found])
        if self.final_assignment == "argmax":
            self._soft_centers = self.cluster_centers_
        q = self._shares(codes)
        self.soft_assignments_ = q.numpy()
        self.kl_divergence_ = float(kl_divergence(target_distribution(q), q))
        self.prototypes_ = self._decoded(self.cluster_centers_) if self._keeps_decoder else None
