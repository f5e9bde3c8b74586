"""The published claims of a report with their verdicts, from the claims.csv of the command `reproduce`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bench.report.claims.verdicts import VERDICTS
from bench.report.numbers import number
from bench.report.page.blocks import Block, Field, Mark, Table, Text
from bench.report.page.csv_table import csv_rows, number_or_none
from bench.report.page.view import PageView

MARKS: Mapping[str, Mark] = {
    "inside": "good",
    "holds": "good",
    "equal": "good",
    "taken over": "good",
    "outside": "bad",
    "does not hold": "bad",
    "not equal": "bad",
    "not taken over": "bad",
    "cannot be decided": "open",
    "not defined": "open",
}
"""The colour of each verdict. The word of the verdict stands in the same field."""
EXPLAINED = (
    "A published figure comes from one run. It is “outside” if it is not in the interval in which one more run of ours "
    "lies with a probability of 95 %. A count or a setting is equal to the published one, or it is not."
)
DIFFERENT = ("not equal", "outside")
"""The verdicts of two figures that differ."""
_OURS = ("ours_mean", "ours_sd", "one_run_low", "one_run_high")
_NEEDS = ("kind", "text", "place", "space", "report", *_OURS, "verdict", "why")
_COLUMNS = ("Claim", "Verdict", "Report", "Ours", "One run, 95 %", "Space", "Place", "Why")


def section(view: PageView) -> dict[str, Any] | None:
    """One table for each kind of claim; None without a claims.csv."""
    rows = csv_rows(view.store, "claims.csv", _NEEDS)
    if not rows:
        return None
    blocks: list[Block] = [Text(EXPLAINED)]
    for place, (kind, of_kind) in enumerate(_by_kind(rows).items()):
        fields = [_fields(row) for row in of_kind]
        filled = [column for column in range(len(_COLUMNS)) if any(row[column].text for row in fields)]
        columns = [_COLUMNS[column] for column in filled]
        shown = [[row[column] for column in filled] for row in fields]
        blocks.append(Table(f"claims-{place}", f"Claims on {kind}", columns, shown, f"{_counts(of_kind)}."))
    return {"blocks": blocks}


def verdict_sentences(view: PageView) -> list[str]:
    """One sentence for the claims of each kind, with the number of claims of each verdict; empty without claims."""
    rows = csv_rows(view.store, "claims.csv", _NEEDS)
    return [
        f"Of {len(of_kind)} published claims on {kind}: {_counts(of_kind)}." for kind, of_kind in _by_kind(rows).items()
    ]


def _by_kind(rows: Sequence[Mapping[str, str]]) -> dict[str, list[Mapping[str, str]]]:
    """The claims of each kind, in the order of `VERDICTS`; other kinds come last."""
    kinds = dict.fromkeys([*VERDICTS, *(row["kind"] for row in rows)])
    found = {kind: [row for row in rows if row["kind"] == kind] for kind in kinds}
    return {kind: of_kind for kind, of_kind in found.items() if of_kind}


def _counts(rows: Sequence[Mapping[str, str]]) -> str:
    counts = Counter(row["verdict"] for row in rows)
    return ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())


def _fields(row: Mapping[str, str]) -> list[Field]:
    low, high = row["one_run_low"], row["one_run_high"]
    report, mean = _two_figures(row["report"], row["ours_mean"], row["verdict"] in DIFFERENT)
    interval = f"{_figure(low)} to {_figure(high)}" if low and high else ""
    ours = mean + (f" ± {_figure(row['ours_sd'])}" if row["ours_sd"] else "")
    return [
        Field(row["text"], is_number=False),
        Field(row["verdict"], MARKS.get(row["verdict"], "open"), is_number=False),
        Field(report, order=number_or_none(row["report"])),
        Field(ours, order=number_or_none(row["ours_mean"])),
        Field(interval, order=number_or_none(low)),
        Field(row["space"], is_number=False),
        Field(row["place"], is_number=False),
        Field(row["why"], is_number=False),
    ]


def _two_figures(report: str, ours: str, differ: bool) -> tuple[str, str]:
    """Both figures; all their decimals, at most four, if they differ and look equal with fewer.

    >>> _two_figures("2055.6", "2056.0302", True), _two_figures("2055.6", "2056.0302", False)
    (('2,055.6', '2,056.0302'), ('2,056', '2,056'))
    """
    shown = _figure(report), _figure(ours)
    one, other = number_or_none(report), number_or_none(ours)
    if not differ or one is None or other is None or shown[0] != shown[1]:
        return shown
    return _longer(one), _longer(other)


def _longer(value: float) -> str:
    return number(value, 4).rstrip("0").rstrip(".")


def _figure(text: str) -> str:
    """A figure with as many decimals as four digits need; other text as it is.

    >>> _figure("60000.0"), _figure("0.70612"), _figure("0.001"), _figure("in words")
    ('60,000', '0.7061', '0.001', 'in words')
    """
    value = number_or_none(text)
    if value is None:
        return text
    if value == int(value):
        return number(value, 0)
    size = abs(value)
    shown = number(value, 0 if size >= 1000 else 2 if size >= 10 else 4)
    return shown.rstrip("0") if "." in shown else shown
