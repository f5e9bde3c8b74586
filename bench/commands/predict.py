"""The command `predict`: labels new data with the model of a finished fit, or of an exported folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console

from bench.commands.kept_fit import kept_fit
from bench.commands.known_preparation import exported_preparation, stored_preparation
from bench.console.progress import busy, decoding_bar, print_line, print_remarks
from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.datasets.preparation import Preparation
from bench.errors import UsageError
from bench.metrics.external import hungarian_accuracy
from bench.running.assignments import assignments_csv
from bench.running.prediction import Prediction, predicted
from bench.store.files import atomic_write
from bench.store.reading import Reading
from bench.store.store import Store
from methods import registry


@dataclass(frozen=True, kw_only=True)
class PredictRequest:
    """The fit, the new data, and the file of the labels."""

    method: str | None
    """A label of the table, or a method with one row; None for an exported folder, which has one model."""
    seed: int | None
    """None: the lowest finished seed, or an exported folder."""
    dataset: str
    split: str
    reading: Reading
    """Which rows are read. How their content is prepared is known from the fit."""
    to: Path
    device: str | None = None
    """None: the device of the fit, if this machine has it."""


def predict(store: Store, request: PredictRequest, console: Console) -> int:
    """Write the cluster of each row of new data as a CSV file, and print a summary. Returns 0.

    Raises UsageError or MethodError, one line, if there is no such model, if the data do not fit it, or if the file
    exists.
    """
    _check_file(request.to)
    kept = kept_fit(store, "predict", request.method, request.seed, request.device)
    _label(kept.title, kept.model, stored_preparation(store, kept.fit), request, console)
    return 0


def is_model_folder(name: str, results_dir: Path) -> bool:
    """Whether `name` is the path of an exported folder. An experiment of that name goes first."""
    if Path(name).name != name:
        return True
    return not (results_dir / name).exists() and Path(name).is_dir()


def predict_exported(folder: Path, request: PredictRequest, console: Console) -> int:
    """As `predict`, with the model of a folder that `export` has written.

    Raises UsageError or MethodError, one line, as `predict`, and if the request has a method or a seed.
    """
    if request.method is not None or request.seed is not None:
        raise UsageError(f"--method and --seed choose a fit of results; {folder} has one model: leave them out.")
    _check_file(request.to)
    model = registry.load_model(folder, request.device)
    _label(str(folder), model, exported_preparation(folder), request, console)
    return 0


def _label(
    title: str, model: "registry.Clusterer", learnt: Preparation, request: PredictRequest, console: Console
) -> None:
    with decoding_bar(console) as show_decoded:
        data = load(request.dataset, request.split, progress=show_decoded, reading=request.reading, learnt=learnt)
    print_remarks(console, [*data.notes, *data.how_read])
    with busy(console, f"labelling {len(data.features):,} samples"):
        found = predicted(model, data)
    content = assignments_csv(np.arange(len(data.features)), data, found.labels, found.strength, found.kind)
    try:
        atomic_write(request.to, content, replace=False)
    except OSError as error:
        raise UsageError(f"--to {request.to}: cannot be written ({error.strerror}); choose another file.") from error
    for line in _summary(title, data, found):
        print_line(console, line)
    print_line(console, str(request.to))


def _check_file(path: Path) -> None:
    if path.exists():
        raise UsageError(f"--to {path}: it exists; choose the name of a new file.")
    if not path.parent.is_dir():
        raise UsageError(f"--to {path}: there is no folder {path.parent}; make it first.")


def _summary(title: str, data: ImageData, found: Prediction) -> Sequence[str]:
    sizes = np.bincount(found.labels[found.labels >= 0])
    counts = [f"{cluster}: {size:,}" for cluster, size in enumerate(sizes) if size]
    if n_noise := int((found.labels < 0).sum()):
        counts.append(f"in no cluster: {n_noise:,}")
    n_samples = len(data.features)
    lines = [f"{title}: {n_samples:,} sample{'s' * (n_samples != 1)}; samples by cluster: {', '.join(counts)}"]
    if data.labels is not None:
        from sklearn.metrics import adjusted_rand_score

        accuracy = hungarian_accuracy(np.asarray(data.labels), found.labels)
        ari = adjusted_rand_score(data.labels, found.labels)
        lines.append(f"compared with the true labels of these samples: accuracy {accuracy:.3f}, ARI {ari:.3f}")
    return lines
