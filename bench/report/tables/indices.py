"""The tables of the command `indices`: one matrix for each index, as CSV files and in index.md."""

from collections.abc import Sequence

import pandas as pd

from bench.report.figures.views import IndexView
from bench.report.markdown import escape, table
from bench.report.numbers import arrow, number
from bench.report.tables.index_worth import worth_block
from bench.store.records import Manifest

DOCUMENT = "index.md"
WORTH = "index_worth.csv"
ACE = "ACE"
"""The column of the aggregate over spaces."""
ACE_EXPLAINED = (
    "ACE is the mean over spaces that order the partitions alike and have more than one mode (Wang & Ye 2024)."
)
FIRST_SEED = (
    "The space of a method is that of its first seed: each other seed decides in a space of its own, whose index is in "
    "the main tables."
)
EXPLAINED = (
    "Each row is one partition of the same samples, and each column is one space. The values of one column are "
    "comparable: they differ by the partition only. The values of one row are not: they differ by the space. Square "
    "brackets mark the space in which the method of the row decides, where published tables measure it. "
    f"{FIRST_SEED} {ACE_EXPLAINED} The true labels are the last row; no method, no weight and no choice saw them."
)


def matrix_name(index: str) -> str:
    """The name of the CSV file of one index.

    >>> matrix_name("silhouette")
    'index_matrix_silhouette.csv'
    """
    return f"index_matrix_{index}.csv"


def matrix_frame(view: IndexView, labels: Sequence[str], seeds: Sequence[int | None]) -> pd.DataFrame:
    """The content of the CSV file: label, seed and own space of each row, its values, and the aggregate."""
    first = pd.DataFrame({"label": labels, "seed": seeds, "own_space": view.own}, dtype=object)
    values = view.matrix.reset_index(drop=True)
    return pd.concat([first, values, pd.DataFrame({ACE: view.aggregate}, values.index)], axis=1)


def document(
    manifest: Manifest,
    views: Sequence[IndexView],
    worth: pd.DataFrame,
    notes: Sequence[str],
    above: Sequence[str] = (),
) -> str:
    """The text of index.md. `worth` has the rows of index_worth.csv; it is empty without true labels.

    `notes`: what was left out; `above`: what a reader must know before the figures.
    """
    data = manifest.data
    title = f"# {escape(manifest.name)}: every index of every partition in every space"
    about = f"Data: {escape(data.title)}, split {escape(data.split)}, {data.n_samples:,} samples. {EXPLAINED}"
    parts = [title, *map(escape, [*above, *manifest.notes]), about]
    if notes:
        parts.append("\n".join(f"- {escape(note)}" for note in notes))
    for view in views:
        parts += [f"## {escape(view.label)}{arrow(view.higher_is_better)}", _matrix(view), escape(view.aggregate_note)]
    if not worth.empty:
        parts.append(worth_block(worth))
    return "\n\n".join(parts) + "\n"


def _matrix(view: IndexView) -> str:
    header = ["Partition", *map(escape, map(str, view.matrix.columns)), ACE]
    rows = []
    for (name, values), own, overall in zip(view.matrix.iterrows(), view.own, view.aggregate, strict=True):
        cells = [number(None if pd.isna(value) else float(value), view.decimals) for value in values]
        marked = [f"[{c}]" if space == own else c for c, space in zip(cells, view.matrix.columns, strict=True)]
        rows.append([escape(str(name)), *marked, number(None if pd.isna(overall) else overall, view.decimals)])
    return table(header, rows)
