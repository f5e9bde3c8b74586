"""DEC: pretraining, then rounds of finding first clusters and refining them."""

from dataclasses import replace
from time import perf_counter

import numpy as np
import torch

from methods.base import FloatArray, nearest, without_gaps
from methods.dec.latent import LatentClusterer, as_tensor, generator, phase_seed
from methods.dec.objective import kl_divergence, soft_assignments, target_distribution
from methods.dec.options import DECOptions
from methods.dec.refinement import LossWeights, refine
from methods.dec.start import Start, codes_kmeans, find_start
from methods.dec.target import Target
from methods.dec.training import Steps, in_batches
from methods.progress import ProgressCallback, part_of
from methods.trace import Trace

FINAL_N_INIT = 10


class DEC(DECOptions, LatentClusterer):
    """Deep Embedded Clustering.

    1. An autoencoder learns to reconstruct the samples (mean squared error per pixel).
    2. K-Means (k-means++, `n_init` restarts) on its codes finds the first centres.
    3. Network and centres minimise `reconstruction_weight` · MSE + `kl_weight` · KL(P‖Q). Q are the Student-t soft
       assignments (Xie et al. 2016, Eq. 1). P is their sharpened form over the whole data set (Eq. 3).

    An option that is None has the value of the preset (`methods.dec.presets`). `methods.dec.options` declares all
    options.

    With a reconstruction weight above 0, as in the report and by default, the literature calls this IDEC (Guo et al.
    2017). `prototypes_` are then the decoded centres. `reconstruction_weight=0` is the original DEC: after pretraining
    the decoder is not trained or used, and `prototypes_` is None.

    The following options are additions to the report. Each of them works alone.

    - `augment`, `augment_pretraining`: the network is trained on random affine images of the samples (`shift`,
      `rotation`, `zoom`, `shear`). Targets and labels come from the original samples (Guo et al. 2018, "DEC-DA").
    - `contrastive_weight`: pretraining makes the codes of two augmented images of the same sample similar (Chen et al.
      2020, here without a projection head).
    - `init`: a Gaussian mixture finds the first clusters. It works on the codes, on the UMAP of the codes (McConville
      et al. 2021), or on the UMAP of the block in the middle of the encoder. The most typical of `n_starts`
      clusterings is used. For `warmup_epochs` the first clusters themselves are the target, so that the codes form
      around them.
    - `rounds`: after each warm-up except the last, the algorithm of `init` finds new clusters in the space of the
      latest network. It starts from the clusters that the network has learnt (Caron et al. 2018, "DeepCluster", start
      from nothing). If a cluster has become empty, it starts from nothing.
    - `code_scale`: at the start of each round the codes are scaled to this spread. The Student-t kernel has the unit 1,
      so the scale of the codes matters.
    - `target_power`, `final_target_power`, `balance`: how much P sharpens Q, and whether P is divided by the sizes of
      the clusters. `kl_divergence_` always uses the P of the paper.
    - `lr_schedule="one-cycle"`: a learning rate that rises and falls once in each phase (Smith & Topin 2019). `tol` has
      no effect then.

    `final_assignment="argmax"` labels a sample by its largest soft assignment. `"kmeans"` clusters the final codes with
    K-Means, as in the report, and predicts by the new centres. `soft_assignments_` and `kl_divergence_` still use the
    centres of the clustering layer.

    With `patience`, pretraining holds out a share of the samples and ends when their reconstruction no longer improves.
    With `keep_labels`, `trace_` has the labels of each update with their times; otherwise it is None.

    `image_shape` is (height, width, channels), or None for square grey images. Data that are not images use the preset
    mlp; a request to augment them raises ValueError.
    """

    def _fit(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        settings = self._settings(X.shape[1])
        steps = self._steps(X.shape[1], settings.epochs, settings.augment)
        pretraining = self._pretrained_network(X, seed, progress)
        start = perf_counter()
        self.trace_ = Trace(self.phase_seconds_["pretrain"]) if self.keep_labels else None
        centers, clustering, centres_seconds = self._cluster(X, seed, settings, steps, progress)
        end = perf_counter()
        self._keeps_decoder = settings.reconstruction_weight > 0
        self._conclude(X, centers.detach(), seed)
        if self.trace_ is not None:
            self.trace_.keep(self.labels_)
        self.history_ = {**pretraining, **clustering}
        self.n_iter_ = len(pretraining["pretrain/reconstruction"]) + len(clustering["cluster/kl"])
        self.phase_seconds_ = {
            **self.phase_seconds_,
            "centres": centres_seconds,
            "cluster": end - start - centres_seconds,
            "final": perf_counter() - end,
        }

    def _cluster(
        self, X: FloatArray, seed: int, settings: DECOptions, steps: Steps, progress: ProgressCallback
    ) -> tuple[torch.Tensor, dict[str, list[float]], float]:
        """All rounds: find first clusters, then refine them.

        Returns the centres, the losses of all rounds in order, and the seconds of finding first clusters.
        """
        device, trace = self._device(), self.trace_
        samples, draws = as_tensor(X, device), generator(seed, "cluster", device)
        last, warmup_epochs = settings.rounds - 1, settings.warmup_epochs
        centers, seconds, history = torch.empty(0), 0.0, dict[str, list[float]]()
        for number in range(settings.rounds):
            begin = perf_counter()
            codes = self._embed(X)
            start = self._start(X, codes, seed, settings, number, centers, progress)
            seconds += perf_counter() - begin
            centers = as_tensor(start.centers, device)
            if settings.code_scale > 0:
                centers *= self._rescale(codes, settings.code_scale)
            if trace is not None:
                trace.keep(start.labels)
            epochs = settings.epochs if number == last else warmup_epochs
            losses = refine(
                self.network_,
                centers,
                as_tensor(start.labels, device),
                samples,
                replace(steps, epochs=epochs),
                weights=LossWeights(settings.reconstruction_weight, settings.kl_weight),
                target=Target(settings.target_power, settings.final_target_power, settings.balance, warmup_epochs),
                update_interval=self.update_interval,
                tol=settings.tol,
                generator=draws,
                progress=part_of(progress, number * warmup_epochs, epochs, last * warmup_epochs + settings.epochs),
                keep=None if trace is None else lambda labels: trace.keep(labels.cpu().numpy()),
            )
            history = {name: history.get(name, []) + values for name, values in losses.items()}
        return centers, history, seconds

    def _start(
        self,
        X: FloatArray,
        codes: FloatArray,
        seed: int,
        settings: DECOptions,
        number: int,
        centers: torch.Tensor,
        progress: ProgressCallback,
    ) -> Start:
        """The first clusters of round `number`, 0 or more, in the space of the present network.

        The first round starts from nothing. Another round starts from the clusters that the network has learnt around
        `centers`, or from nothing if one of them is empty. For `progress`, it counts as one clustering.
        """
        learnt = None
        if number:
            labels, present = without_gaps(nearest(codes, centers.detach().cpu().numpy()))
            learnt = labels if len(present) == self.n_clusters else None
        before, units = (settings.n_starts - 1 + number, 1) if number else (0, settings.n_starts)
        return find_start(
            codes,
            settings.init,
            self.n_clusters,
            self.n_init,
            phase_seed(seed, "centres") + number,
            n_starts=settings.n_starts,
            hidden=self._hidden(X) if settings.init == "hidden-manifold" else None,
            before=learnt,
            progress=part_of(progress, before, units, settings.n_starts + settings.rounds - 1),
        )

    def _rescale(self, codes: FloatArray, spread: float) -> float:
        """Scale the network's `codes` to that root mean squared distance from their mean. Returns the factor."""
        distance = float(np.sqrt(codes.var(axis=0, dtype=np.float64).sum()))
        factor = spread / distance if distance > 0 else 1.0
        self.network_.scale_codes(factor)
        return factor

    def _reconstruct(self, X: FloatArray) -> FloatArray | None:
        """None if clustering did not train the decoder."""
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

        The largest soft assignment belongs to the nearest centre, so both final assignments predict by distance.
        """
        codes = self.embedding_ = self._embed(X)
        self._soft_centers = final_centers = centers.cpu().numpy()
        if self.final_assignment == "kmeans":
            final = codes_kmeans(codes, self.n_clusters, FINAL_N_INIT, phase_seed(seed, "final"))
            final_centers = final.cluster_centers_
        self.labels_, present = without_gaps(nearest(codes, final_centers))
        self._set_centers(final_centers[present])
        if self.final_assignment == "argmax":
            self._soft_centers = self.cluster_centers_
        q = self._shares(codes)
        self.soft_assignments_ = q.numpy()
        self.kl_divergence_ = float(kl_divergence(target_distribution(q), q))
        self.prototypes_ = self._decoded(self.cluster_centers_) if self._keeps_decoder else None
