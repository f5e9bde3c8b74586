"""The structs that are stored as JSON in the results folder, each with a schema version."""

import hashlib
import re
import warnings
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import count
from math import prod
from traceback import format_exception
from typing import Annotated, Literal
from uuid import uuid4

import msgspec

from bench.store.reading import READ_PLAIN, Reading

SCHEMA_VERSION = 2

Scalar = bool | int | float | str | None

# Bounds that no real result reaches. A file outside them is damaged or forged, and its numbers would overflow later.
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e10)]
LARGEST = 1e150
"""Largest magnitude of a stored number; its square is still finite."""
Number = Annotated[float, msgspec.Meta(ge=-LARGEST, le=LARGEST)]
Positive = Annotated[int, msgspec.Meta(ge=1, le=2**53)]
Seed = Annotated[int, msgspec.Meta(ge=0, lt=2**32)]
Folds = Annotated[int, msgspec.Meta(ge=2, le=2**53)]


SUBSAMPLE_SHARE = 0.8
"""Share of the samples that a subsample has."""


def subsample_size(n_samples: int) -> int:
    """Number of samples of a subsample of `n_samples` samples, at least 1.

    >>> subsample_size(1797), subsample_size(1)
    (1438, 1)
    """
    return max(1, round(SUBSAMPLE_SHARE * n_samples))


def show(value: Scalar) -> str:
    """The value of an option of a method, as the command line accepts it.

    >>> show(True), show(None), show(0.1), show("ward")
    ('true', 'none', '0.1', 'ward')
    """
    return str(value).lower() if value is None or isinstance(value, bool) else str(value)


def show_params(params: Mapping[str, Scalar]) -> list[str]:
    """Each option of a method with its value, as the command line accepts it.

    >>> show_params({"augment": True, "lr": 0.003})
    ['augment=true', 'lr=0.003']
    """
    return [f"{name}={show(value)}" for name, value in params.items()]


