"""The numbers that a fit records once per epoch: phase, heading and unit of each name. Imports no plotting library."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.metrics.declarations import metric

PRETRAINING, CLUSTERING, FINETUNING = "pretraining", "clustering", "fine-tuning"
ROUND = "cluster/round"
"""The name of the history that has the number of the round of each epoch, from 1."""


@dataclass(frozen=True)
class History:
    """The heading of one history in a figure."""

    phase: str
    """The phase of training, such as `pretraining`; empty if it is not known."""
    label: str
    unit: str
    """Unit of the values, for the vertical axis; empty if it is not known."""
    is_never_zero: bool = False
    """Whether values that are all 0 were not computed: earlier versions stored 0 for a loss with the weight 0."""
    starts_late: bool = False
    """Whether the first value of each round is no result of training."""

    @property
    def note(self) -> str:
        """What a reader must know of the values; empty if nothing."""
        return (
            f"{self.label.capitalize()}: not shown for the first epoch of a round, before which nothing is trained."
            if self.starts_late
            else ""
        )

    @property
    def title(self) -> str:
        """The heading of a panel.

        >>> described("cluster/label_change").title
        'Clustering: share of labels that changed'
        """
        return f"{self.phase.capitalize()}: {self.label}" if self.phase else self.label


_ERROR = metric("reconstruction_error").label
_DIVERGENCE = metric("kl_divergence").label
_SQUARED, _NATS = "mean squared error per feature", "nats per sample"
_HISTORIES = {
    "pretrain/reconstruction": History(PRETRAINING, _ERROR, _SQUARED, is_never_zero=True),
    "pretrain/contrast": History(PRETRAINING, "contrast of two views (NT-Xent)", "nats per view", is_never_zero=True),
    "pretrain/validation": History(PRETRAINING, f"{_ERROR}, held-out samples", _SQUARED, is_never_zero=True),
    "cluster/reconstruction": History(CLUSTERING, _ERROR, _SQUARED, is_never_zero=True),
    "cluster/kl": History(CLUSTERING, _DIVERGENCE, _NATS),
    "cluster/contrast": History(CLUSTERING, "contrast of two views (NT-Xent)", "nats per view", is_never_zero=True),
    "cluster/triplet": History(CLUSTERING, "triplet loss", "squared distance of unit codes"),
    "cluster/label_change": History(
        CLUSTERING, "share of labels that changed", "share of the samples", starts_late=True
    ),
    "finetune/kl": History(FINETUNING, _DIVERGENCE, _NATS),
}
_PHASES = {"pretrain": PRETRAINING, "cluster": CLUSTERING, "finetune": FINETUNING}


def described(name: str) -> History:
    """The heading of a history; of one that this project does not know, the words of its name.

    >>> described("pretrain/reconstruction").title
    'Pretraining: Reconstruction error'
    >>> described("warm_up/inner_loss").title
    'Warm up: inner loss'
    """
    if name in _HISTORIES:
        return _HISTORIES[name]
    phase, _, label = name.replace("_", " ").rpartition("/")
    return History(_PHASES.get(phase, phase), label, "")


def is_computed(name: str, values: Sequence[float | None]) -> bool:
    """Whether the values of a history are there to be drawn: some exist, and they do not stand for a loss left out."""
    if not values or name == ROUND:
        return False
    return not (described(name).is_never_zero and all(value == 0 for value in values))


def known_values(name: str, history: Mapping[str, Sequence[float | None]]) -> list[float | None]:
    """The values of one history, one for each epoch, None where there is none to be drawn.

    >>> rounds = {"cluster/round": [1, 1, 1, 2, 2]}
    >>> known_values("cluster/label_change", {"cluster/label_change": [0, 0.2, 0.1, 0, 0.3], **rounds})
    [None, 0.2, 0.1, None, 0.3]
    """
    values = list(history[name])
    if described(name).starts_late:
        for epoch in (1, *round_starts(history.get(ROUND, []))):
            values[epoch - 1] = None
    return values


def round_starts(rounds: Sequence[float | None]) -> list[int]:
    """The epochs, counted from 1, with which the second round and each later one start.

    `rounds` is the history `ROUND`.

    >>> round_starts([1, 1, 1, 2, 2, 3])
    [4, 6]
    """
    return [epoch for epoch in range(2, len(rounds) + 1) if rounds[epoch - 1] != rounds[epoch - 2]]
