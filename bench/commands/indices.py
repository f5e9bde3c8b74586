"""The command `indices`: measures every partition of an experiment in every space."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from sklearn.metrics import adjusted_rand_score

from bench.analysis.aggregate import Aggregate, aggregate
from bench.analysis.criteria import criteria_of
from bench.analysis.index_matrix import INDICES, IndexMatrices, index_matrices
from bench.analysis.index_spaces import IndexSpaces
from bench.analysis.index_worth import index_worth
from bench.analysis.partitions import TRUTH, Partition, noise_notes, partitions_of
from bench.commands.ending import notes_above
from bench.commands.pages import write_pages
from bench.console.progress import share_bar
from bench.datasets.images import ImageData
from bench.errors import UsageError
from bench.machine.threads import choose_threads, limited_threads
from bench.metrics.declarations import metric
from bench.report.figures.own_files import few
from bench.report.figures.views import IndexView
from bench.report.figures.write import figure_folder
from bench.report.groups import group
from bench.report.outcomes import read
from bench.report.tables.indices import DOCUMENT, WORTH, document, matrix_frame, matrix_name
from bench.store.files import write_text
from bench.store.store import Store


def indices(store: Store, data: ImageData, size: int | None, threads: int | None, console: Console) -> list[Path]:
    """Write the matrix of each index, as CSV file, figure and table in index.md, and what it is worth.

    At most `size` samples are used in spaces. Returns the paths. Raises UsageError if no fit of all samples has
    finished, and RecordError if the arrays of a fit are damaged.
    """
    outcomes = read(store)
    groups = group(outcomes.all)
    fits, notes = partitions_of(store, groups)
    notes += noise_notes(fits)
    scores = {outcome.cell.key: outcome.scores for outcome in outcomes.ok}
    if unscored := [each.name for each in fits if not scores[each.key]]:
        notes.append(f"{few(unscored)}: no scores yet, so `own` lacks these fits; give the command of the run again.")
    if not fits:
        raise UsageError(f"'{store.name}' has no finished fit of all samples; `indices` compares such fits.")
    partitions = fits if data.labels is None else [*fits, Partition(TRUTH, None, data.labels)]
    spaces = IndexSpaces(store, groups, data.features, size)
    with share_bar(console, "indices") as progress, limited_threads(choose_threads(threads)):
        matrices = index_matrices(partitions, spaces, progress)
        aggregates = {index: aggregate(partitions, matrices, index) for index in INDICES}
        worth = _worth(fits, matrices, aggregates, scores, data)
    views = [_view(index, matrices, aggregates[index], partitions, spaces) for index in INDICES]
    names, seeds = [each.label for each in partitions], [each.seed for each in partitions]
    written = []
    with figure_folder(store) as folder:
        for view in views:
            written += folder.write_table(matrix_name(view.index), matrix_frame(view, names, seeds))
            written += folder.draw(view, view.index, view.index)
        written += folder.write_table(WORTH, worth)
    text = document(outcomes.manifest, views, worth, [*notes, *spaces.notes], notes_above(store))
    written.append(write_text(store.path(DOCUMENT), text))
    write_pages(store)
    return written


def _worth(
    fits: list[Partition],
    matrices: IndexMatrices,
    aggregates: Mapping[str, Aggregate],
    scores: Mapping[str, Mapping[str, float]],
    data: ImageData,
) -> pd.DataFrame:
    """The rows of index_worth.csv; none without true labels. Partitions with noise take no part."""
    if data.labels is None:
        return pd.DataFrame()
    ari = [np.nan if each.has_noise else adjusted_rand_score(data.labels, each.labels) for each in fits]
    return index_worth(criteria_of(fits, matrices, aggregates, scores), np.array(ari), [each.label for each in fits])


def _view(
    index: str, matrices: IndexMatrices, over_spaces: Aggregate, partitions: list[Partition], spaces: IndexSpaces
) -> IndexView:
    declared = metric(f"{index}_input")
    own = [spaces.own.get(each.label) for each in partitions]
    return IndexView(
        index=index,
        label=declared.label,
        higher_is_better=bool(declared.higher_is_better),
        decimals=declared.decimals,
        matrix=pd.DataFrame(matrices.values[index], [each.name for each in partitions], list(matrices.spaces)),
        own=[name if name in matrices.spaces else None for name in own],
        aggregate=over_spaces.values.tolist(),
        aggregate_note=over_spaces.note,
    )