class Cell(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A cell is one fit to be made: a method, its configuration and one seed.

    An experiment is a list of cells. A cell has any number of attempts. It is finished when one of them succeeded and
    its record and arrays are stored.
    """

    method: str
    """As the user typed it: a name of this project or of a plug-in, `package.module:Class` or an alias of a class."""
    seed: Seed
    n_clusters: Positive | None
    """None for a third-party class that gets no number of clusters and finds its own."""
    preset: str | None = None
    """Preset of the network; None for methods that learn no space."""
    latent_dim: Positive | None = None
    """Width of the latent code; None for methods that learn no space."""
    params: dict[str, Scalar] = {}
    """Options of the method that `--param` set."""
    folds: Folds | None = None
    """Number of folds of a cross-validation; None without one. The method learns from all folds but one. The record,
    the arrays and the scores describe the samples of the fold left out."""
    alias_of: str | msgspec.UnsetType = msgspec.UNSET
    """`package.module:Class` if `method` is an alias of it, or the name of a plug-in. Not set otherwise: then neither
    file nor key has it."""

    subsample: Count | msgspec.UnsetType = msgspec.UNSET
    """Number of a random subsample of the data, from 0: `SUBSAMPLE_SHARE` of all samples. The method learns from it,
    and the record, the arrays and the scores describe it. Not set if the method learns from all samples: then neither
    file nor key has it."""

    @property
    def is_subsampled(self) -> bool:
        """Whether the method learns from a subsample."""
        return self.subsample is not msgspec.UNSET

    @property
    def labels_all_samples(self) -> bool:
        """Whether the fit has a label for every sample of the data; not in a cross-validation or on a subsample."""
        return self.folds is None and not self.is_subsampled

    @property
    def implementation(self) -> str:
        """The method by the name that the registry of methods knows: a registered name or `package.module:Class`."""
        return self.alias_of or self.method

    @property
    def is_third_party(self) -> bool:
        """Whether the method is a class named by its path or by an alias."""
        return ":" in self.implementation

    @property
    def n_needed(self) -> int:
        """Lowest number of samples that the data must have: one for each cluster, and one for each fold."""
        needed = max(self.n_clusters or 1, self.folds or 0)
        return next(n for n in count(needed) if subsample_size(n) >= needed) if self.is_subsampled else needed

    @cached_property
    def key(self) -> str:
        """File name of the cell: a readable part and a digest of the whole cell."""
        content = msgspec.json.encode(self, order="deterministic")
        parts = [self.method, self.preset, self.latent_dim and f"d{self.latent_dim}", f"s{self.seed}"]
        parts += [f"sub{self.subsample}"] if self.is_subsampled else []
        readable = "-".join(re.sub(r"[^A-Za-z0-9.]+", "_", str(part)) for part in parts if part)
        return f"{readable[:80]}-{hashlib.sha256(content).hexdigest()[:10]}"


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """The machine and the software on which a cell runs."""

    python: str
    platform: str
    processor: str
    cores: Count
    """Number of cores that the process may use."""
    threads: Count
    """Number of threads that torch, BLAS and OpenMP may use."""
    accelerator: str | None
    """Name of the GPU; None if the process sees no GPU."""
    device: str | None = None
    """Device on which networks train."""
    precision: str | None = None
    """Floating-point type in which networks train. The record of a cell has the type of its own method."""
    versions: dict[str, str]
    """Installed version of each library that computes results."""
    commit: str | None
    """Commit of the checkout, with `+changes` if it had uncommitted changes; None outside a checkout."""


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """The error that ended an attempt."""

    type: str
    """Name of the class of the exception."""
    message: str
    traceback: str = ""
    """Empty if there is none."""


def failure_of(error: BaseException) -> Failure:
    """The failure that an exception is, with the first line of its message and its traceback."""
    message = str(error).splitlines()[0] if str(error) else type(error).__name__
    lines = "".join(format_exception(error))
    return Failure(type=type(error).__name__, message=encodable(message), traceback=encodable(lines))


def encodable(text: object) -> str:
    """Text from outside, such as the name of a file that is not UTF-8, as text that UTF-8 can encode."""
    return str(text).encode("utf-8", "backslashreplace").decode()


def warning_lines(caught: Iterable[warnings.WarningMessage]) -> list[str]:
    """One line for each warning, with its class; equal lines once."""
    return list(
        dict.fromkeys(f"{each.category.__name__}: {' '.join(encodable(each.message).split())}" for each in caught)
    )


Ending = Literal["ok", "failed", "diverged", "timeout", "lost worker", "out of memory", "superseded"]
"""How an attempt ended. A lost worker is a process or a machine that ended unexpectedly. A superseded attempt was a
fit that succeeded after another driver process had finished its cell; its result was dropped."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try to make a cell, with any ending."""

    schema_version: int = SCHEMA_VERSION
    id: str = msgspec.field(default_factory=lambda: uuid4().hex)
    """Random identity of this attempt."""
    number: Count = 0
    """1 for the first attempt at this cell; also the name of the file. The store sets it."""
    key: str
    cell: Cell
    ending: Ending
    failure: Failure | None = None
    """The error; None if the ending is `ok` or `superseded`."""
    started_at: str
    """UTC, ISO 8601."""
    wall_seconds: Seconds
    """Seconds from the start of its process to its end; from the start of the work if it has no process of its own."""
    peak_bytes: Count | None = None
    """Peak memory of its process; None if unknown."""
    peak_gpu_bytes: Count | None = None
    """Peak memory of PyTorch's tensors on the GPU, from the start of the fit; None without CUDA, or if unknown."""
    host: str
    """Name of the host."""
    pid: Count | None = None
    """Number of its process; None if unknown, for example if the machine was lost."""
    environment: Environment | None = None
    """None if unknown, for example if the driver process was lost."""
    code_version: str | None = None
    """As in `Record`; None if unknown."""
    data_digest: str
    """As in `DataSummary`."""

    @property
    def has_failed(self) -> bool:
        """Whether this attempt ended with an error."""
        return self.ending not in ("ok", "superseded")


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One finished fit. Its arrays are in `<key>.npz` beside it; `bench.store.arrays` names them."""

    schema_version: int = SCHEMA_VERSION
    key: str
    cell: Cell
    attempt: str
    """The `id` of the attempt that made this record."""
    started_at: str
    """UTC, ISO 8601."""
    environment: Environment
    code_version: str
    """Digest of the source of `methods`. Equal digests mean equal methods."""
    plugin: str = ""
    """The package of a plug-in's method, and its version, such as `spectral-net 1.0`; empty for other methods."""
    data_digest: str
    """As in `DataSummary`."""
    arrays_digest: str = ""
    """SHA-256 of the file of arrays. The store sets it."""
    arrays_bytes: Count = 0
    """Size of the file of arrays. The store sets it."""
    model_digest: str = ""
    """SHA-256 of the `config.json` of the fitted model, which has the digest of its weights; empty without a model. The
    store sets it."""
    fit_seconds: Seconds
    """Wall seconds of `fit`. If the fit reused stored pretraining, the seconds of the pretraining are included."""
    phase_seconds: dict[str, Seconds] = {}
    """Wall seconds of each phase of the fit."""
    device: str | None = None
    """Device on which the method trained."""
    precision: str | None = None
    """Floating-point type in which the method trained."""
    n_iter: Count | None = None
    """Passes over the data, pretraining included."""
    n_parameters: Count | None = None
    """Number of learnt numbers; None if the method does not state it."""
    count_option: str | None = None
    """Option of the method that got the number of clusters; None if it got none, or if the record is older."""
    takes_seed: bool | None = None
    """Whether the method gets the seed as `random_state`; None if the record is older."""
    n_prototypes: Count | None = None
    reconstruction_error: Number | None = None
    """Mean squared error per pixel between the samples and their reconstructions, ≥ 0."""
    grid_shape: tuple[Count, Count] | None = None
    """Rows and columns of a map; None for other methods."""
    augmentation: dict[str, Number | str] | None = None
    """The augmented images of the training, by option of the method: what was chosen for the data. None without them.
    """
    certainty: dict[str, Number] = {}
    """How far clusterings within the fit agree, by what was compared: a mean adjusted Rand index, at most 1."""
    pretrained: str | None = None
    """Key of the pretrained autoencoder from which the fit started. Equal keys mean equal weights."""
    warnings: list[str] = []
    """Warnings that Python code raised during the fit: each once, on one line."""
    history: dict[str, list[Number | None]] = {}
    """By name, one value per epoch; None where it is not finite."""


class PluginScore(msgspec.Struct, frozen=True, kw_only=True):
    """How a metric of a plug-in was computed for one fit."""

    source: str
    """The package and its version, such as `bright-clusters 1.0`."""
    failure: Failure | None = None
    """Why there is no value; None if the function did not fail."""


class Scores(msgspec.Struct, frozen=True, kw_only=True):
    """The metrics of one finished fit."""

    schema_version: int = SCHEMA_VERSION
    key: str
    arrays_digest: str
    """The `arrays_digest` of the record of the fit: scores of other arrays are not the scores of this fit."""
    values: dict[str, Number | None]
    """By name of the metric; None where the metric is not defined, or where its function failed."""
    metrics_version: str = ""
    """Digest of the source of the metrics. The next run computes scores of another version again."""
    device: str = "cpu"
    """Where the silhouette, the indices of clusters and the quantization error were computed: `cpu`, or the GPU with
    its name. A run that must compute a score of the folder computes all scores of other devices again."""
    plugins: dict[str, PluginScore] = {}
    """By name of each metric of a plug-in. The next run computes a metric again that failed, or whose package has
    another version now. A metric whose package is not installed any more keeps its value."""


class DataSummary(msgspec.Struct, frozen=True, kw_only=True):
    """The data set of an experiment."""

    name: str
    """As the user typed it."""
    source: str
    """Hub id, folder or package that the data came from."""
    revision: str
    split: str
    digest: str
    """SHA-256 of features, labels and image shape."""
    n_samples: Count
    n_features: Count
    image_shape: tuple[Count, Count, Count] | None
    """Height, width and channels; None for data other than images."""
    class_names: list[str] | None
    """None if the data have no true labels."""
    feature_kind: str = ""
    """What the features are, such as "columns, standardised"; empty for pixels."""
    reading: Reading = READ_PLAIN
    """How the rows were read."""
    how_read: list[str] = []
    """Facts about it that every table of these cells shows, such as the size to which images were resized."""
    caveats: list[str] = []
    """What a reader of the tables must know about it, such as the number of rows that were drawn or left out."""

    @property
    def title(self) -> str:
        """The name in tables, which is never that of another data set: with the class sizes, if these were chosen."""
        return self.reading.titled(self.name)

    @property
    def sizes(self) -> tuple[int, int, tuple[int, int, int] | None]:
        """Number of samples, number of features and image shape. Equal digests mean equal sizes."""
        return self.n_samples, self.n_features, self.image_shape

    def __post_init__(self) -> None:
        if self.image_shape is not None and prod(self.image_shape) != self.n_features:
            raise ValueError(f"images of shape {self.image_shape} do not have {self.n_features} features")


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The content of one results folder: its data, all its cells and every command that added cells."""

    schema_version: int = SCHEMA_VERSION
    name: str
    commands: list[str]
    created_at: str
    """UTC, ISO 8601."""
    data: DataSummary
    environment: Environment
    code_versions: list[str]
    """Each `Record.code_version` that this experiment was run with."""
    notes: list[str] = []
    """Caveats that every table of these cells must show."""
    cells: list[Cell]
    """Every cell of every command, cells that never ran included."""

    def __post_init__(self) -> None:
        needed = max((cell.n_needed for cell in self.cells), default=0)
        if needed > self.data.n_samples:
            raise ValueError(f"a cell needs {needed} samples, but the data have {self.data.n_samples}")


class RecordError(ValueError):
    """A stored file is missing or damaged."""
