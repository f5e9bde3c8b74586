"""The spaces in which every partition of one data set is measured."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.metrics.arrays import FloatArray
from bench.metrics.collapse import has_collapsed
from bench.metrics.reference import reference_space
from bench.metrics.spaces import COMPONENTS
from bench.report.groups import Group
from bench.report.outcomes import Outcome
from bench.store import arrays as names
from bench.store.store import Store
from methods import registry

INPUT = "input"
REFERENCE = f"PCA-{COMPONENTS}"
UMAP = f"UMAP of {REFERENCE}"
UMAP_SAMPLES = 20_000
"""Largest number of samples that UMAP maps: of more, a sample drawn with a fixed seed. One thread takes minutes."""
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class NamedSpace:
    """The samples in one space."""

    name: str
    points: FloatArray
    """(len(rows), d)."""
    rows: Rows
    """The samples that `points` has, in ascending order."""


def own_space_of(group: Group) -> str:
    """The name of the space that the first seed of a group learnt."""
    return f"space of {group.label}"


def drawn(n_samples: int, size: int | None) -> Rows:
    """Rows of `size` samples, in ascending order, the same in every call; of all samples for None. No labels are used.

    A smaller size draws a part of the rows of a larger one.
    """
    if size is None or size >= n_samples:
        return np.arange(n_samples)
    return np.sort(np.random.default_rng(0).permutation(n_samples)[:size])


def umap_points(reference: FloatArray, rows: Rows) -> FloatArray:
    """The positions of some samples of the reference space in the UMAP map of these samples, (len(rows), 10).

    Raises MethodError or ImportError if the map cannot be made.
    """
    return registry.umap_map(np.ascontiguousarray(reference[rows], np.float32), seed=0)


class IndexSpaces:
    """The spaces, one after the other, so that only one is in memory."""

    def __init__(self, store: Store, groups: Sequence[Group], features: FloatArray, size: int | None) -> None:
        """`features`, (n_samples, n_features): X; at most `size` of the samples are used."""
        self._store = store
        self._groups = groups
        self._features = features
        self._rows = drawn(len(features), size)
        self._size = size
        self.notes: list[str] = []
        """One sentence for each space that is left out, or that has only some of the samples."""
        self.own: dict[str, str] = {}
        """By label of a group: the space in which its method decides."""

    @property
    def n_expected(self) -> int:
        """The largest possible number of spaces."""
        return 3 + len(self._groups)

    def __iter__(self) -> Iterator[NamedSpace]:
        """Yield the spaces; `notes` and `own` are complete at the end."""
        features = self._features[self._rows]
        if len(features) < len(self._features):
            self.notes.append(f"{len(features):,} of {len(self._features):,} samples are used, drawn at random.")
        yield NamedSpace(INPUT, features, self._rows)
        reference = reference_space(features)
        if reference is features:
            self.notes.append(f"The data have at most {COMPONENTS} features: {REFERENCE} is the input.")
        else:
            yield NamedSpace(REFERENCE, reference, self._rows)
        yield from self._umap(reference)
        for group in self._groups:
            yield from self._of_group(group)

    def _umap(self, reference: FloatArray) -> Iterator[NamedSpace]:
        rows = np.searchsorted(self._rows, drawn(len(self._features), min(self._size or UMAP_SAMPLES, UMAP_SAMPLES)))
        try:
            points = umap_points(reference, rows)
        except (registry.MethodError, ImportError) as error:
            self.notes.append(f"{UMAP} is left out: {error}.")
            return
        if len(rows) < len(self._rows):
            self.notes.append(f"{UMAP} has {len(rows):,} samples, drawn at random, because it takes minutes.")
        yield NamedSpace(UMAP, points, self._rows[rows])

    def _of_group(self, group: Group) -> Iterator[NamedSpace]:
        """The space of the lowest seed; nothing if the method decides in the input space."""
        outcomes: list[Outcome] = [outcome for outcome in group.ok if outcome.cell.labels_all_samples]
        if not outcomes:
            return
        first = min(outcomes, key=lambda outcome: outcome.cell.seed)
        arrays = self._store.arrays(first.cell.key)
        if names.EMBEDDING not in arrays:
            self.own[group.label] = INPUT
            return
        name, codes = own_space_of(group), arrays[names.EMBEDDING]
        self.own[group.label] = name
        which = f"{name} (seed {first.cell.seed})"
        if not np.isfinite(codes).all():
            self.notes.append(f"{which} is left out: some of its numbers are not finite.")
        elif has_collapsed(codes, arrays[names.LABELS]):
            self.notes.append(f"{which} is left out: it has collapsed.")
        else:
            yield NamedSpace(name, codes[self._rows], self._rows)
