"""The table of index.md that says what each criterion is worth on one data set."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from bench.report.markdown import escape, table
from bench.report.numbers import NOT_AVAILABLE, number

KINDS = "Stability is the mean ARI with the other seeds of the same row, agreement the mean ARI with the other rows."
ADVANTAGE = "A method that decides in a space is at an advantage in it."
WORTH = f"""## What an index is worth here

Kendall's τ_b of each criterion with the ARI, the agreement with the true labels, over partitions: 1 if the criterion \
orders the partitions as the true labels do, 0 if its order says nothing, −1 if it is the opposite. The sign of an \
index that should be low is turned, so + always means that a better index has a better ARI. `own` is the space of each \
fit; the others are those of the matrices above. {KINDS}

The interval has 95 % of 2,000 bootstrap samples. Partitions of one method are not independent, so a sample draws \
methods with replacement, and then seeds of each drawn method. If 0 is in the interval, the order of this criterion \
cannot be told from a random one. {ADVANTAGE}"""
TOO_FEW = (
    "With {n} partitions it cannot be said here how well an index orders them: that needs 6. Run more seeds or methods."
)


def worth_block(worth: pd.DataFrame) -> str:
    """The heading and the table of the columns of `index_worth.csv`; a sentence if there are too few partitions."""
    if worth["tau"].isna().all():
        return f"{WORTH}\n\n{TOO_FEW.format(n=int(worth['n_partitions'].max()))}"
    header = ["Criterion", "Space", "τ", "95 % interval", "Partitions", "Methods"]
    rows = [_row(row) for row in worth.to_dict("records")]
    return f"{WORTH}\n\n{table(header, rows, left=2)}"


def _row(row: Mapping[Hashable, Any]) -> list[str]:
    names = [escape(str(row["criterion"])), escape(str(row["space"])) or "–"]
    counts = [str(row["n_partitions"]), str(row["n_methods"])]
    if pd.isna(row["tau"]):
        return [*names, NOT_AVAILABLE, NOT_AVAILABLE, *counts]
    interval = NOT_AVAILABLE if pd.isna(row["low"]) else f"{_signed(row['low'])} to {_signed(row['high'])}"
    return [*names, _signed(row["tau"]), interval, *counts]


def _signed(value: float) -> str:
    text = number(value, 2)
    return text if text.startswith("-") else f"+{text}"
