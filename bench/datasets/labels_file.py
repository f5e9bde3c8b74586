"""Labels from the user's own CSV file, with the name of a row and its label in each line."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.datasets.columns import NO_LABELS
from bench.datasets.delimited import Line, read_lines
from bench.datasets.labels_kind import check_kind
from bench.datasets.missing_words import word_classes
from bench.datasets.named_labels import choose_column, indexed, text_of
from bench.datasets.quoted import shown
from bench.datasets.row_finder import AMBIGUOUS, RowFinder
from bench.datasets.rows import Rows
from bench.datasets.split_folders import count_of
from bench.errors import UsageError
from bench.store.reading import Reading
from bench.store.remarks import Remark, caveat


def with_labels(rows: Rows, reading: Reading) -> Rows:
    """`rows` with the labels of the file `reading.labels`; without this option, `rows` themselves.

    A line names a row as `RowFinder` says. If no line does, paths from another place are compared by their ends. The
    first line may be a header. Of several columns, the one that has the names of rows is found, and `label_column` or a
    usual name says which one has the labels. Rows without a line are left out, and one line says so. Raises UsageError
    if the file cannot be read, has no label column, names no row or gives two labels to one row.
    """
    if reading.labels is None:
        return rows
    path = Path(reading.labels)
    problem = f"data set '{rows.source}': --labels {path.name}"
    if rows.names is None:
        raise UsageError(f"{problem}: the rows of this data set have no names; expected a folder of image files")
    check_kind(path, problem)
    lines = read_lines(path, path.name, rows.source)
    if not lines or len(lines[0][1]) < 2:
        raise UsageError(f"{problem}: expected a name and a label in each line, such as `1.png,cat`; correct the file")
    finder = RowFinder(rows.names, rows.source)
    if all(finder.find(cell) is None for _, cells in lines for cell in cells):
        finder = RowFinder(rows.names, rows.source, by_ends=True)
    header, body = _header(lines, finder)
    at = max(range(len(header)), key=lambda column: sum(finder.find(cells[column]) is not None for _, cells in body))
    columns = {name: [cells[place] for _, cells in body] for place, name in enumerate(header) if place != at}
    column = next(iter(columns))
    notes: list[Remark] = []
    if len(columns) > 1 or reading.label_column is not None:
        if reading.label_column == NO_LABELS and NO_LABELS not in columns:
            raise UsageError(f"{problem}: --label-column none means no labels; leave --labels out to read none")
        chosen, notes = choose_column(columns, reading.label_column, rows.source)
        if chosen is None:
            names = ", ".join(map(shown, columns))
            raise UsageError(f"{problem}: which of the columns {names} has the labels? name it with --label-column")
        column = chosen
    labels, more = _assigned(finder, [cells[at] for _, cells in body], columns[column], body, problem)
    return _labelled(rows, labels, notes + finder.notes(problem) + more, problem)


def _header(lines: list[Line], finder: RowFinder) -> tuple[list[str], list[Line]]:
    """The names of the columns, and the other lines. The first line is a header if it names no row."""
    first = lines[0][1]
    if any(finder.find(cell) is not None for cell in first) or len(set(first)) < len(first):
        return [str(column + 1) for column in range(len(first))], lines
    return first, lines[1:]


def _assigned(
    finder: RowFinder, names: list[str], values: list[str], body: list[Line], problem: str
) -> tuple[dict[int, str], list[Remark]]:
    """The label of each row, and remarks about the lines of the file that are not used."""
    labels: dict[int, str] = {}
    at_line: dict[int, int] = {}
    named: dict[int, str] = {}
    unknown: list[tuple[int, str]] = []
    empty: list[tuple[int, str]] = []
    repeated = 0
    for (line, _), name, value in zip(body, names, values, strict=True):
        row, label = finder.find(name), text_of(value)
        if row == AMBIGUOUS:
            fits = " and ".join(map(shown, finder.fitting(name)))
            raise UsageError(
                f"{problem}, line {line}: {shown(name)} fits several rows, {fits}; write the whole path, or choose "
                "one split with --split"
            )
        if row is not None and finder.by_ends and named.setdefault(row, name) != name:
            raise UsageError(
                f"{problem}: {shown(named[row])} and {shown(name)} (line {line}) both end like the row "
                f"{shown(finder.names[row])}; expected one name for each row: write paths relative to the folder"
            )
        if row is None:
            unknown.append((line, name))
        elif label is None:
            empty.append((line, name))
        elif labels.get(row, label) != label:
            raise UsageError(
                f"{problem}: {shown(name)} has two labels, {shown(labels[row])} (line {at_line[row]}) and "
                f"{shown(label)} (line {line}); expected one line for each row; remove one of the two"
            )
        else:
            repeated += row in labels
            labels[row], at_line[row] = label, line
    if not labels:
        example = f", first {shown(unknown[0][1])}" if unknown else ""
        raise UsageError(
            f"{problem}: no line gives a label to a row of the data set: {count_of(len(unknown), 'names')} "
            f"{'is' if len(unknown) == 1 else 'are'} unknown{example}; "
            f"expected paths relative to the folder or file names, such as {shown(finder.names[0])}"
        )
    told = [
        (unknown, ("names no row that is read", "name no row that is read")),
        (empty, ("has a name and no label", "have a name and no label")),
    ]
    notes = [
        f"{len(lines):,} of its {count_of(len(body), 'lines')} {what[len(lines) > 1]}, first line {lines[0][0]} "
        f"({shown(lines[0][1])})"
        for lines, what in told
        if lines
    ]
    notes += [f"{count_of(repeated, 'lines')} {'repeat' if repeated > 1 else 'repeats'} an earlier one"] * bool(
        repeated
    )
    return labels, [caveat(f"{problem}: {note}") for note in notes]


def _labelled(rows: Rows, labels: dict[int, str], notes: list[Remark], problem: str) -> Rows:
    assert rows.names is not None
    chosen = np.array(sorted(labels), dtype=np.int64)
    if len(chosen) < len(rows):
        missing = next(name for row, name in enumerate(rows.names) if row not in labels)
        n_left = len(rows) - len(chosen)
        left = caveat(
            f"{problem}: {n_left:,} of {count_of(len(rows), 'rows')} {'have' if n_left > 1 else 'has'} no label in "
            f"this file and {'are' if n_left > 1 else 'is'} left out, first {missing!r}; add a line for "
            f"{'each of them to use them' if n_left > 1 else 'it to use it'}"
        )
        notes = [*notes, left]
        rows = rows.take(chosen)
    codes, classes = indexed([labels[row] for row in chosen.tolist()])
    notes = [*notes, *(caveat(f"{problem}: {note.text}") for note in word_classes(codes, classes, "this file"))]
    return replace(rows, labels=codes, class_names=classes, notes=rows.notes + notes)
