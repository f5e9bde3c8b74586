"""Results with everything that tables can say, and published copies of results."""

import csv
import io
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from msgspec.structs import replace
from stored import ENVIRONMENT, record_of

from bench.store.records import (
    Attempt,
    Cell,
    DataSummary,
    Ending,
    Failure,
    Manifest,
    PluginScore,
    Scalar,
    Scores,
)
from bench.store.store import Store

DIGEST, WARD = "d" * 64, "sklearn.cluster:AgglomerativeClustering"
FILES = ("manifest.json", "cells.csv", "table.csv", "table.md", "improvements.csv")
DATA = DataSummary(
    name="digits", source="s", revision="r", split="all", digest=DIGEST, n_samples=500, n_features=64,
    image_shape=(8, 8, 1), class_names=[str(digit) for digit in range(10)],
)  # fmt: skip
VALUES = {
    **{"accuracy": 0.8, "ari": 0.1 + 0.2, "nmi": 2 / 3, "silhouette_own": 0.3, "silhouette_input": -0.0123},
    **{"davies_bouldin_own": 1.25, "davies_bouldin_input": 3.0, "calinski_harabasz_own": 12345.678},
    **{"calinski_harabasz_input": 180.0, "n_clusters_found": 10.0, "smallest_share": 0.05, "largest_share": 1e-05},
}


class Filled:
    """A results folder that is filled cell by cell."""

    def __init__(self, results_dir: Path, name: str = "demo") -> None:
        self.store, self.cells = Store(results_dir, name), list[Cell]()

    def cell(self, method: str, seed: int, params: Mapping[str, Scalar] = {}, **fields: object) -> Cell:
        learns = method in ("dec", "ae-kmeans")
        network = {"preset": "small", "latent_dim": 10} if learns else {}
        cell = Cell(method=method, seed=seed, n_clusters=10, params=dict(params), **(network | fields))
        self.cells.append(cell)
        return cell

    def attempt(self, cell: Cell, ending: Ending, message: str = "") -> Attempt:
        failure = Failure(type="ValueError", message=message, traceback="Traceback") if message else None
        attempt = Attempt(
            key=cell.key, cell=cell, ending=ending, failure=failure, started_at="2026-01-01T00:00:00Z",
            wall_seconds=2.5, peak_bytes=10**9, host="a-host", environment=ENVIRONMENT, data_digest=DIGEST,
        )  # fmt: skip
        self.store.add_attempt(attempt)
        return attempt

    def fit(
        self, cell: Cell, values: Mapping[str, float], plugins: Mapping[str, PluginScore] = {}, **fields: object
    ) -> None:
        attempt = self.attempt(cell, "ok")
        others = {"data_digest": DIGEST, "fit_seconds": 1.5 + cell.seed / 3, "device": "cpu", "precision": "float32"}
        others |= {"code_version": "c" * 12, "n_iter": 30, "n_parameters": 640, "takes_seed": True}
        self.store.write(record_of(cell, attempt=attempt.id, **(others | fields)), {"labels": np.array([0, 1, 1])})
        record = self.store.finished(cell)
        assert record is not None
        self.store.write_scores(
            Scores(key=cell.key, arrays_digest=record.arrays_digest, values=dict(values), plugins=dict(plugins))
        )

    def done(self) -> Store:
        self.store.write_manifest(
            Manifest(
                name=self.store.name,
                commands=["python -m bench run"],
                created_at="2026-01-01T00:00:00Z",
                data=DATA,
                environment=replace(ENVIRONMENT, processor="of the last run", commit="e" * 40),
                code_versions=["c" * 12],
                cells=self.cells,
            )
        )
        return self.store


def everything(results_dir: Path) -> Store:
    """All that a table can say of its cells: failures, warnings, equal fits, several machines, odd options."""
    filled = Filled(results_dir)
    for seed in range(3):
        values = {name: value * (1 + seed / 7) for name, value in VALUES.items()} | {"n_clusters_found": 10.0}
        slow = replace(ENVIRONMENT, processor="An old processor", commit="f" * 40 + "+changes", threads=1 + seed % 2)
        key = f"{seed:024}"
        for params in ({}, {"lr": 0.003}, {"lr": 1e-05, "augment": True}, {"lr": None}):
            dec = filled.cell("dec", seed, params)
            losses = {"cluster/kl": [0.1]} | ({"cluster/reconstruction": [0.02]} if "augment" in params else {})
            phases = {"pretrain": 1.0, "cluster": 0.5}
            sure = {} if params else {"starts": 0.9 + seed / 50, **({"views": 0.95} if seed else {})}
            filled.fit(dec, values, pretrained=key, phase_seconds=phases, history=losses, certainty=sure)
        filled.fit(filled.cell("ae-kmeans", seed), values, pretrained=key, phase_seconds={"pretrain": 1.0})
        filled.fit(
            filled.cell("som", seed),
            values | {"quantization_error": 5.5, "topographic_error": 0.0},
            environment=slow,
            grid_shape=(10, 8),
            n_prototypes=80,
            warnings=['ConvergenceWarning: not "yet",\u2028 a|b', "LostClustersWarning: one", "UserWarning: ü"],
        )
        ward = filled.cell("ward", seed, {"n_iter": "1\n2", "key": "NA"}, alias_of=WARD, folds=None)
        filled.fit(ward, VALUES, takes_seed=False, count_option="n_clusters", plugin="")
    again, lost = filled.cell("kmeans", 0), filled.cell("kmeans", 1)
    filled.attempt(again, "lost worker", "gone")
    filled.fit(again, VALUES | {"noise_share": 0.25, "n_clusters_found": 9.0}, n_prototypes=10, code_version="b" * 12)
    filled.attempt(again, "failed", "not again")
    filled.attempt(lost, "ok")
    failing, telling = filled.cell("kmeans", 2), filled.cell("kmeans", 4)
    for message in ("first", "second"):
        filled.attempt(failing, "timeout", message)
        filled.attempt(telling, "failed", f"{message}:  {'long ' * 100}")
    filled.cell("kmeans", 3)
    return filled.done()


def published(store: Store, folder: Path) -> Store:
    """A copy of the tables of `store` without its records, as in a clone of the repository."""
    copy = Store(folder, store.name)
    copy.path().mkdir(parents=True)
    for name in FILES:
        shutil.copy(store.path(name), copy.path(name))
    assert copy.is_published_copy()
    return copy


def rows_of(store: Store) -> list[dict[str, str]]:
    """The rows of cells.csv as text."""
    return list(csv.DictReader(io.StringIO(store.path("cells.csv").read_text(), newline="")))


def write_rows(store: Store, rows: Iterable[Mapping[str, str]]) -> None:
    """Replace cells.csv."""
    lines = list(rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(lines[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    store.path("cells.csv").write_text(text.getvalue(), newline="")
