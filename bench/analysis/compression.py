"""Measures smaller forms of a fitted model beside the model itself: size, speed, and agreement of the labels."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.machine.threads import limited_threads
from bench.metrics.external import hungarian_accuracy
from methods import registry
from methods.registry import Form, Progress

TIMED_THREADS = (1, 2)
TIMED_SAMPLES = 2000
"""Largest number of samples that are labelled to measure the speed."""
REPEATS = 5
LEAST_SECONDS = 0.1
"""Of one measurement: the samples are labelled several times if once is shorter."""
WARM_UP = 512
"""Number of samples that are labelled before the time is taken."""
REFERENCE = Form("float32")
Features = NDArray[np.float32]


@dataclass(frozen=True)
class Wanted:
    """What is measured, and how."""

    forms: Sequence[Form]
    epochs: int
    """Epochs of the fine-tuning of a pruned model."""
    threads: int
    """Threads of the fine-tuning and of the labelling of all samples."""


def measured(
    compressor: "registry.Compressor",
    X: Features,
    true_labels: NDArray[Any] | None,
    wanted: Wanted,
    progress: Callable[[float], None],
) -> list[dict[str, Any]]:
    """One row for each form, with the numbers of `compression.csv`.

    `X`: samples, (n_samples, n_features). `true_labels`, (n_samples,): only the accuracy and the ARI are computed from
    them, after everything else; None: both are None. `progress` gets the finished share.
    """
    forms = list(dict.fromkeys([REFERENCE, *wanted.forms]))
    labels, made = {}, {}
    with limited_threads(wanted.threads):
        for number, form in enumerate(forms):
            made[form] = compressor.make(form, wanted.epochs, _part(progress, number, len(forms)))
            labels[form] = made[form].labeller(wanted.threads)(X)
    speeds = {threads: _speeds(made, X[:TIMED_SAMPLES], threads) for threads in TIMED_THREADS}
    progress(1.0)
    rows = []
    for form in wanted.forms:
        row: dict[str, Any] = {"form": form.name, "kind": form.kind, "share": form.share, **_size(made[form])}
        for threads, speed in speeds.items():
            row[f"samples_per_second_{threads}"], row[f"speedup_{threads}"] = speed[form]
        rows.append(row | _agreement(labels[form], labels[REFERENCE], true_labels))
    return rows


def _part(progress: Callable[[float], None], number: int, count: int) -> Callable[[Progress], None]:
    return lambda report: progress((number + report.done / report.total) / count)


def _size(made: "registry.Compressed") -> dict[str, int]:
    deflated = len(zlib.compress(made.content, 9))
    return {
        "bytes": len(made.content),
        "deflated_bytes": deflated,
        "n_weights": made.n_weights,
        "n_zeros": made.n_zeros,
    }


def _speeds(made: Mapping[Form, "registry.Compressed"], X: Features, threads: int) -> dict[Form, tuple[float, float]]:
    """Samples per second, and the speed as a multiple of the float32 model's: medians over interleaved repeats."""
    seconds: dict[Form, list[float]] = {form: [] for form in made}
    with limited_threads(threads):
        functions = {form: each.labeller(threads) for form, each in made.items()}
        for function in functions.values():
            function(X[:WARM_UP])
        passes = {form: ceil(LEAST_SECONDS / _seconds(function, X, 1)) for form, function in functions.items()}
        for _ in range(REPEATS):
            for form, function in functions.items():
                seconds[form].append(_seconds(function, X, passes[form]))
    return {
        form: (
            round(len(X) / median(each), 1),
            round(median(one / other for one, other in zip(seconds[REFERENCE], each, strict=True)), 3),
        )
        for form, each in seconds.items()
    }


def _seconds(function: Callable[[Features], NDArray[np.int64]], X: Features, passes: int) -> float:
    """Seconds of one pass, the mean of `passes`."""
    start = perf_counter()
    for _ in range(passes):
        function(X)
    return (perf_counter() - start) / passes


def _agreement(
    labels: NDArray[np.int64], reference: NDArray[np.int64], true_labels: NDArray[Any] | None
) -> dict[str, float | None]:
    from sklearn.metrics import adjusted_rand_score

    numbers = {"agreement": (labels == reference).mean(), "ari_float32": adjusted_rand_score(reference, labels)}
    if true_labels is not None:
        numbers |= {
            "accuracy": hungarian_accuracy(true_labels, labels),
            "ari": adjusted_rand_score(true_labels, labels),
        }
    return {"accuracy": None, "ari": None} | {name: round(float(value), 6) for name, value in numbers.items()}
