"""Scores the finished cells that the present metrics version has not scored yet."""

from collections.abc import Callable, Sequence

import numpy as np

from bench.datasets.images import ImageData
from bench.errors import UsageError
from bench.experiments.folds import fold_of
from bench.machine.code import metrics_version
from bench.machine.threads import limited_threads
from bench.metrics.fit import Fit
from bench.metrics.scoring import score_each
from bench.store import arrays as names
from bench.store.records import Cell, Record, RecordError, Scores
from bench.store.store import Store

_Scored = tuple[Record, dict[str, float | None] | None]
"""The record of a finished cell, and its scores; None: the present metrics version has not scored it."""


def score_finished(
    cells: Sequence[Cell], data: ImageData, store: Store, threads: int, report_share: Callable[[float], None]
) -> set[str]:
    """Score each finished cell without scores. Cells measured on the same samples share one pass over their distances.

    `report_share` receives the finished share of the work, in (0, 1]. Returns the keys of the cells whose arrays are
    damaged. These cells count as never run from now on.
    """
    version = metrics_version()
    folds: dict[tuple[int | None, int], list[_Scored]] = {}
    for record in filter(None, map(store.finished, cells)):
        scores = store.scores(record)
        known = scores.values if scores is not None and scores.metrics_version == version else None
        fold = (record.cell.folds, record.cell.seed if record.cell.folds else 0)
        folds.setdefault(fold, []).append((record, known))
    unscored = [fits for fits in folds.values() if any(known is None for _, known in fits)]
    damaged: set[str] = set()
    with limited_threads(threads):
        for number, fits in enumerate(unscored):

            def report_part(share: float, n_done: int = number) -> None:
                report_share((n_done + share) / len(unscored))

            damaged |= _score(fits, data, store, version, report_part)
    return damaged


def _score(
    fits: Sequence[_Scored], data: ImageData, store: Store, version: str, report_share: Callable[[float], None]
) -> set[str]:
    """Score fits that are measured on the same samples; return the keys of cells with damaged arrays."""
    rows = fold_of(fits[0][0].cell, len(data.features)).measured
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
    for record, known in fits:
        try:
            load(record)
        except RecordError:
            continue
        except UsageError:  # a file that cannot be read is not damaged
            raise
        except (KeyError, ValueError) as error:  # the file is complete, but its arrays do not fit the data
            store.discard_damaged(record.key, f"it does not contain the arrays of a fit ({error})")
        else:
            readable.append((record, known))
    scored = score_each(len(readable), lambda n: load(readable[n][0]), [known for _, known in readable], report_share)
    for number, values in scored:
        record = readable[number][0]
        scores = Scores(key=record.key, arrays_digest=record.arrays_digest, values=values, metrics_version=version)
        store.write_scores(scores)
    return {record.key for record, _ in fits} - {record.key for record, _ in readable}
