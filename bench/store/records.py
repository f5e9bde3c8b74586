"""What travels from a run to a table: cells, records, scores and the manifest, as JSON with a schema version."""

import hashlib
import re
from collections.abc import Mapping
from typing import Literal, TypeVar

import msgspec

SCHEMA_VERSION = 1

Scalar = bool | int | float | str | None
T = TypeVar("T")


def show(value: Scalar) -> str:
    """A parameter's value as the command line takes it.

    >>> show(True), show(None), show(0.1), show("ward")
    ('true', 'none', '0.1', 'ward')
    """
    if value is None or isinstance(value, bool):
        return str(value).lower()
    return str(value)


def show_params(params: Mapping[str, Scalar]) -> list[str]:
    """Each parameter with its value, as the command line takes them.

    >>> show_params({"augment": True, "lr": 0.003})
    ['augment=true', 'lr=0.003']
    """
    return [f"{name}={show(value)}" for name, value in params.items()]


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One fit to be made: a method with all that sets it apart from the other cells of its experiment."""

    method: str
    """As the user typed it: a registered name or `package.module:Class`."""
    seed: int
    n_clusters: int
    preset: str | None = None
    """Architecture preset; None for methods that learn no representation."""
    latent_dim: int | None = None
    """Width of the latent code; None for methods that learn no representation."""
    params: dict[str, Scalar] = {}
    """What `--param` set for this method."""
    folds: int | None = None
    """Of a cross-validation: the method learns from all folds but one, and what is recorded is of the one held out."""

    @property
    def is_from_elsewhere(self) -> bool:
        """Whether the method is a class named by its path."""
        return ":" in self.method

    @property
    def key(self) -> str:
        """File name of the cell: readable, with a digest of the cell's whole content."""
        content = msgspec.json.encode(self, order="deterministic")
        parts = [self.method, self.preset, self.latent_dim and f"d{self.latent_dim}", f"s{self.seed}"]
        readable = "-".join(re.sub(r"[^A-Za-z0-9.]+", "_", str(part)) for part in parts if part)
        return f"{readable[:80]}-{hashlib.sha256(content).hexdigest()[:10]}"


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """Where a cell ran."""

    python: str
    platform: str
    processor: str
    cores: int
    """Cores that this process may use."""
    threads: int
    """Threads that torch, BLAS and OpenMP were given."""
    accelerator: str | None
    """Name of the GPU, if one is visible."""
    device: str | None = None
    """Where networks train."""
    precision: str | None = None
    """Floating-point type in which networks train; other methods have their own, which the record of a cell tells."""
    versions: dict[str, str]
    """Installed version of each library that computes something."""
    commit: str | None
    """Commit of the checkout, with `+changes` if it had uncommitted ones; None outside a checkout."""


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """Why a cell has no result."""

    type: str
    message: str
    traceback: str


Ending = Literal["ok", "failed", "diverged", "timeout", "lost worker", "out of memory"]
"""What became of an attempt. A lost worker: its process or its machine ended without a word."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try of a cell, whatever came of it."""

    schema_version: int = SCHEMA_VERSION
    key: str
    cell: Cell
    ending: Ending
    failure: Failure | None = None
    """Why there is no result; None if there is one."""
    started_at: str
    """UTC, ISO 8601."""
    wall_seconds: float
    """From the start of its process, or of the work where it had none of its own, to its end."""
    peak_bytes: int | None = None
    """Most memory that its process had in use at once; None where that is not known."""
    host: str
    pid: int | None = None
    """Its process; None if the machine that ran it did not live to tell."""
    environment: Environment | None = None
    """Where it ran; None if its driver did not live to tell."""
    code_version: str | None = None
    data_digest: str


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One finished fit. Its arrays lie beside it in `<key>.npz`."""

    schema_version: int = SCHEMA_VERSION
    key: str
    cell: Cell
    started_at: str
    """UTC, ISO 8601."""
    environment: Environment
    code_version: str
    """Digest of the source of `methods`: equal digests, equal methods."""
    data_digest: str
    arrays_digest: str = ""
    """SHA-256 of the file of arrays, which the store fills in."""
    fit_seconds: float
    """Wall seconds of `fit`, stored pretraining included."""
    phase_seconds: dict[str, float] = {}
    device: str | None = None
    precision: str | None = None
    n_iter: int | None = None
    n_parameters: int | None = None
    n_prototypes: int | None = None
    reconstruction_error: float | None = None
    """Mean squared error per pixel of the samples as the fitted method gives them back."""
    grid_shape: tuple[int, int] | None = None
    pretrained: str | None = None
    """Key of the pretrained autoencoder that the fit started from: equal keys, equal weights."""
    warnings: list[str] = []
    """What Python code warned of during the fit, each once, in one line."""
    history: dict[str, list[float | None]] = {}
    """One value per epoch and name; None where it is not finite."""


class Scores(msgspec.Struct, frozen=True, kw_only=True):
    """The metrics of one finished fit; None where a metric is not defined."""

    schema_version: int = SCHEMA_VERSION
    key: str
    values: dict[str, float | None]
    metrics_version: str = ""
    """Digest of the source of the metrics: scores of another version are computed anew by the next run."""


class DataSummary(msgspec.Struct, frozen=True, kw_only=True):
    """Which data an experiment ran on."""

    name: str
    """As the user typed it."""
    source: str
    """Hub id, folder name or package that the images came from."""
    revision: str
    split: str
    digest: str
    """SHA-256 of features, labels and image shape."""
    n_samples: int
    n_features: int
    image_shape: tuple[int, int, int] | None
    class_names: list[str] | None


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What one results folder is: every command that added to it, its data and its cells."""

    schema_version: int = SCHEMA_VERSION
    name: str
    commands: list[str]
    created_at: str
    data: DataSummary
    environment: Environment
    code_versions: list[str]
    notes: list[str] = []
    """What every table of these cells must say."""
    cells: list[Cell]
    """Every cell ever asked for, so that one that never ran is still counted."""


class RecordError(ValueError):
    """A file that is no valid record: truncated, corrupt, or of a newer schema."""


def encode(value: msgspec.Struct) -> bytes:
    """As indented JSON with a final newline. Numbers that are not finite become null."""
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


class _Versioned(msgspec.Struct):
    schema_version: int


def decode(data: bytes, kind: type[T], origin: str) -> T:
    """The inverse of `encode`.

    Raises RecordError, which names `origin`, if `data` is no valid JSON of `kind` or was written by a newer schema.
    """
    try:
        version = msgspec.json.decode(data, type=_Versioned).schema_version
        if version > SCHEMA_VERSION:
            raise RecordError(
                f"{origin}: schema version {version}, but this program knows up to {SCHEMA_VERSION}; update it."
            )
        return msgspec.json.decode(data, type=kind)
    except msgspec.MsgspecError as error:
        raise RecordError(f"{origin}: not a valid {kind.__name__} ({error}).") from error
