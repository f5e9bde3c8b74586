"""Tables with a column of texts: a data set of the Hub or of a folder, or one file."""

import datasets

from bench.datasets.columns import listed
from bench.datasets.found_labels import find_labels
from bench.datasets.missing_rows import without
from bench.datasets.row_names import row_names
from bench.datasets.rows import Rows
from bench.datasets.table_frame import TableFrame
from bench.datasets.text_cells import TextCells, text_column
from bench.store.reading import Reading
from bench.store.remarks import fact


def text_rows(
    table: datasets.Dataset,
    texts: str,
    reading: Reading,
    *,
    source: str,
    revision: str,
    split: str,
    splits: dict[str, int],
    parts: dict[str, int],
    file: TableFrame | None = None,
) -> Rows:
    """The rows of a table whose column `texts` has the texts.

    `splits` has the number of rows of each split, in order, `parts` that of each part of `split`, and `file` is the
    file that has the rows. Raises UsageError if the labels cannot be read.
    """
    labels, notes = find_labels(table, [texts], reading, splits, source, file)
    others = [name for name in table.column_names if name != texts]
    if reading.text_column is None and len(others) > (labels.codes is not None):
        used = fact(
            f"the texts of the column '{texts}' are used; its other columns, {listed(others)}, are labels, names of "
            "rows, or not used"
        )
        notes.append(used.about(source))
    rows = Rows(
        kind="texts",
        source=source,
        revision=revision,
        split=split,
        parts=parts,
        n_rows=len(table),
        labels=labels.codes,
        class_names=labels.class_names,
        read=TextCells(table, texts, source).read,
        names=row_names(table, None, ()),
        notes=notes,
    )
    return rows if labels.codes is None or not labels.problem else without(rows, labels.codes < 0, labels.problem)


def text_table(table: TableFrame, reading: Reading, revision: str) -> Rows | None:
    """The rows of a table in one file, if it has a column of texts.

    Raises UsageError if there is no column `reading.text_column`, or if several columns have texts.
    """
    prepared = datasets.Dataset.from_pandas(table.frame, preserve_index=False)
    texts = text_column(prepared, reading.text_column, reading.label_column, table.source)
    if texts is None:
        return None
    whole = {"all": len(prepared)}
    rows = text_rows(
        prepared,
        texts,
        reading,
        source=table.source,
        revision=revision,
        split="all",
        splits=whole,
        parts=whole,
        file=table,
    )
    rows.notes[:0] = table.notes
    return rows
