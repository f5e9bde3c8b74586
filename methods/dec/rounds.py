"""The clustering phase of DEC: rounds of first clusters and training, and what several networks agree on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
import torch
from numpy.typing import NDArray

from methods.base import FloatArray, IntArray, means_of, nearest, without_gaps
from methods.dec.joint_start import joint_result, joint_start
from methods.dec.latent import LatentClusterer, as_tensor, generator, phase_seed
from methods.dec.members import Member, member_seed
from methods.dec.objective import Target
from methods.dec.options import DECOptions
from methods.dec.refinement import LossWeights, Refinement
from methods.dec.start import Start, UMAPSettings, find_start, start_space
from methods.dec.training import Steps
from methods.manifold import exact_neighbours
from methods.progress import Progress, ProgressCallback, part_of
from methods.trace import Trace

History = dict[str, list[float]]


@dataclass(frozen=True)
class Clustered:
    """What the clustering phase has found."""

    centers: torch.Tensor
    losses: History
    """In order."""
    centres_seconds: float
    """Of finding first clusters."""
    vote: IntArray | None = None
    """(n_samples,): the vote of several networks, which the first one has learnt; None without a vote."""


class RoundsClusterer(DECOptions, LatentClusterer):
    """The networks of a fit, and their training from first clusters, in one or more rounds.

    `_cluster` leaves the first network in `network_` and keeps only what this network has learnt.
    """

    trace_: Trace | None
    certainty_: dict[str, float]
    _soft_centers: FloatArray

    def _members(
        self, X: FloatArray, seed: int, n_networks: int, epochs: int, progress: ProgressCallback
    ) -> list[Member]:
        """The networks of the fit: `network_`, and others that are pretrained now, for at most `epochs`."""
        begin, members = perf_counter(), [Member(self.network_, seed, generator(seed, "cluster"))]
        for number in range(1, n_networks):
            own = member_seed(seed, number)
            network, _ = self._pretrain(X, own, part_of(progress, number * epochs, epochs, n_networks * epochs))
            members.append(Member(network, own, generator(own, "cluster")))
        pretrain = self.phase_seconds_["pretrain"] + perf_counter() - begin
        self.phase_seconds_ = {**self.phase_seconds_, "pretrain": pretrain}
        return members

    def _cluster(
        self, X: FloatArray, members: list[Member], settings: DECOptions, steps: Steps, progress: ProgressCallback
    ) -> Clustered:
        """All rounds, and the vote of several networks.

        Of several networks, the losses and the labels in `trace_` are those of the first, which is trained last.
        """
        last, vote_epochs = settings.rounds - 1, settings.vote_epochs
        before, seconds, history, first_labels = 0, 0.0, History(), list[IntArray]()
        vote: IntArray | None = None
        total = len(members) * (last * settings.warmup_epochs + settings.epochs) + vote_epochs
        for number in range(settings.rounds):
            begin = perf_counter()
            starts = self._starts(X, members, settings, number, progress)
            seconds += perf_counter() - begin
            first_labels = first_labels or [start.labels for start in starts]
            epochs = settings.epochs if number == last else settings.warmup_epochs
            for member, start in reversed(list(zip(members, starts, strict=True))):
                part, before = part_of(progress, before, epochs, total), before + epochs
                losses = self._learn_start(
                    X, member, start, settings, replace(steps, epochs=epochs), part, is_first=member is members[0]
                )
            history = joined(history, numbered(losses, number + 1))
        if vote_epochs:
            begin = perf_counter()
            starts = self._starts(X, members, settings, settings.rounds, progress)
            seconds += perf_counter() - begin
            joint = joint_result([start.labels for start in starts], first_labels)
            self.certainty_["networks"] = joint.agreement
            vote = joint.labels
            start = _start_of(members[0], joint.labels, joint.agreed)
            voting = replace(settings, warmup_epochs=vote_epochs)
            part = part_of(progress, before, vote_epochs, total)
            losses = self._learn_start(
                X, members[0], start, voting, replace(steps, epochs=vote_epochs), part, is_first=True
            )
            history = joined(history, numbered(losses, settings.rounds + 1))
        return Clustered(members[0].centers, history, seconds, vote)

    def _cluster_further(
        self, X: FloatArray, members: list[Member], settings: DECOptions, steps: Steps, progress: ProgressCallback
    ) -> Clustered:
        """One round from the network and centres of the last fit."""
        member = members[0]
        start = Start(self._soft_centers, nearest(self._codes_of(X, member), self._soft_centers))
        losses = self._learn_start(X, member, start, replace(settings, code_scale=0.0), steps, progress, is_first=True)
        last = max(self.history_.get("cluster/round", []), default=0)
        return Clustered(member.centers, numbered(losses, last + 1), 0.0)

    def _starts(
        self, X: FloatArray, members: list[Member], settings: DECOptions, number: int, progress: ProgressCallback
    ) -> list[Start]:
        """The first clusters of round `number`, 0 or more, of each network.

        In the first round, a network whose clusters disagree with the others starts from the vote of these.
        """
        n_rounds = settings.rounds + (settings.vote_epochs > 0)
        n_clusterings = len(members) * (settings.n_starts + n_rounds - 1) + settings.input_starts
        done = len(members) * (settings.n_starts - 1 + number) + settings.input_starts if number else 0
        units = 1 if number else settings.n_starts
        starts = []
        for place, member in enumerate(members):
            part = part_of(progress, done + place * units, units, n_clusterings)
            starts.append(self._start(X, member, settings, number, part))
        inputs = [] if number else self._input_labelings(X, members[0].seed, settings)
        if number or len(starts) + len(inputs) == 1:
            return starts
        joint = joint_start([start.labels for start in starts], inputs)
        self.certainty_["starts"] = joint.agreement
        return [
            start if used else _start_of(member, joint.labels, joint.agreed)
            for member, start, used in zip(members, starts, joint.used, strict=False)
        ]

    def _start(
        self, X: FloatArray, member: Member, settings: DECOptions, number: int, progress: ProgressCallback
    ) -> Start:
        """The first clusters of round `number`, 0 or more, in the space of one network.

        Every round but the first starts from the clusters that the network has learnt around its centres, unless one of
        them is empty. In the reports of progress, it is one clustering.
        """
        codes, start_labels = self._codes_of(X, member), None
        if number:
            labels, present = _learnt(member)
            start_labels = labels if len(present) == self.n_clusters else None
        return find_start(
            codes,
            settings.init,
            self.n_clusters,
            self.n_init,
            phase_seed(member.seed, "centres") + number,
            n_starts=settings.n_starts,
            hidden=self._hidden(X) if settings.init == "hidden-manifold" else None,
            umap=_umap(settings),
            start_labels=start_labels,
            device=self._device(),
            progress=progress,
        )

    def _input_labelings(self, X: FloatArray, seed: int, settings: DECOptions) -> list[IntArray]:
        """Clusters of the samples themselves: mixtures on the UMAP of their principal components."""
        first = phase_seed(seed, "input")
        return [
            find_start(
                X,
                "hidden-manifold",
                self.n_clusters,
                1,
                first + number,
                hidden=X,
                umap=_umap(settings),
                device=self._device(),
            ).labels
            for number in range(settings.input_starts)
        ]

    def _learn_start(
        self,
        X: FloatArray,
        member: Member,
        start: Start,
        settings: DECOptions,
        steps: Steps,
        progress: ProgressCallback,
        *,
        is_first: bool,
    ) -> History:
        """Train one network from its start. Returns the losses; `trace_` gets the labels of the first network."""
        self.network_ = member.network
        member.centers = as_tensor(start.centers, self._device())
        if settings.code_scale > 0:
            member.centers *= self._rescale(member.codes, settings.code_scale)
        trace = self.trace_ if is_first else None
        if trace is not None:
            trace.keep(start.labels)
        own = settings.cluster_dropout
        self.network_.dropout.p = settings.dropout if own is None else own
        phase = Refinement(
            self.network_,
            member.centers,
            as_tensor(start.targets, self._device()),
            self._on(self._device(), X),
            steps,
            weights=LossWeights(
                settings.reconstruction_weight,
                settings.kl_weight,
                settings.cluster_contrastive_weight,
                settings.cluster_triplet_weight,
                settings.triplet_margin,
            ),
            target=self._target(X, member, settings, steps.epochs, progress),
            update_interval=settings.update_interval,
            tol=settings.tol,
            generator=member.random,
            keep=None if trace is None else lambda labels: trace.keep(labels.cpu().numpy()),
        )
        return phase.train(progress)

    def _target(
        self, X: FloatArray, member: Member, settings: DECOptions, epochs: int, progress: ProgressCallback
    ) -> Target:
        """P of a round with `epochs`. Neighbours are found only if an epoch comes after the warm-up."""
        target = Target(
            settings.target_power,
            settings.final_target_power,
            settings.balance,
            settings.warmup_epochs,
            equal_sizes=settings.equal_sizes,
        )
        if not settings.target_neighbors or epochs <= settings.warmup_epochs:
            return target
        progress(Progress(Refinement.name, 0, epochs))  # the search takes a while
        hidden = self._hidden(X) if settings.init == "hidden-manifold" else None
        space = start_space(member.codes, settings.init, hidden, phase_seed(member.seed, "centres"), self._device())
        neighbors = exact_neighbours(space, settings.target_neighbors + 1, self._device())[0][:, 1:]
        return replace(target, neighbors=as_tensor(neighbors, self._device()))

    def _codes_of(self, X: FloatArray, member: Member) -> FloatArray:
        """The codes of one network, which is `network_` afterwards."""
        self.network_ = member.network
        member.codes = self._embed(X)
        return member.codes

    def _rescale(self, codes: FloatArray, spread: float) -> float:
        """Scale the codes to a root mean squared distance `spread` from their mean. Returns the factor."""
        distance = float(np.sqrt(codes.var(axis=0, dtype=np.float64).sum()))
        factor = spread / distance if distance > 0 else 1.0
        self.network_.scale_codes(factor)
        return factor


def _umap(settings: DECOptions) -> UMAPSettings:
    return UMAPSettings(settings.umap_neighbors, settings.umap_neighbor_share, settings.umap_samples)


def _learnt(member: Member) -> tuple[IntArray, IntArray]:
    """The clusters that a network has learnt, from its latest codes, as `without_gaps` returns them."""
    return without_gaps(nearest(member.codes, member.centers.detach().cpu().numpy()))


def _start_of(member: Member, labels: IntArray, certain: NDArray[np.bool_]) -> Start:
    """A start with these labels; its centres are the means of the codes of the certain samples of each cluster."""
    start = Start(member.codes, labels, certain)
    return replace(start, centers=means_of(member.codes, start.targets))


def numbered(losses: Mapping[str, list[float]], number: float) -> History:
    """The losses of one round, and the number of the round for each of its epochs."""
    return {**losses, "cluster/round": [number] * len(losses["cluster/kl"])}


def joined(history: Mapping[str, list[float]], losses: Mapping[str, list[float]]) -> History:
    """A history with the losses of further epochs at its end."""
    return {**history, **{name: history.get(name, []) + values for name, values in losses.items()}}
