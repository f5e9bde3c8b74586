"""Scores the finished cells that lack a metric: those of this project, or of the plug-ins that are installed now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bench.datasets.images import ImageData
from bench.errors import UsageError
from bench.experiments.folds import fold_of
from bench.machine.code import metrics_version
from bench.machine.gpus import Gpu
from bench.machine.threads import limited_threads
from bench.metrics.declarations import all_metrics, plugin_metrics
from bench.metrics.engine import PROCESSOR, Engine, OutOfDeviceMemoryError
from bench.metrics.fit import Fit
from bench.metrics.scoring import FitScores, score_each
from bench.running.scoring_device import LITTLE_MEMORY, scoring_engine
from bench.store import arrays as names
from bench.store.records import Cell, PluginScore, Record, RecordError, Scores
from bench.store.store import Store


@dataclass(frozen=True)
class _Scored:
    """A finished cell."""

    record: Record
    known: dict[str, float | None]
    """The values that need not be computed again."""
    old: Scores
    """Without values if it was never scored."""

    @property
    def is_complete(self) -> bool:
        """Whether no metric is missing."""
        return all(metric.name in self.known for metric in all_metrics())


def score_finished(
    cells: Sequence[Cell],
    data: ImageData,
    store: Store,
    threads: int,
    report_share: Callable[[float], None],
    device_for: Callable[[Sequence[Record]], str] = lambda records: "cpu",
    gpus: Sequence[Gpu] = (),
) -> set[str]:
    """Score each finished cell without scores. Cells measured on the same samples share one pass over their distances.

    `device_for` returns the device that computes the costly quantities for the finished cells; the processor does if
    the memory of this device is too small. `gpus` are those of the run, the device first: scores take their turn on it,
    as cells do. If a score is missing, all scores that another device has computed are computed again, because their
    last digits differ. `report_share` receives the finished share of the work, in (0, 1]. Returns the keys of the cells
    whose arrays are damaged. These cells count as never run from now on.
    """
    records = list(filter(None, map(store.finished, cells)))
    version = metrics_version()
    if all(fit.is_complete for fit in _scored(records, store, version, None)):
        return set()
    try:
        with scoring_engine(device_for(records), gpus, store.warn) as engine:
            return _score_with(engine, records, data, store, threads, report_share)
    except OutOfDeviceMemoryError:
        store.warn(LITTLE_MEMORY)
    return _score_with(PROCESSOR, records, data, store, threads, report_share)


def _scored(records: Sequence[Record], store: Store, version: str, device: str | None) -> list[_Scored]:
    """The finished cells, with what is known of them from a device; None: from any."""
    stored = [
        (record, store.scores(record) or Scores(key=record.key, arrays_digest=record.arrays_digest, values={}))
        for record in records
    ]
    return [_Scored(record, _known(scores, version, device), scores) for record, scores in stored]


def _score_with(
    engine: Engine,
    records: Sequence[Record],
    data: ImageData,
    store: Store,
    threads: int,
    report_share: Callable[[float], None],
) -> set[str]:
    """Score finished cells with one engine; return the keys of those with damaged arrays."""
    version = metrics_version()
    folds: dict[tuple[int | None, int], list[_Scored]] = {}
    for fit in _scored(records, store, version, engine.name):
        cell = fit.record.cell
        folds.setdefault((cell.folds, cell.seed if cell.folds else 0), []).append(fit)
    unscored = [fits for fits in folds.values() if not all(fit.is_complete for fit in fits)]
    damaged: set[str] = set()
    with limited_threads(threads):
        for number, fits in enumerate(unscored):

            def report_part(share: float, n_done: int = number) -> None:
                report_share((n_done + share) / len(unscored))

            damaged |= _score(fits, data, store, engine, version, report_part)
    return damaged


def _known(scores: Scores, version: str, device: str | None) -> dict[str, float | None]:
    """The stored values that this version of the metrics, or of the plug-in of a metric, has computed.

    Of the metrics of this project, only the values of one device; None for those of any.
    """
    sources = plugin_metrics().sources

    def is_current(name: str) -> bool:
        if name in sources or name in scores.plugins:
            return name in sources and scores.plugins.get(name) == PluginScore(source=sources[name])
        return scores.metrics_version == version and device in (None, scores.device)

    return {name: value for name, value in scores.values.items() if is_current(name)}


def _score(
    fits: Sequence[_Scored],
    data: ImageData,
    store: Store,
    engine: Engine,
    version: str,
    report_share: Callable[[float], None],
) -> set[str]:
    """Score fits that are measured on the same samples; return the keys of cells with damaged arrays."""
    rows = fold_of(fits[0].record.cell, len(data.features)).measured
    features = np.asarray(data.features)[rows]
    true_labels = None if data.labels is None else data.labels[rows]

    def load(record: Record) -> Fit:
        arrays = store.arrays(record.key)
        return Fit(
            labels=arrays[names.LABELS],
            features=features,
            true_labels=true_labels,
            embedding=arrays.get(names.EMBEDDING),
            prototypes=arrays.get(names.PROTOTYPES),
            soft_assignments=arrays.get(names.SOFT_ASSIGNMENTS),
            reconstruction_error=record.reconstruction_error,
            grid_shape=record.grid_shape,
        )

    readable = []
    for fit in fits:
        record = fit.record
        try:
            load(record)
        except RecordError:
            continue
        except UsageError:  # a file that cannot be read is not damaged
            raise
        except (KeyError, ValueError) as error:  # the file is complete, but its arrays do not fit the data
            store.discard_damaged(record.key, f"it does not contain the arrays of a fit ({error})")
        else:
            readable.append(fit)
    known = [fit.known for fit in readable]
    scored = score_each(len(readable), lambda n: load(readable[n].record), known, all_metrics(), report_share, engine)
    for number, found in scored:
        store.write_scores(_merged(readable[number], found, version, engine.name))
    return {fit.record.key for fit in fits} - {fit.record.key for fit in readable}


def _merged(fit: _Scored, found: FitScores, version: str, device: str) -> Scores:
    """The new scores of a fit, and the old ones of plug-ins that are not installed any more."""
    old = {name: scored for name, scored in fit.old.plugins.items() if name not in found.values}
    new = {
        name: PluginScore(source=source, failure=found.failures.get(name))
        for name, source in plugin_metrics().sources.items()
    }
    return Scores(
        key=fit.record.key,
        arrays_digest=fit.record.arrays_digest,
        values=found.values | {name: fit.old.values.get(name) for name in old},
        metrics_version=version,
        device=device,
        plugins=new | old,
    )
