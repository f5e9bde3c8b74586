"""The column of true labels among the columns of a table: the names and types that it may have."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.types as arrow

from bench.errors import UsageError
from bench.store.remarks import Remark, caveat, fact
from methods.registry import unknown_name

Kind = Literal["classes", "words", "integers", "booleans", "floats", "lists", "other"]
"""The values of a column. `classes` are a ClassLabel of `datasets`; `lists` have one label in each row, at best."""

LABEL_NAMES = (
    "label", "labels", "class", "classes", "target", "targets", "category", "categories", "cls", "y",
    "class_label", "class_name", "class_id", "label_name", "label_id", "label_text", "label_idx", "class_idx",
    "fine_label", "fine_labels", "coarse_label", "coarse_labels", "ground_truth", "gt", "gt_label", "true_label",
    "category_id", "category_name", "species", "genus", "breed", "digit", "diagnosis", "dx", "topic", "sentiment",
    "emotion",
)  # fmt: skip
"""Usual names of the column of labels, the most usual first. Capital letters and separators do not matter.

A part of a structure, such as `json.label`, has a usual name if its last part has one."""
NO_LABELS = "none"
"""The value of `--label-column` with which no column is used."""
_NAMED = 20  # columns that a line names


@dataclass(frozen=True)
class LabelColumns:
    """The columns that may have the labels, the best first."""

    candidates: tuple[str, ...]
    asked: bool
    """Whether the user named the only candidate."""


def normal_name(name: str) -> str:
    """The name of a column in small letters and without separators.

    >>> normal_name("Class-Label"), normal_name("fine_label"), normal_name(".cls")
    ('classlabel', 'finelabel', 'cls')
    """
    return re.sub(r"[\W_]+", "", name.casefold())


def kind_of(kind: pa.DataType) -> Kind:
    """The kind of the values of a column that declares no classes."""
    if arrow.is_dictionary(kind):
        return kind_of(kind.value_type)
    if arrow.is_string(kind) or arrow.is_large_string(kind) or arrow.is_string_view(kind):
        return "words"
    if arrow.is_integer(kind):
        return "integers"
    if arrow.is_boolean(kind):
        return "booleans"
    if arrow.is_floating(kind) or arrow.is_decimal(kind):
        return "floats"
    if is_list(kind) and kind_of(kind.value_type) in ("words", "integers", "booleans"):
        return "lists"
    return "other"


def is_list(kind: pa.DataType) -> bool:
    """Whether each value is a list of values of one type."""
    return bool(arrow.is_list(kind) or arrow.is_large_list(kind) or arrow.is_fixed_size_list(kind))


def label_columns(kinds: Mapping[str, Kind], wanted: str | None, source: str) -> LabelColumns:
    """The columns that may have the labels: ClassLabel columns first, then the others in the order of LABEL_NAMES.

    `kinds` has the kind of each column that is not used otherwise, by name. Columns of lists are the last. `wanted` is
    the column that the user named; `none` means no column, unless a column has this name. Raises UsageError if there is
    no such column, or if its values cannot be labels.

    >>> label_columns({"id": "integers", "Label": "words", "animal": "classes"}, None, "pets").candidates
    ('animal', 'Label')
    """
    if wanted == NO_LABELS and NO_LABELS not in kinds:
        return LabelColumns((), asked=True)
    if wanted is not None:
        if wanted not in kinds:
            remedy = f"; '{NO_LABELS}' means no labels"
            raise UsageError(f"data set '{source}': --label-column: {unknown_name('column', wanted, kinds)}{remedy}")
        if kinds[wanted] == "other":
            fitting = [name for name, kind in kinds.items() if kind != "other"]
            raise UsageError(
                f"data set '{source}': --label-column {wanted}: the values of this column are neither words nor whole "
                f"numbers; columns with such values: {listed(fitting) if fitting else 'none'}"
            )
        return LabelColumns((wanted,), asked=True)
    usual = {normal_name(name): rank for rank, name in reversed(list(enumerate(LABEL_NAMES)))}
    ranks: dict[str, tuple[int, int]] = {}
    for name, kind in kinds.items():
        rank = usual.get(normal_name(name), usual.get(normal_name(name.rpartition(".")[2]), len(usual)))
        if kind == "classes" or (kind != "other" and rank < len(usual)):
            ranks[name] = ({"classes": 0, "lists": 2}.get(kind, 1), rank)
    return LabelColumns(tuple(sorted(ranks, key=lambda name: ranks[name])), asked=False)


def choice_note(chosen: str, reason: str = "found by its name", more: str = "") -> Remark:
    """The remark about the column of labels that was chosen without being asked for; `more` is about other columns.

    >>> choice_note("species").text
    "labels: column 'species', found by its name; --label-column chooses another one or none"
    """
    ending = f"; {more}" if more else ""
    return fact(f"labels: column '{chosen}', {reason}; --label-column chooses another one or none{ending}")


def passed_over_note(kinds: Mapping[str, Kind], source: str) -> list[Remark]:
    """At most one remark if no column has labels: all columns that were passed over, with the remedy."""
    if not kinds:
        return []
    return [
        caveat(
            f"data set '{source}': no labels were found in its columns {listed(kinds)}; if one of them has the labels, "
            "name it with --label-column COLUMN"
        )
    ]


def listed(names: Collection[str]) -> str:
    """The names in quotes, and the number of those that are left out.

    >>> listed(["a", "b"])
    "'a', 'b'"
    """
    shown = ", ".join(f"'{name}'" for name in list(names)[:_NAMED])
    return shown + (f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else "")
