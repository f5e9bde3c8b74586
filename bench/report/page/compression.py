"""The size, the speed and the labels of smaller forms of the models, from the compression.csv of `compress`."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.report.numbers import mean_sd
from bench.report.page.blocks import Block, Field, Shown, Table, Text
from bench.report.page.csv_table import csv_rows, number_or_none
from bench.report.page.view import PageView
from bench.report.tables.compression import CAVEATS, COLUMNS, CSV
from bench.statistics.summary import Summary, summarize

SHOWN = (
    ("bytes", "KB", 1, 1000.0),
    ("deflated_bytes", "KB, deflated", 1, 1000.0),
    ("speedup_1", "Speed on one thread, × float32", 2, 1.0),
    ("accuracy", "Accuracy ↑", 3, 1.0),
    ("ari", "ARI ↑", 3, 1.0),
    ("agreement", "Labels as float32 ↑", 3, 1.0),
)
"""Column of compression.csv, heading, decimals, and the number by which its values are divided."""


def section(view: PageView) -> dict[str, Any] | None:
    """The figure and one table; None without a compression.csv."""
    rows = csv_rows(view.store, CSV, COLUMNS)
    if not rows:
        return None
    forms: dict[tuple[str, str], list[Mapping[str, str]]] = {}
    for row in rows:
        forms.setdefault((row["label"], row["form"]), []).append(row)
    columns = ["Model", *(title for _, title, _, _ in SHOWN)]
    made = [_fields(label, form, found) for (label, form), found in forms.items()]
    blocks: list[Block] = [Text(caveat) for caveat in CAVEATS]
    blocks += [Shown(view.pictures["compression"])] if "compression" in view.pictures else []
    has_seeds = len({row["seed"] for row in rows}) > 1
    text = "Mean ± standard deviation over seeds." if has_seeds else "Every value is of one seed."
    return {"blocks": [*blocks, Table("compression-forms", "Every form", columns, made, text)]}


def _fields(label: str, form: str, rows: Sequence[Mapping[str, str]]) -> list[Field]:
    fields = [Field(f"{label}, {form}", is_number=False)]
    for column, _, decimals, unit in SHOWN:
        values = [value / unit for row in rows if (value := number_or_none(row[column])) is not None]
        summary = summarize(values)
        shown = Summary(summary.mean, summary.sd or None, summary.n)
        fields.append(Field(mean_sd(shown, decimals, len(rows)), order=summary.mean))
    return fields
