"""The figures of an experiment that need its images: computed here, drawn by `bench.report.figures`."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from rich.console import Console

from bench.analysis.agreement import agreement_of_fits
from bench.analysis.facts import part_sizes
from bench.analysis.timeline import timeline
from bench.analysis.tsne import stratified_rows, tsne
from bench.console.progress import cell_title, decoding_bar, share_bar
from bench.datasets.analysis import class_counts
from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.errors import UsageError
from bench.experiments.folds import measured_rows
from bench.machine.threads import choose_threads, limited_threads
from bench.metrics.external import match_clusters
from bench.metrics.prototypes import nearest_prototypes
from bench.report.figures.agreement_heatmap import agreement
from bench.report.figures.classes import class_distribution
from bench.report.figures.confusion import confusion
from bench.report.figures.images import centres, originals_over_reconstructions
from bench.report.figures.som_map import som_map
from bench.report.figures.time_to_accuracy import time_to_accuracy
from bench.report.figures.tsne_map import Classes, tsne_map
from bench.report.figures.write import save_figure
from bench.report.groups import Group, group
from bench.report.results import read
from bench.running.findings import shown_rows
from bench.store.records import Record
from bench.store.store import Store, atomic_write

_IN_A_ROW = 16
MOST_FITS = 60
KINDS = ("confusion", "map", "centres", "reconstructions", "tsne")
"""Of pictures, one a configuration."""

Arrays = Mapping[str, NDArray[Any]]
Features = NDArray[np.float32]


def load_for(store: Store, console: Console) -> ImageData:
    """The data of an experiment, with a bar. Raises UsageError if they have changed or are missing."""
    about = read(store).manifest.data
    with decoding_bar(console) as decoded:
        data = load(about.name, about.split, progress=decoded)
    if data.digest != about.digest:
        raise UsageError(
            f"data set '{about.name}' ({about.split}) has changed since the run: expected digest {about.digest[:12]}, "
            f"got {data.digest[:12]}."
        )
    return data


def draw(store: Store, data: ImageData, n_samples: int, threads: int | None, console: Console) -> list[Path]:
    """`write_gallery` on the data of the experiment, with a bar."""
    used = choose_threads(threads)
    with share_bar(console, "figures") as progress, limited_threads(used):
        return write_gallery(store, data, n_samples, used, progress)


def write_gallery(
    store: Store, data: ImageData, n_samples: int, threads: int, progress: Callable[[float], None]
) -> list[Path]:
    """Draw the pictures of every configuration, those of its lowest finished seed, and return their paths.

    `n_samples` at most stand on a t-SNE map. Raises UsageError if the experiment has no records.
    """
    shown = [found for found in group(read(store).outcomes) if found.ok]
    written = [save_figure(_classes(data), store.path("figures", "classes.png"))] if data.labels is not None else []
    written += _agreement(store, shown)
    if data.labels is not None:
        written += _time_to_accuracy(store, shown, data.labels)
    for number, found in enumerate(shown):
        record = min((outcome.record for outcome in found.ok if outcome.record), key=lambda made: made.cell.seed)
        name = re.sub(r"[^A-Za-z0-9._-]+", "_", found.label).strip("_")
        for kind, figure in _pictures(record, store.arrays(record.key), data, n_samples, threads):
            written.append(save_figure(figure, store.path("figures", f"{kind}-{name}.png")))
        progress((number + 1) / len(shown))
    _remove_others(store, written)
    return written


def _remove_others(store: Store, written: list[Path]) -> None:
    """Remove pictures of configurations that have other names by now."""
    drawn = {path.stem for path in written}
    for path in store.path("figures").glob("*-*.*g"):
        if path.name.partition("-")[0] in KINDS and path.stem not in drawn:
            path.unlink()


def _agreement(store: Store, shown: list[Group]) -> list[Path]:
    """The figure and its numbers, where there are fits to be compared, and not too many for a page."""
    path, drawn = store.path("agreement.csv"), store.path("figures", "agreement.png")
    if not 2 <= sum(len(found.ok) for found in shown) <= MOST_FITS:
        return _gone(path, drawn)
    frame = agreement_of_fits(store, shown)
    text = frame.to_csv(lineterminator="\n").encode()
    atomic_write(path, lambda file: file.write(text))
    figure = agreement(frame.to_numpy(), list(frame.index))
    return [path, save_figure(figure, drawn)]


def _time_to_accuracy(store: Store, shown: list[Group], classes: NDArray[np.int64]) -> list[Path]:
    """The figure and its numbers, where a fit has kept labels on its way."""
    path, drawn = store.path("time_to_accuracy.csv"), store.path("figures", "time-to-accuracy.png")
    frame = timeline(store, shown, classes)
    if frame.empty:
        return _gone(path, drawn)
    text = frame.to_csv(index=False, lineterminator="\n").encode()
    atomic_write(path, lambda file: file.write(text))
    return [path, save_figure(time_to_accuracy(frame, shown), drawn)]


def _gone(table: Path, figure: Path) -> list[Path]:
    """Remove what an earlier call wrote and there is nothing to show in now."""
    for path in (table, figure, figure.with_suffix(".svg")):
        path.unlink(missing_ok=True)
    return []


def _classes(data: ImageData) -> Figure:
    parts = {part: part_sizes(data.name, part) for part in data.split.split("+")}
    counts = {part: sizes[1] or {} for part, sizes in parts.items() if sizes is not None}
    if len(counts) < len(parts):  # a bundled set has no splits
        counts = {data.split: class_counts(data) or {}}
    return class_distribution(counts)


def _pictures(
    record: Record, arrays: Arrays, data: ImageData, n_samples: int, threads: int
) -> Iterator[tuple[str, Figure]]:
    """Kind and figure of each picture that there is of a fit."""
    rows = measured_rows(record.cell, len(data.features))
    features = np.asarray(data.features)[rows]
    classes = None if data.labels is None else data.labels[rows]
    labels, title = arrays["labels"], cell_title(record.cell)
    prototypes = _images(arrays["prototypes"], data) if "prototypes" in arrays else None
    one_a_cluster = prototypes is not None and len(prototypes) == len(arrays["cluster_centers"])
    if classes is not None and data.class_names is not None:
        counts, order = _matched(classes, labels, len(data.class_names))
        yield "confusion", confusion(counts, data.class_names, [str(k) for k in order], title)
    if prototypes is not None and record.grid_shape is not None:
        hits = np.bincount(_winners(features, arrays["prototypes"]), minlength=len(prototypes))
        yield "map", som_map(prototypes, record.grid_shape, hits, title)
    elif prototypes is not None and one_a_cluster:
        yield "centres", centres(prototypes, _sizes(labels, len(prototypes)), title)
    if "reconstructions" in arrays:
        originals = _images(features[shown_rows(len(features))][:_IN_A_ROW], data)
        given_back = _images(arrays["reconstructions"][:_IN_A_ROW], data)
        yield "reconstructions", originals_over_reconstructions(originals, given_back, title)
    if "embedding" in arrays:
        sample = stratified_rows(len(features), classes, n_samples)
        named = None
        if classes is not None and data.class_names is not None:
            named = Classes(classes[sample], data.class_names, match_clusters(classes, labels))
        points = tsne(arrays["embedding"][sample], threads)
        about = f"{title}: t-SNE of the latent codes of {len(sample):,} images"
        yield "tsne", tsne_map(points, named, labels[sample], prototypes if one_a_cluster else None, about)


def _images(features: Features, data: ImageData) -> Features:
    return features.reshape(len(features), *data.image_shape)


def _sizes(labels: NDArray[np.int64], n_clusters: int) -> list[int]:
    return [int(count) for count in np.bincount(labels[labels >= 0], minlength=n_clusters)]


def _matched(
    classes: NDArray[np.int64], labels: NDArray[np.int64], n_classes: int
) -> tuple[NDArray[np.int64], list[int]]:
    """Samples of each class in each cluster, and the clusters in the order of the classes that they are matched to."""
    matched = match_clusters(classes, labels)
    found = [int(k) for k in np.unique(labels[labels >= 0])]
    order = sorted(found, key=lambda k: (matched.get(k, n_classes), k))
    counts = [[int(np.count_nonzero((classes == c) & (labels == k))) for k in order] for c in range(n_classes)]
    return np.array(counts), order


def _winners(features: Features, prototypes: Features) -> NDArray[np.intp]:
    return np.concatenate([best[:, 0] for _, best in nearest_prototypes(features, prototypes, 1)])
