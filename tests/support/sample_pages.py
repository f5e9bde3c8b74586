"""Small experiments with fits made by hand, for the sections of the page that show samples."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from stored import ENVIRONMENT, record_of

from bench.analysis.page_material import write_material
from bench.datasets.images import ImageData
from bench.report.groups import Group, group
from bench.report.outcomes import read
from bench.running.assignments import write_assignments
from bench.store.records import Cell, Manifest, Scores
from bench.store.store import Store


def made_data(
    n_samples: int = 60,
    shape: tuple[int, int, int] | None = (8, 8, 1),
    class_names: Sequence[str] | None = ("zero", "one", "two"),
    row_names: Sequence[str] | None = None,
) -> ImageData:
    """Random features; the samples have the classes in turn. Without a shape, a table of 5 columns."""
    n_features = 5 if shape is None else int(np.prod(shape))
    labels = None if class_names is None else np.arange(n_samples) % len(class_names)
    return ImageData(
        name="made",
        source="made",
        revision="1",
        split="all",
        features=np.random.RandomState(0).rand(n_samples, n_features).astype(np.float32),
        labels=labels,
        image_shape=shape,
        class_names=None if class_names is None else list(class_names),
        digest="d" * 64,
        row_names=None if row_names is None else tuple(row_names),
    )


class MadeExperiment:
    """The results folder of an experiment, fit by fit."""

    def __init__(self, results_dir: Path, data: ImageData) -> None:
        self.data, self.store, self.cells = data, Store(results_dir, "made"), list[Cell]()

    def fit(
        self,
        method: str,
        seed: int,
        labels: Sequence[int] | NDArray[np.int64],
        grid: tuple[int, int] | None = None,
        cell: dict[str, Any] | None = None,
        **arrays: NDArray[Any],
    ) -> Cell:
        """Store one finished fit."""
        made = Cell(method=method, seed=seed, n_clusters=3, **(cell or {}))
        self.cells.append(made)
        self.store.write(
            record_of(made, data_digest=self.data.digest, grid_shape=grid),
            {"labels": np.asarray(labels, np.int64), **arrays},
        )
        record = self.store.finished(made)
        assert record is not None
        values = {"silhouette_input": 0.1} if self.data.labels is None else {"silhouette_input": 0.1, "accuracy": 0.5}
        self.store.write_scores(Scores(key=made.key, arrays_digest=record.arrays_digest, values=values))
        return made

    def kmeans(self, seed: int = 0, **options: Any) -> Cell:
        """A fit whose clusters are the classes of the samples, except that sample 0 is in cluster 1."""
        labels = np.arange(len(self.data.features)) % 3
        labels[0] = 1
        centres = self.data.features[:3]
        return self.fit("kmeans", seed, labels, cluster_centers=centres, prototypes=centres, **options)

    def groups(self) -> list[Group]:
        """The manifest is written, and the fits are read."""
        self.store.write_manifest(
            Manifest(
                name=self.store.name,
                commands=["python -m bench run"],
                created_at="2025-01-01T00:00:00Z",
                data=self.data.summary(),
                environment=ENVIRONMENT,
                code_versions=["c"],
                cells=self.cells,
            )
        )
        return group(read(self.store).all)

    def material(self, **options: Any) -> bool:
        """Write the material, as a run does."""
        groups = self.groups()
        write_assignments(self.cells, self.data, self.store)
        return write_material(self.store, groups, self.data, **options)
