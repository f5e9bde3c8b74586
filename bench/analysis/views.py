"""Makes the views from which figures are drawn: of the data, of all fits and of one fit."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.analysis.agreement import agreement_of_fits, comparable_fits
from bench.analysis.parts import part_of
from bench.analysis.stability import agreement_of_seeds
from bench.analysis.timeline import timeline
from bench.analysis.tsne import stratified_rows, tsne
from bench.datasets.analysis import class_counts
from bench.datasets.images import ImageData
from bench.errors import UsageError
from bench.experiments.folds import fold_of
from bench.metrics.external import match_clusters
from bench.metrics.prototypes import nearest_prototypes
from bench.report.assignments import read_assignments
from bench.report.figures.own_files import few
from bench.report.figures.views import DataView, FitsView, FitView, KView, Points
from bench.report.groups import Group
from bench.report.k_curves import k_curves, rows_of_k
from bench.store import arrays as names
from bench.store.records import Record
from bench.store.store import Store


def data_view(data: ImageData) -> DataView:
    """The class counts of each part of the split expression; of all data together if a part does not exist."""
    counts = class_counts(data)
    if counts is None:
        return DataView({})
    parts = {name: part_of(data, name) for name in data.split.split("+")}
    known = {name: class_counts(part) or {} for name, part in parts.items() if part is not None}
    return DataView(known if all(known.values()) and len(known) == len(parts) else {data.split: counts})


def fits_view(store: Store, all_groups: Sequence[Group], data: ImageData) -> FitsView:
    """The agreement of all finished fits, and their accuracy against time. `all_groups`: those of the experiment."""
    groups = [each for each in all_groups if each.ok]
    keys = comparable_fits(groups)
    if n_parts := sum(outcome.cell.is_subsampled for each in groups for outcome in each.ok):
        store.warn(
            f"the agreement of fits and the accuracy over time leave out {n_parts} fits of subsamples: they label "
            "different samples."
        )
    return FitsView(groups, agreement_of_fits(store, keys), len(keys), timeline(store, groups, data.labels), all_groups)


def k_view(store: Store, groups: Sequence[Group]) -> KView:
    """The rows that have several numbers of clusters. Nothing is computed if there are none."""
    rows = rows_of_k(groups)
    stabilities = {each.label: agreement_of_seeds(store, each) for row in rows.values() for each in row}
    methods = list(dict.fromkeys(each.cell.method for each in groups))
    return KView(rows, k_curves(rows, stabilities), _left_out(groups, rows, stabilities), methods)


def _left_out(
    groups: Sequence[Group], rows: Mapping[str, Sequence[Group]], stabilities: Mapping[str, Sequence[float]]
) -> list[str]:
    """One sentence for each reason why a row, or its stability, is not in k.csv."""
    if not rows:
        return []
    shown = [each for row in rows.values() for each in row]
    single = [each.label for each in groups if each.ok and each.label not in stabilities]
    unstable = [each for each in shown if not stabilities[each.label]]
    folds = [each.label for each in unstable if each.cell.folds is not None]
    parts = [each.label for each in unstable if each.cell.is_subsampled]
    few_seeds = [each.label for each in unstable if each.cell.labels_all_samples]
    reasons = (
        (single, "k.csv and the figure k leave out {}: only one number of clusters has finished."),
        (few_seeds, "k.csv and the figure k have no stability of {}: it needs two finished seeds."),
        (parts, "k.csv and the figure k have no stability of {}: subsamples differ in their samples."),
        (folds, "k.csv and the figure k have no stability of {}: the folds of a cross-validation differ in samples."),
    )
    return [sentence.format(few(labels)) for labels, sentence in reasons if labels]


def fit_view(
    store: Store, record: Record, data: ImageData, title: str, n_samples: int, threads: int, caption: str = ""
) -> FitView:
    """One finished fit, with the title and the caption of its figures.

    Its t-SNE has at most `n_samples` samples, and is computed when a figure first needs it.
    """
    rows = fold_of(record.cell, len(data.features)).measured
    features = np.asarray(data.features)[rows]
    classes = None if data.labels is None else data.labels[rows]
    arrays = _finite_arrays(store, record, title)

    def compute_tsne() -> tuple[NDArray[np.intp], Points]:
        sample = stratified_rows(len(features), classes, n_samples)
        return sample, tsne(arrays[names.EMBEDDING][sample], threads)

    return FitView(
        title=title,
        arrays=arrays,
        features=features,
        image_shape=data.image_shape,
        classes=classes,
        class_names=data.class_names,
        matched_classes={} if classes is None else match_clusters(classes, arrays[names.LABELS]),
        assignments=_assignments(store, record, title) if data.image_shape else None,
        hits=_hits(features, arrays.get(names.PROTOTYPES), record.grid_shape),
        reconstructed_rows=names.reconstructed_rows(len(features)),
        tsne=compute_tsne,
        caption=caption,
    )


def _assignments(store: Store, record: Record, title: str) -> pd.DataFrame | None:
    try:
        return read_assignments(store, record.cell)
    except UsageError as error:
        store.warn(f"{title}: no typical and uncertain images are drawn: {error}")
        return None


def _finite_arrays(store: Store, record: Record, title: str) -> dict[str, NDArray[Any]]:
    """The arrays of a fit without those whose numbers are not finite; a line names them."""
    arrays = store.arrays(record.key)
    odd = {name for name, array in arrays.items() if not np.isfinite(array).all()}
    if odd & {names.CLUSTER_CENTERS, names.PROTOTYPES}:  # figures show them together
        odd |= {names.CLUSTER_CENTERS, names.PROTOTYPES} & set(arrays)
    if odd:
        store.warn(f"{title}: not drawn, because some numbers are not finite: {', '.join(sorted(odd))}.")
    return {name: array for name, array in arrays.items() if name not in odd}


def _hits(features: Points, prototypes: Points | None, grid_shape: tuple[int, int] | None) -> NDArray[np.int64] | None:
    """For each unit of a map, the number of samples that it is nearest to, (rows, columns); None without a map."""
    if prototypes is None or grid_shape is None:
        return None
    units = np.concatenate([nearest[:, 0] for _, nearest in nearest_prototypes(features, prototypes, 1)])
    return np.bincount(units, minlength=len(prototypes)).reshape(grid_shape)
