"""DEC: pretraining, then one or more rounds, each of which finds first clusters and refines them."""

from dataclasses import replace
from time import perf_counter

import torch

from methods.base import FloatArray, nearest, without_gaps
from methods.dec.consistency import check_size, check_together
from methods.dec.inference import in_batches
from methods.dec.joint_start import vote_agreement
from methods.dec.latent import phase_seed
from methods.dec.least_steps import with_least_steps
from methods.dec.members import Member
from methods.dec.objective import kl_divergence, soft_assignments, target_distribution
from methods.dec.onnx_file import Assigner, onnx_file
from methods.dec.options import AUGMENTED_CLUSTERING, DECOptions
from methods.dec.presets import PRESETS, training_of
from methods.dec.rounds import RoundsClusterer, joined
from methods.dec.start import codes_kmeans
from methods.dec.training import Steps
from methods.dec.view_agreement import view_agreement
from methods.device import choose_device, choose_precision
from methods.options import options
from methods.progress import ProgressCallback, part_of
from methods.trace import Trace
from methods.warm_start import WarmStartClusterer

__all__ = ["DEC"]

FINAL_N_INIT = 10


@options
class DEC(RoundsClusterer, WarmStartClusterer):
    """Deep Embedded Clustering.

    1. An autoencoder learns to reconstruct the samples (mean squared error per pixel).
    2. K-Means (k-means++, `n_init` restarts) on its codes finds the first centres.
    3. Network and centres minimise `reconstruction_weight` · MSE + `kl_weight` · KL(P‖Q). Q are the Student-t soft
       assignments (Xie et al. 2016, Eq. 1). P is their sharpened form over the whole data set (Eq. 3).

    `cluster_contrastive_weight` adds NT-Xent (Chen et al. 2020, Eq. 1) to step 3. `cluster_triplet_weight` adds a
    triplet loss (Schroff et al. 2015, Eq. 3). Its triplets are two views of an image and an image of another cluster.
    Both losses use two augmented views of every image; then MSE and KL(P‖Q) use the first view. The equations are in
    `methods.dec.objective`.

    An option that is None has the value of the preset (`methods.dec.presets`). A table uses the preset mlp and cannot
    be augmented.

    With a reconstruction weight above 0, as in the report and by default, the literature calls this IDEC (Guo et al.
    2017). `reconstruction_weight=0` is the original DEC: after pretraining the decoder is not trained or used, and
    there is no `inverse_transform`.

    With several `n_networks`, each learns from its own first clusters. Clusters that disagree with the others are
    replaced by the vote of the others (`methods.dec.consensus`); `input_starts` adds clusterings to this vote. At the
    end, clusters are found once more, in what each network has learnt, and the first network learns what all of them
    agree on, for `vote_epochs`. If they clearly agree more on their first clusters, it learns these. Only the first
    network is kept; `history_` and `n_iter_` are those of this network. An `UncertainStartWarning` says what disagrees.

    `equal_sizes=True` assumes clusters of equal size: instead of the division in Eq. 3, P is scaled by iterations of
    Sinkhorn and Knopp until all clusters have the same total (Asano et al. 2020; Caron et al. 2020, SwAV). On data with
    clusters of unequal size, P then moves samples to wrong clusters.

    With `target_neighbors`, P is computed from the mean soft assignment of each sample and its nearest samples, after
    the idea of SCAN (Van Gansbeke et al. 2020) and TEMI (Adaloglou et al. 2023) that neighbours share a cluster. Q and
    the labels remain those of the sample alone.

    With several `rounds`, the clusters are found again in the space of the latest network, from the clusters that the
    network has learnt (Caron et al. 2018, "DeepCluster", ignore the earlier clusters). `code_scale` matters because the
    Student-t kernel has the unit 1. `kl_divergence_` always uses the P of the paper. With `final_assignment="kmeans"`,
    `predict` uses the centres of K-Means; soft assignments and divergence use the centres of the clustering layer.

    `warm_start=True`: `fit` continues the clustering phase with the network and the centres of the last fit, without
    pretraining and without first clusters. P is computed from all samples of this call. Adam, the schedule of `lr` and
    the target powers begin again, with other random numbers than before. `rounds`, `warmup_epochs`, `code_scale`,
    `init`, `pretrained`, `n_networks`, `vote_epochs` and options that only pretraining or the first clusters use have
    no effect, except that `init` says where neighbours are found. Preset, latent size and number of clusters have to
    stay; others, such as `epochs` and `lr`, may change. `history_` and `n_iter_` continue; `phase_seconds_` and
    `trace_` are those of the last call. There is no `partial_fit`: P divides by the sizes of the clusters in the whole
    data set (Eq. 3). With the sizes in a batch, P would move samples to clusters that the batch lacks.

    `predict_proba` has the soft assignments Q. `score` is −KL(P‖Q) of the samples that it gets, in nats per sample.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_found, latent_dim), float32
        Centres in the space of the codes.
    embedding_ : ndarray of shape (n_samples, latent_dim), float32
        Codes of the training data.
    prototypes_ : ndarray of shape (n_found, n_features), float32, or None
        Decoded centres; None with a reconstruction weight of 0.
    soft_assignments_ : ndarray of shape (n_samples, n_found), float32
        Q of the training data, rows sum to 1; (n_samples, n_clusters) with `final_assignment="kmeans"`.
    kl_divergence_ : float
        KL(P‖Q) of the training data, in nats per sample.
    trace_ : Trace or None
        Labels of each update, with their times, if `keep_labels` is True.
    certainty_ : dict of float
        How sure the fit is, by what was compared, as a mean adjusted Rand index, at most 1: `starts`, the first
        clusterings of several networks and of the samples themselves; `networks`, the clusters whose vote the first
        network learns; `vote`, this vote and the result; `views`, the clusters of images and of the same images with
        random changes, if clustering uses such images. Empty if nothing was compared. The fit warns if one of them is
        below 0.9, except `networks`.

    Raises
    ------
    ValueError
        By `fit`, if an option or the data are not valid, or options contradict each other; if a warm fit has another
        preset, latent size or number of clusters than the last fit.
    TrainingDivergedError
        By `fit`, if a loss or a code is not finite; a FloatingPointError.
    ImportError
        By `fit`, if `init` needs umap-learn, which is not installed: `pip install 'dec-bench[manifold]'`.

    References
    ----------
    Xie et al. 2016, "Unsupervised deep embedding for clustering analysis".
    Guo et al. 2017, "Improved deep embedded clustering with local structure preservation".

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> X = load_digits().images[:200] / 16
    >>> dec = DEC(n_clusters=5, preset="small", pretrain_epochs=20, epochs=2, random_state=0).fit(X)
    >>> dec.image_shape_, dec.labels_.shape, dec.transform(X).shape
    ((8, 8, 1), (200,), (200, 10))
    >>> dec.predict_proba(X).argmax(axis=1).tolist() == dec.labels_.tolist()
    True
    >>> bool(abs(dec.score(X) + dec.kl_divergence_) < 1e-6)
    True
    """

    _fitted = ("_soft_centers", "kl_divergence_")
    _may_be_fitted = ("certainty_",)  # models of earlier versions lack it

    @property
    def is_soft(self) -> bool:
        """True: the soft assignments are Q."""
        return True

    @property
    def is_invertible(self) -> bool:
        """Whether clustering trains the decoder: with a reconstruction weight above 0."""
        preset = PRESETS.get(self.preset)
        return preset is not None and training_of(preset, self.get_params(deep=False)).reconstruction_weight > 0

    def _learn(self, X: FloatArray, seed: int, progress: ProgressCallback) -> None:
        settings = with_least_steps(self._settings(X.shape[1]), len(X))
        check_size(settings, len(X), self.n_clusters)
        augmented = any(getattr(settings, name) for name in AUGMENTED_CLUSTERING)
        steps = self._cluster_steps(X.shape[1], settings, augmented)
        if continues := self._continues():
            self._keep_network()
            members = [Member(self.network_, seed, self._random_of_further(seed))]
        else:
            epochs, n_networks = settings.pretrain_epochs, settings.n_networks
            self._set_network(X, seed, part_of(progress, 0, epochs, n_networks * epochs))
            members = self._members(X, seed, n_networks, epochs, progress)
        start = perf_counter()
        self.certainty_ = {}
        self.trace_ = Trace(self.phase_seconds_.get("pretrain", 0.0)) if self.keep_labels else None
        cluster = self._cluster_further if continues else self._cluster
        found = cluster(X, members, settings, steps, progress)
        end = perf_counter()
        self._conclude(X, found.centers.detach(), seed)
        if found.vote is not None:
            self.certainty_["vote"] = vote_agreement(self.labels_, found.vote)
        if steps.augmentation is not None:
            self.certainty_["views"] = view_agreement(self._assign, X, self.labels_, steps.augmentation)
        if self.trace_ is not None:
            self.trace_.keep(self.labels_)
        self.history_ = joined(self.history_, found.losses)
        self.n_iter_ += len(found.losses["cluster/kl"])
        self.phase_seconds_ = {
            **self.phase_seconds_,
            "centres": found.centres_seconds,
            "cluster": end - start - found.centres_seconds,
            "final": perf_counter() - end,
        }

    def _settings(self, n_features: int) -> DECOptions:
        """Also the settings of a warm fit, which has one round and no warm-up."""
        if not self._continues():
            return super()._settings(n_features)
        preset = self._architecture(n_features)[0]
        used = replace(training_of(preset, self.get_params(deep=False)), rounds=1, warmup_epochs=0)
        check_together(used, preset.output)
        return used

    def _cluster_steps(self, n_features: int, settings: DECOptions, augmented: bool) -> Steps:
        """The training steps of clustering, whose optimizer and learning rate may be its own."""
        steps = self._steps(n_features, settings.epochs, augmented)
        return replace(
            steps,
            lr=settings.cluster_lr or steps.lr,
            optimizer=settings.cluster_optimizer or steps.optimizer,
            lr_schedule="constant" if steps.lr_schedule == "step" else steps.lr_schedule,
        )

    def _keep_network(self) -> None:
        """Get the network of the last fit ready. Raises ValueError if the options ask for another one."""
        used, n_centers = self._used_preset(), len(self._soft_centers)
        latent_dim, of_last = self.latent_dim or PRESETS[used].latent_dim, self.cluster_centers_.shape[1]
        if (used, latent_dim) != (self.preset_, of_last):
            raise ValueError(
                f"preset={used!r}, latent_dim={latent_dim}, but the last fit has preset={self.preset_!r}, "
                f"latent_dim={of_last}; expected the same, or warm_start=False."
            )
        if self.n_clusters != n_centers:
            raise ValueError(
                f"n_clusters={self.n_clusters}, but the last fit has {n_centers} centres, because clusters without "
                f"samples are left out; expected n_clusters={n_centers}, or warm_start=False."
            )
        device = choose_device(self.device)
        self.network_.to(device)
        self.device_ = str(device)
        self.precision_ = str(choose_precision(device)).removeprefix("torch.")
        self.phase_seconds_, self.reused_seconds_ = {}, 0.0

    def _random_of_further(self, seed: int) -> torch.Generator:
        """Other numbers than in the last fit: its order of samples and its augmented views would come again."""
        return torch.Generator().manual_seed(phase_seed(seed, "cluster") + self.n_iter_)

    def _soft_assign(self, X: FloatArray) -> FloatArray:
        shares: FloatArray = self._shares(self._embed(X)).numpy()
        return shares

    def _to_onnx(self, X: FloatArray) -> tuple[bytes, float]:
        return onnx_file(Assigner(self.network_, self._soft_centers), X)

    def _score(self, X: FloatArray) -> float:
        return -divergence(self._shares(self._embed(X)))

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
            final_seed = phase_seed(seed, "final")
            final_centers = codes_kmeans(codes, self.n_clusters, FINAL_N_INIT, final_seed, device=self._device())
        self.labels_, present = without_gaps(nearest(codes, final_centers))
        self._set_centers(final_centers[present])
        if self.final_assignment == "argmax":
            self._soft_centers = self.cluster_centers_
        q = self._shares(codes)
        self.soft_assignments_ = q.numpy()
        self.kl_divergence_ = divergence(q)
        self.prototypes_ = self._decode(self.cluster_centers_) if self.is_invertible else None


def divergence(q: torch.Tensor) -> float:
    """KL(P‖Q) of soft assignments, (n_samples, n_clusters), and the P of the paper, in nats per sample."""
    return float(kl_divergence(target_distribution(q), q))
