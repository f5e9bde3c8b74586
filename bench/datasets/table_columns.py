"""Decides what each column of a table is: the true labels, the names of the rows, or a feature."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.datasets.columns import LABEL_NAMES, NO_LABELS, choice_note, normal_name
from bench.datasets.table_column import Column, column_of
from bench.datasets.table_dialect import is_number
from bench.datasets.table_frame import TableFrame
from bench.datasets.table_leaks import counts_rows, has_id_name, repeating, shuffled_counters
from bench.errors import UsageError
from bench.store.remarks import Remark, caveat, fact
from methods.registry import unknown_name

_LONGEST_NAME = 100
"""Characters of the longest name of a row; longer texts are contents."""
_SIGNS = re.compile(r"[\d\s.,'’()+−%$€£¥-]*[\s'’()−%$€£¥][\d\s.,'’()+−%$€£¥-]*")
"""Numbers with signs that are not read: a currency, a percentage, a typographic minus, or spaces between thousands."""
_NAMED = 5
"""Columns that a message names."""
_KEEPS = "--columns A,B,C names the features, and can keep such a column"


@dataclass(frozen=True, eq=False)
class Roles:
    """The columns of a table by what they are."""

    label: Column | None
    row_names: Column | None
    features: list[Column]
    notes: list[Remark] = field(default_factory=list)


def roles(table: TableFrame, label_column: str | None, wanted: Sequence[str] | None = None) -> Roles:
    """What the columns are; `label_column` names the labels, None: a column with a usual name, or the only words.

    Columns without a value and further columns of labels are left out, and the notes name them. With `wanted`, only
    these columns are features. Raises UsageError if there is no column `label_column` or `wanted`, and for columns that
    are neither numbers nor labels nor names of rows.
    """
    columns = [column_of(table, name) for name in table.frame.columns]
    if wanted is not None:
        return _with_features(columns, wanted, label_column, table)
    empty = [each for each in columns if each.values.isna().all()]
    columns = [each for each in columns if each not in empty]
    notes = [caveat(f"{_columns(empty)} left out, because all values are missing{_signs(empty, table)}")] * bool(empty)
    usual = _known_labels(columns, table)
    if label_column is None:
        label = usual[0] if usual else _by_values(columns, table, notes)
    else:
        label = None if label_column == NO_LABELS else _asked(columns, label_column, table)
    others = _without_labels(columns, label, usual, label_column, table, notes)
    ids = _ids(others)
    if ids:
        notes.append(fact(f"{_columns(ids)} left out of the features, as names of the rows; {_KEEPS}"))
    others = [each for each in others if each not in ids]
    counters = [each for each in others if counts_rows(each)]
    if counters:
        verb = "they count" if len(counters) > 1 else "it counts"
        notes.append(caveat(f"{_columns(counters)} left out of the features, because {verb} the rows; {_KEEPS}"))
    others = [each for each in others if each not in counters]
    shuffled = shuffled_counters(others)
    if shuffled:
        why = f"because {'they have' if len(shuffled) > 1 else 'it has'} the numbers of the rows in another order"
        notes.append(caveat(f"{_columns(shuffled)} left out of the features, {why}; {_KEEPS}"))
    counters += shuffled
    others = [each for each in others if each not in shuffled]
    _check_numbers(others, table, label, [*ids, *counters])
    notes += _decimals(others)
    coded = [each for each in others if each.name in table.classes]
    if coded:
        notes.append(caveat(f"{_columns(coded)} nominal; the values are used as numbers"))
    return Roles(label, ids[0] if ids else None, others, [note.about(table.source) for note in notes])


def _signs(columns: Sequence[Column], table: TableFrame) -> str:
    """The first word that stands in these columns and means a missing value."""
    words = (table.cell(0, each.name) for each in columns)
    word = next((word for word in words if word), "")
    return f" ('{word}' means a missing value)" if word else ""


def _without_labels(
    columns: Sequence[Column],
    label: Column | None,
    usual: Sequence[Column],
    label_column: str | None,
    table: TableFrame,
    notes: list[Remark],
) -> list[Column]:
    """The columns that do not tell the true labels; `notes` gets remarks about the labels and the further ones."""
    known = ([] if label is None else [label]) + [each for each in usual if each is not label]
    repeated = [
        (column, of)
        for column, of in repeating([each for each in columns if each not in known], known)
        if not _has_signs(column)
    ]
    words = [column for column, _ in repeated if column.kind == "words"]
    again = [each for each in columns if each is not label and (each in usual or each in words)]
    codes = [(column, of) for column, of in repeated if column.kind == "numbers"]
    chosen = "" if label is None else f"labels: column '{label.name}'"
    if again:
        choose = "; --label-column chooses another one or none" if label_column is None else ""
        start = f"{chosen}; " if chosen else ""
        notes.append(caveat(f"{start}{_columns(again)} left out of the features, as further labels{choose}"))
    elif label_column is None and label is not None and label in usual:
        notes.append(_by_name(label, table))
    if codes:
        verb = "they have" if len(codes) > 1 else "it has"
        left_out = f"{_columns([column for column, _ in codes])} left out of the features"
        why = f"because {verb} one number for each class of the column '{codes[0][1].name}'"
        notes.append(caveat(f"{left_out}, {why}; {_KEEPS}"))
    left = [*known, *again, *(column for column, _ in codes)]
    return [each for each in columns if each not in left]


def _with_features(
    columns: Sequence[Column], wanted: Sequence[str], label_column: str | None, table: TableFrame
) -> Roles:
    """The columns `wanted` are the features. Labels and names of rows are among the others."""
    by_name = {each.name: each for each in columns}
    for name in wanted:
        if name not in by_name:
            raise UsageError(f"data set '{table.source}': {unknown_name('column', name, list(by_name))}")
    features = [by_name[name] for name in wanted]
    others = [each for each in columns if each not in features]
    usual = _known_labels(others, table)
    notes: list[Remark] = []
    if label_column is None:
        words = [each for each in others if each.kind == "words" and 2 * each.n_distinct <= len(each.values)]
        label = usual[0] if usual else words[0] if len(words) == 1 else None
        if label is not None:
            reason = "the only other column of words"
            notes.append(_by_name(label, table) if usual else choice_note(label.name, reason))
    else:
        label = None if label_column == NO_LABELS else _asked(others, label_column, table)
    rest = [each for each in others if each is not label]
    ids = _ids([*rest, *features])
    ids = [each for each in ids if each in rest]
    _check_numbers(features, table, label, [])
    notes += _decimals(features)
    unread = [each for each in rest if each not in ids]
    if unread:
        notes.append(fact(f"{_columns(unread)} not read; {len(features)} columns are features"))
    return Roles(label, ids[0] if ids else None, features, [note.about(table.source) for note in notes])


def _decimals(columns: Sequence[Column]) -> list[Remark]:
    """At most one remark: the columns whose decimal sign is not that of the other columns."""
    other = [each for each in columns if each.other_decimal]
    if not other:
        return []
    word = {",": "comma", ".": "point"}[other[0].other_decimal]
    names = listed([each.name for each in other])
    return [caveat(f"the numbers in {names} have a decimal {word}, and those of other columns have the other sign")]


def _asked(columns: Sequence[Column], name: str, table: TableFrame) -> Column:
    exact = [each for each in columns if each.name == name]
    near = exact or [each for each in columns if each.name.lower() == name.lower()]
    if len(near) != 1:
        known = [each.name for each in columns]
        remedy = f"; '{NO_LABELS}' means no labels"
        raise UsageError(f"data set '{table.source}': --label-column: {unknown_name('column', name, known)}{remedy}")
    if not near[0].is_classes:
        what = "numbers with decimals" if near[0].kind == "numbers" else near[0].kind
        raise UsageError(
            f"data set '{table.source}': --label-column {name}: this column has {what}, {near[0].n_distinct:,} "
            "different ones; expected classes: words or whole numbers"
        )
    return near[0]


def _known_labels(columns: Sequence[Column], table: TableFrame) -> list[Column]:
    """The columns that declare labels or whose names and values are those of labels, the best first.

    No method may get them. Numbers that differ in most rows, such as a coordinate y, are measurements.
    """
    declared = [each for each in columns if each.name in table.label_columns]
    ranks = {normal_name(name): rank for rank, name in reversed(list(enumerate(LABEL_NAMES)))}
    usual = [each for each in columns if normal_name(each.name) in ranks and each not in declared]
    usual.sort(key=lambda each: ranks[normal_name(each.name)])
    few = [each for each in usual if each.kind == "words" or 2 * each.n_distinct <= len(each.values)]
    return declared + [each for each in few if each.is_classes]


def _by_name(label: Column, table: TableFrame) -> Remark:
    reason = "which declares classes" if label.name in table.label_columns else "found by its name"
    return choice_note(label.name, reason)


def _by_values(columns: Sequence[Column], table: TableFrame, notes: list[Remark]) -> Column | None:
    """The column of labels if no name is usual; `notes` gets a remark about it, or about all columns without one."""
    declared = [each for each in columns[-1:] if each.name in table.classes]
    words = [each for each in columns if each.kind == "words" and 2 * each.n_distinct <= len(each.values)]
    for found, reason in ((declared, "the last attribute, which is nominal"), (words, "the only column of words")):
        if len(found) == 1:
            notes.append(choice_note(found[0].name, reason))
            return found[0]
    names = listed([each.name for each in columns])
    notes.append(caveat(f"no column is used as true labels; --label-column names one of: {names}"))
    return None


def _ids(columns: Sequence[Column]) -> list[Column]:
    """The columns with the names of the rows: unique values under a usual name, or the only words, if unique."""
    named = [each for each in columns if has_id_name(each.name) and each.is_unique and _is_name(each)]
    words = [each for each in columns if each.kind == "words" and each not in named]
    has_numbers = any(each.kind == "numbers" and each not in named for each in columns)
    if has_numbers and len(words) == 1 and words[0].is_unique and _is_name(words[0]) and not _has_signs(words[0]):
        return [*words, *named]
    return named


def _has_signs(column: Column) -> bool:
    """Whether most words are numbers with signs that are not read."""
    if column.kind != "words":
        return False
    texts = column.values.dropna().tolist()
    signed = sum(bool(_SIGNS.fullmatch(text)) and any(map(str.isdigit, text)) for text in texts)
    signed += sum(is_number(text, ",") for text in texts)
    return 2 * signed > len(texts)


def _is_name(column: Column) -> bool:
    if column.kind == "words":
        return int(column.values.map(len).max()) <= _LONGEST_NAME
    return column.is_whole


def _check_numbers(columns: Sequence[Column], table: TableFrame, label: Column | None, left: Sequence[Column]) -> None:
    """Raise UsageError if a column is not numeric, or if there is none besides `left`, those that were left out."""
    other = [each for each in columns if each.kind != "numbers"]
    start = f"data set '{table.source}'"
    if other:
        shown = ", ".join(f"'{each.name}' ({_example(each)})" for each in other[:_NAMED])
        count = f"{len(other)} columns that are" if len(other) > 1 else "a column that is"
        classes = "" if label is not None else ", or name the true labels with --label-column"
        raise UsageError(
            f"{start} has {count} not numeric: {shown}{', …' if len(other) > _NAMED else ''}; remove or encode them, "
            f"for example with pandas.get_dummies, or name the features with --columns A,B,C{classes}"
        )
    if not columns:
        besides = f" except {listed([each.name for each in left])}, which number the rows" if left else ""
        remedy = "; --columns A,B,C names the features" if left else ""
        raise UsageError(f"{start} has no column of numbers{besides}; expected features in columns of numbers{remedy}")


def _example(column: Column) -> str:
    if column.kind != "words":
        return column.kind
    value = str(column.values.dropna().iloc[0])
    if _has_signs(column):
        return f"numbers with other signs, such as {value[:20]!r}: write digits with a decimal point"
    return f"words such as {value[:20]!r}" if column.n_distinct > 1 else f"always {value[:20]!r}"


def listed(names: Sequence[str]) -> str:
    """The first names in quotes, and how many more there are.

    >>> listed(["a", "b"]), listed(list("abcdefg"))
    ("'a', 'b'", "'a', 'b', 'c', 'd', 'e' and 2 more")
    """
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(f"'{name}'" for name in names[:_NAMED]) + more


def _columns(columns: Sequence[Column]) -> str:
    names = listed([each.name for each in columns])
    return f"the columns {names} are" if len(columns) > 1 else f"the column {names} is"
