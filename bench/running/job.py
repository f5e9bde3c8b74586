"""The job of one run: everything that its cells share."""

import hashlib
import json
from dataclasses import dataclass, field

from bench.datasets.catalogue import locate
from bench.datasets.images import ImageData
from bench.experiments.request import Limits
from bench.machine.gpus import Gpu
from bench.running.attempt import Task
from bench.store.records import Cell, Environment
from bench.store.store import Store
from methods import registry


def plugin_source(cell: Cell) -> str:
    """The package and version of the plug-in of a cell, as this process has it; empty for other methods."""
    plugin = registry.plugin_of(cell.implementation) if cell.is_third_party else None
    return "" if plugin is None else plugin.source


@dataclass(frozen=True)
class Job:
    """The data, the results folder, the environment, the code version and the limits of all cells."""

    data: ImageData
    store: Store
    environment: Environment
    code: str
    """Digest of the source of `methods`."""
    limits: Limits = field(default_factory=Limits)
    keep_models: bool = True
    """Whether the fitted models are stored."""
    gpus: tuple[Gpu, ...] = ()
    """The GPUs with CUDA for the cells; empty if networks train on another device."""

    def task(self, cell: Cell, *, on_cluster: bool = False) -> Task:
        """The task of a cell. `on_cluster`: another machine may run it."""
        key = self.pretraining_key(cell)
        place = locate(self.data.name)
        return Task(
            cell=cell,
            dataset=place.id if place.kind == "folder" else self.data.name,  # a folder's path must be absolute
            split=self.data.asked_split or self.data.split,
            reading=self.data.reading,
            digest=self.data.digest,
            environment=self.environment,
            code=self.code,
            plugin=plugin_source(cell),
            weights=None if key is None else str(self.store.pretrained_path(key).resolve()),
            limits=self.limits,
            keep_model=self.keep_models,
            on_cluster=on_cluster,
        )

    def pretraining_key(self, cell: Cell) -> str | None:
        """Digest of everything that determines a pretrained autoencoder; None if the method learns no representation.

        Equal keys mean weights that are equal to the bit.
        """
        if not registry.method(cell.implementation).learns_representation:
            return None
        content = {
            "data": self.data.digest,
            "code": self.code,
            "seed": cell.seed,
            "latent_dim": cell.latent_dim,
            "folds": cell.folds,
            "parameters": registry.pretraining_settings(cell.preset or "", cell.params),
            "precision": self.environment.precision,
            "hardware": self._hardware(),
            "torch": self.environment.versions["torch"],
        }
        if cell.is_subsampled:
            content["subsample"] = cell.subsample
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:24]

    def _hardware(self) -> list[str | int | None]:
        """What decides the bits of a training: on CUDA the card and cuDNN, elsewhere the processor and its threads."""
        environment = self.environment
        kind = (environment.device or "").partition(":")[0]
        if kind == "cuda":
            return [kind, environment.accelerator, environment.versions["cudnn"]]
        return [kind, environment.processor, environment.threads]
