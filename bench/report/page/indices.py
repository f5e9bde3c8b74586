"""What an index is worth on the data, and the matrix of spaces, from the files of the command `indices`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bench.metrics.declarations import all_metrics
from bench.report.numbers import NOT_AVAILABLE, arrow, number
from bench.report.page.blocks import Block, Field, Table, Text
from bench.report.page.csv_table import csv_rows, number_or_none
from bench.report.page.view import PageView
from bench.report.tables.index_worth import ADVANTAGE, KINDS, TOO_FEW
from bench.report.tables.indices import ACE, ACE_EXPLAINED, FIRST_SEED, WORTH, matrix_name

EXPLAINED = (
    "Kendall's τ says how well a criterion orders the partitions as the true labels do: +1 in the same order, 0 in no "
    "order, −1 in the opposite order; the sign of an index that should be low is turned. A criterion is judged, never "
    f"a method. The true labels reach no method and no choice. {KINDS} {ADVANTAGE}"
)
INTERVAL = "If 0 is in the interval, the order of this criterion cannot be told from a random one."
MATRIX = (
    "Each row is one partition of the same samples, and each column is one space. The values of one column are "
    "comparable; those of one row are not."
)
SHADED = "A shaded field is the space in which the method of the row decides, where published tables measure it."
NO_LABELS = "The data have no true labels, so it cannot be said what an index is worth here."
_NOT_SPACES = ("label", "seed", "own_space")


def section(view: PageView) -> dict[str, Any] | None:
    """The worth of each criterion, then the matrix of each index; None if `indices` has written neither."""
    blocks: list[Block] = []
    if worth := csv_rows(view.store, WORTH, ("criterion", "space", "tau", "low", "high", "n_partitions", "n_methods")):
        blocks += _of_worth(worth)
    matrices = [table for name in _indices() if (table := _matrix(view, name)) is not None]
    if not blocks and not matrices:
        return None
    shown = [replace(table, folded=place > 0) for place, table in enumerate(matrices)]  # each has a row for each fit
    return {"blocks": [*(blocks or [Text(NO_LABELS)]), *shown]}


def _of_worth(rows: Sequence[Mapping[str, str]]) -> list[Block]:
    """The table of all criteria; a sentence if there are too few partitions to judge any."""
    if not any(row["tau"] for row in rows):
        return [Text(TOO_FEW.format(n=max(int(row["n_partitions"]) for row in rows)))]
    columns = ("Criterion", "Space", "τ", "95 % interval", "Partitions", "Methods")
    explained = f"{EXPLAINED} {INTERVAL}" if any(row["low"] for row in rows) else EXPLAINED
    return [Text(explained), Table("worth", "Every criterion", columns, [_worth(row) for row in rows])]


def _indices() -> list[str]:
    return [m.name.removesuffix("_input") for m in all_metrics() if m.kind == "internal" and m.space == "input"]


def _worth(row: Mapping[str, str]) -> list[Field]:
    tau, low, high = (number_or_none(row[name]) for name in ("tau", "low", "high"))
    interval = NOT_AVAILABLE if low is None or high is None else f"{_signed(low)} to {_signed(high)}"
    decides = low is not None and high is not None and (low > 0 or high < 0)
    return [
        Field(row["criterion"], is_number=False),
        Field(row["space"] or "–", is_number=False),
        Field(_signed(tau), ("good" if tau > 0 else "bad") if decides and tau is not None else "", tau),
        Field(interval, order=low),
        Field(row["n_partitions"], order=number_or_none(row["n_partitions"])),
        Field(row["n_methods"], order=number_or_none(row["n_methods"])),
    ]


def _matrix(view: PageView, index: str) -> Table | None:
    rows = csv_rows(view.store, matrix_name(index), (*_NOT_SPACES, ACE))
    if not rows:
        return None
    declared = next(m for m in all_metrics() if m.name == f"{index}_input")
    spaces = [name for name in rows[0] if name not in _NOT_SPACES]
    title = f"{declared.label}{arrow(declared.higher_is_better)} of every partition in every space"
    made = [_matrix_row(row, spaces, declared.decimals) for row in rows]
    parts = [MATRIX]
    if any(field.mark for row in made for field in row):
        parts.append(SHADED)
    if any(row["own_space"] not in ("", "input") for row in rows):
        parts.append(FIRST_SEED)
    if any(row[ACE] for row in rows):
        parts.append(ACE_EXPLAINED)
    return Table(f"matrix-{index.replace('_', '-')}", title, ["Partition", *spaces], made, " ".join(parts))


def _matrix_row(row: Mapping[str, str], spaces: list[str], decimals: int) -> list[Field]:
    name = f"{row['label']}, seed {row['seed']}" if row["seed"] else row["label"]
    values = {space: number_or_none(row[space]) for space in spaces}
    return [
        Field(name, is_number=False),
        *(
            Field(number(value, decimals), "own" if space == row["own_space"] else "", value)
            for space, value in values.items()
        ),
    ]


def _signed(value: float | None) -> str:
    text = number(value, 2)
    return text if value is None or text.startswith("-") else f"+{text}"
