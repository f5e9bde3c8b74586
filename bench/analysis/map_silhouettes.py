"""The silhouette of each fit of a search in one map of the data, which is the same for all of them."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from bench.analysis.index_spaces import UMAP_SAMPLES, Rows, drawn, umap_points
from bench.datasets.images import ImageData
from bench.experiments.folds import fold_of
from bench.machine.code import map_version
from bench.machine.threads import limited_threads
from bench.metrics.arrays import FloatArray, IntArray
from bench.metrics.engine import PROCESSOR
from bench.metrics.partition import is_partition
from bench.metrics.reference import reference_space
from bench.report.map_silhouettes import NO_MAP, MapSilhouette, MapSilhouettes
from bench.store import arrays as names
from bench.store.records import Record, RecordError
from bench.store.store import Store
from methods import registry

NOISE = "some samples are in no cluster"
NO_PARTITION = "fewer than two clusters, or as many as samples"


class SearchMap:
    """The map of one data set. It is made once, when it is first needed, on one thread.

    It is the UMAP map of `bench.analysis.index_spaces`: of the reference space, with seed 0, and of at most
    `UMAP_SAMPLES` samples, drawn with a fixed seed. No labels are used.
    """

    def __init__(self, data: ImageData) -> None:
        self._data = data
        self._points: FloatArray | None = None
        self.n_samples = len(data.features)
        self.rows: Rows = drawn(self.n_samples, UMAP_SAMPLES)
        """The samples in the map, in ascending order."""
        self.digest = hashlib.sha256((data.digest + map_version()).encode()).hexdigest()[:12]
        """Equal digests mean equal maps, on one machine."""

    def problem(self) -> str:
        """Why the map cannot be made, as far as it is known before: too few samples, or no umap-learn; else empty."""
        try:
            registry.check_umap_map(len(self.rows))
        except registry.MethodError as error:
            return str(error)
        return ""

    def points(self) -> FloatArray:
        """The positions of `rows`, (len(rows), 10). Raises MethodError if the map cannot be made."""
        if self._points is None:
            with limited_threads(1):
                reference = reference_space(np.asarray(self._data.features))
                try:
                    points = umap_points(reference, self.rows)
                except ImportError as error:
                    raise registry.MethodError(str(error)) from error
            if not np.isfinite(points).all():
                raise registry.MethodError("some of the positions on the UMAP map are not finite")
            self._points = points
        return self._points


def map_silhouettes(
    store: Store,
    records: Sequence[Record],
    the_map: SearchMap,
    progress: Callable[[float], None] = lambda share: None,
) -> tuple[MapSilhouettes, list[Record]]:
    """The silhouette of the held-out labels of each fit in the map, and the fits that are measured.

    A fit is measured on the held-out samples that the map has. A silhouette is not defined for noise, and for a
    partition without two clusters. A fit whose arrays are damaged is left out; the warnings of the store name it.
    `progress` is called with the finished share; most of the time goes into the map.
    """
    labels = _labels_of(store, records)
    found = [record for record in records if record.key in labels]
    try:
        the_map.points()
    except registry.MethodError as error:
        none = {record.key: MapSilhouette(record.arrays_digest, 0, None, str(error)) for record in found}
        return MapSilhouettes(NO_MAP, none), found
    by_fold: dict[tuple[int, int], list[Record]] = defaultdict(list)
    for record in found:
        by_fold[record.cell.folds or 0, record.cell.seed].append(record)
    by_key: dict[str, MapSilhouette] = {}
    for number, members in enumerate(by_fold.values()):
        progress((number + 1) / (len(by_fold) + 1))
        by_key |= _of_fold(members, labels, the_map)
    progress(1.0)
    return MapSilhouettes(the_map.digest, by_key), found


def _labels_of(store: Store, records: Sequence[Record]) -> dict[str, IntArray]:
    """By key, the held-out labels of each fit; a fit with damaged arrays is absent."""
    labels = {}
    for record in records:
        try:
            labels[record.key] = store.arrays(record.key)[names.LABELS]
        except RecordError as error:
            store.warn(str(error))
    return labels


def _of_fold(records: Sequence[Record], labels: Mapping[str, IntArray], the_map: SearchMap) -> dict[str, MapSilhouette]:
    """By key, the silhouettes of fits that hold out the same samples: one pass over the distances for all of them."""
    held_out = np.asarray(fold_of(records[0].cell, the_map.n_samples).measured)
    measured, in_fold, in_map = np.intersect1d(held_out, the_map.rows, assume_unique=True, return_indices=True)
    found: dict[str, MapSilhouette] = {}
    defined: dict[str, Record] = {}
    for record in records:
        own = labels[record.key][in_fold]
        why = NOISE if (own < 0).any() else "" if is_partition(own) else NO_PARTITION
        found[record.key] = MapSilhouette(record.arrays_digest, len(measured), None, why)
        if not why:
            defined[record.key] = record
    if defined:
        labelings = [labels[key][in_fold] for key in defined]
        estimates = PROCESSOR.silhouettes(the_map.points()[in_map], labelings)
        for (key, record), estimate in zip(defined.items(), estimates, strict=True):
            found[key] = MapSilhouette(record.arrays_digest, len(measured), estimate.mean)
    return found
