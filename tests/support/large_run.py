"""The views of a large run with difficult names: 8 methods × 3 latent sizes × 10 seeds."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import compression_rows
import numpy as np
import pandas as pd
from stored import ENVIRONMENT, record_of

from bench.analysis.counting_space import OF_NETWORK
from bench.analysis.views import fits_view
from bench.datasets.images import ImageData
from bench.report.figures.declarations import View
from bench.report.figures.views import CompressionView, DataView, FitView, IndexView, KView, ProposalView
from bench.report.groups import Group, group
from bench.report.k_curves import INDICES, STABILITY
from bench.report.outcomes import read
from bench.report.sets_view import read_view
from bench.store.proposal import Evidence, Proposal
from bench.store.records import Cell, DataSummary, Manifest, Scores
from bench.store.sets import Asked, AskedCells, SetEntry, SetsManifest, write_sets
from bench.store.store import Store

METHODS = (
    *("dec", "ae-kmeans", "sklearn.cluster:AgglomerativeClustering", "x_$y$_{z", "a🙂b"),
    *("an_alias_of_many_words_for_hierarchical_ward_linkage", "W" * 30, "mine (a, b=1)"),
)
SEEDS, SIZES = range(10), (5, 10, 64)
N_SAMPLES, N_CLUSTERS = 240, 24
CLASSES = [f"class {number} with a rather long name" for number in range(N_CLUSTERS)]


def cells(methods: tuple[str, ...] = METHODS, seeds: range = SEEDS) -> list[Cell]:
    return [
        Cell(method=method, seed=seed, n_clusters=N_CLUSTERS, preset="small", latent_dim=size)
        for method in methods
        for size in SIZES
        for seed in seeds
    ]


def store_of(results: Path, name: str, methods: tuple[str, ...] = METHODS, seeds: range = SEEDS) -> Store:
    """Records, scores and a manifest; each method learns a space, except those with a capital W or a colon."""
    store, generator, asked = Store(results, name), np.random.default_rng(0), cells(methods, seeds)
    truth = np.arange(N_SAMPLES) % N_CLUSTERS
    for cell in asked:
        epochs = generator.random((3, 20)).cumsum(1)
        history = dict(zip(("pretrain/loss", "cluster/kl", "cluster/label_change"), epochs.tolist(), strict=True))
        arrays = {"labels": truth, "trace_labels": np.tile(truth, (3, 1)), "trace_seconds": np.array([1.0, 2, 30])}
        store.write(record_of(cell, data_digest="d" * 64, history=history), arrays)
        values = dict(zip(("accuracy", "ari", "nmi", "silhouette_input"), generator.random(4).tolist(), strict=True))
        if ":" not in cell.method and "W" not in cell.method:
            values |= {"silhouette_own": float(generator.random()), "collapsed_own": 0.0}
        record = store.finished(cell)
        assert record is not None
        store.write_scores(Scores(key=cell.key, arrays_digest=record.arrays_digest, values=values))
    data = DataSummary(
        name=name, source="s", revision="1", split="all", digest="d" * 64, n_samples=N_SAMPLES, n_features=64,
        image_shape=(8, 8, 1), class_names=CLASSES,
    )  # fmt: skip
    manifest = Manifest(
        name=name, commands=["x"], created_at="2025-01-01T00:00:00Z", data=data, environment=ENVIRONMENT,
        code_versions=["c"], cells=asked,
    )  # fmt: skip
    store.write_manifest(manifest)
    return store


def views(results: Path) -> Mapping[str, list[View]]:
    """By name of its type: the views of all figures. A fit has images of 8 × 8 pixels, or is a map."""
    store = store_of(results, "large")
    outcomes = read(store)
    groups = group(outcomes.all)
    few = read(store_of(results, "few", METHODS[:3], range(1)))
    by_type: dict[str, list[View]] = {}
    for view in (
        *(outcomes, few, DataView({part: dict.fromkeys(CLASSES, 7) for part in ("train", "test")})),
        *(fits_view(store, groups[:9], _data()), _k_view(groups), _index_view(8), _index_view(14), _index_view(30)),
        ProposalView(_proposal()),
        *(_sets_view(results), CompressionView(_models()), fit(groups[20]), fit(groups[-1], a_map=True)),
    ):
        by_type.setdefault(type(view).__name__, []).append(view)
    return by_type


def fit(of: Group, a_map: bool = False, **values: Any) -> FitView:
    """One fit of a group: each array that a figure shows; of a map, 12 × 9 units."""
    generator = np.random.default_rng(0)
    n_prototypes = 108 if a_map else N_CLUSTERS
    prototypes = generator.random((n_prototypes, 64)).astype(np.float32)
    labels = np.arange(N_SAMPLES) % (N_CLUSTERS - 1) - 1  # noise, and the last cluster has no sample
    frame = {"row": np.arange(N_SAMPLES), "name": [f"a/{'IMAGE ' * 9}{i}.png" for i in range(N_SAMPLES)]}
    frame |= {"split": "all", "cluster": labels, "strength": 0.5, "strength_kind": "margin"}
    arrays = {
        "labels": labels, "prototypes": prototypes, "cluster_centers": prototypes[:N_CLUSTERS],
        "embedding": np.zeros((N_SAMPLES, 2), np.float32), "reconstructions": prototypes[:16],
    }  # fmt: skip
    points = generator.normal(size=(N_SAMPLES, 2)).astype(np.float32)
    made: dict[str, Any] = {
        "title": f"{of.label} seed 0", "arrays": arrays, "image_shape": (8, 8, 1), "class_names": CLASSES,
        "features": generator.random((N_SAMPLES, 64)).astype(np.float32),
        "classes": np.arange(N_SAMPLES) % N_CLUSTERS, "matched_classes": {k: k for k in range(N_CLUSTERS - 2)},
        "hits": generator.integers(0, 1400, (12, 9)) if a_map else None, "assignments": pd.DataFrame(frame),
        "reconstructed_rows": np.arange(16), "tsne": lambda: (np.arange(N_SAMPLES), points),
    }  # fmt: skip
    return FitView(**(made | values))


def _data() -> ImageData:
    return ImageData(
        name="large", source="s", revision="1", split="all", features=np.zeros((N_SAMPLES, 64), np.float32),
        labels=np.arange(N_SAMPLES) % N_CLUSTERS, image_shape=(8, 8, 1), class_names=CLASSES, digest="d" * 64,
    )  # fmt: skip


def _k_view(groups: list[Group]) -> KView:
    rows = {each.label: [each] for each in groups}
    curves = [
        {"row": row, "k": k, "metric": name, "mean": 0.1 * k, "sd": 0.02}
        for row in rows
        for k in (5, 10, 20)
        for name in (*INDICES, STABILITY)
    ]
    return KView(rows, pd.DataFrame(curves), [])


def _index_view(n_spaces: int) -> IndexView:
    rows = [f"{method} (d=64), seed {seed}" for method in METHODS[:6] for seed in SEEDS]
    spaces = [f"space of {METHODS[number % 8]} (d={number})" for number in range(n_spaces)]
    values = np.random.default_rng(0).random((len(rows), n_spaces))
    values[3, 2] = np.nan
    matrix = pd.DataFrame(values, index=rows, columns=spaces)
    return IndexView("silhouette", "Silhouette", True, 3, matrix, [spaces[0]] * len(rows), [0.0] * len(rows), "")


def _proposal() -> Proposal:
    """More clusters than the criterion has, and the longest name of a space."""
    evidence = [Evidence(n_clusters=k, valley=20.0 / k) for k in range(40, 1, -1)]
    return Proposal(
        data_digest="d" * 64, n_clusters=28, criterion="c", n_mapped=20_000, n_compared=3000, level=1.1,
        space=f"10-dimensional UMAP of {OF_NETWORK}", n_start=40, evidence=evidence,
        created_at="2025-01-01T00:00:00Z", seconds=9,
    )  # fmt: skip


def _models() -> pd.DataFrame:
    frame = compression_rows.frame()
    return pd.concat([frame.assign(label=f"{method} (d=64)") for method in METHODS], ignore_index=True)


def _sets_view(results: Path) -> View:
    entries, methods = [], METHODS[:6]
    for number in range(5):
        title = f"set-{number}"
        manifest = store_of(results, title, methods, range(2)).manifest()
        assert manifest is not None
        rows = [
            AskedCells(
                asked=Asked(method=method, latent_dim=size),
                cells=[cell for cell in manifest.cells if cell.method == method and cell.latent_dim == size],
            )
            for method in methods
            for size in SIZES
        ]
        entries.append(SetEntry(title=title, folder=title, data=manifest.data, rows=rows))
    store = Store(results, "sets")
    write_sets(store, SetsManifest(name="sets", commands=["x"], created_at="2025-01-01T00:00:00Z", sets=entries))
    return read_view(store)
