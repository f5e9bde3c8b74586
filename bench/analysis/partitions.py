"""The partitions of one data set that are compared with each other: all finished fits, and the true labels."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.report.figures.own_files import few
from bench.report.groups import Group
from bench.store import arrays as names
from bench.store.store import Store

TRUTH = "true labels"
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Partition:
    """One labelling of the samples."""

    label: str
    """The label of the group, which is the name of its row in the tables; `TRUTH` for the true labels."""
    seed: int | None
    """None for the true labels."""
    labels: Labels
    """(n_samples,); −1 is noise."""
    key: str = ""
    """Key of the cell; empty for the true labels."""

    @property
    def is_truth(self) -> bool:
        """Whether these are the true labels, which no choice may see."""
        return self.seed is None

    @property
    def has_noise(self) -> bool:
        """Whether some samples are in no cluster."""
        return bool((self.labels < 0).any())

    @property
    def name(self) -> str:
        """The name of the row of a matrix."""
        return self.label if self.seed is None else f"{self.label}, seed {self.seed}"


def partitions_of(store: Store, groups: Sequence[Group]) -> tuple[list[Partition], list[str]]:
    """The partition of each finished fit, in the order of the tables, and one sentence for each kind left out.

    Of a method that takes no seed, equal fits are one partition. Fits of a cross-validation and of subsamples label
    different samples.
    """
    partitions, parts, equal = [], [], []
    for group in groups:
        outcomes = [outcome for outcome in group.ok if outcome.cell.labels_all_samples]
        if group.ok and not outcomes:
            parts.append(group.label)
        if not group.takes_seed and group.has_equal_fits:
            equal.append(group.label)
            outcomes = outcomes[:1]
        for outcome in outcomes:
            labels = store.arrays(outcome.cell.key)[names.LABELS]
            partitions.append(Partition(group.label, outcome.cell.seed, labels, outcome.cell.key))
    notes = []
    if parts:
        notes.append(f"{few(parts)}: left out, because folds of a cross-validation and subsamples differ in samples.")
    if equal:
        notes.append(f"{few(equal)}: the method takes no seed, so its equal fits are one partition.")
    return partitions, notes


def noise_notes(partitions: Sequence[Partition]) -> list[str]:
    """One sentence if some of the partitions have noise, for figures that leave such samples out."""
    noisy = [partition.name for partition in partitions if partition.has_noise]
    if not noisy:
        return []
    return [f"{few(noisy)}: some samples are in no cluster (noise), and the indices leave these samples out."]
