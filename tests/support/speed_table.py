"""The table of all measurements: ratios to a peer, and limits to keep; as CSV and Markdown."""

from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pandas as pd


@dataclass(frozen=True)
class Ratio:
    """Ours beside a peer, measured in turns."""

    what: str
    peer: str
    target: float
    ours: list[float]
    """Seconds of each turn."""
    theirs: list[float]
    facts: str

    file = "ratios.csv"

    def line(self) -> dict[str, str]:
        ratios = [theirs / ours for ours, theirs in zip(self.ours, self.theirs, strict=True)]
        reached = median(ratios) >= self.target
        return {
            "What": self.what,
            "Peer": self.peer,
            "Ours, s": f"{median(self.ours):.3g}",
            "Peer, s": f"{median(self.theirs):.3g}",
            "Ratio": f"{_short(median(ratios))}×",
            "Lowest – highest": f"{_short(min(ratios))} – {_short(max(ratios))}",
            "To reach": f"≥ {self.target:g}×",
            "Reached": "yes" if reached else "no",
            "Turns": str(len(ratios)),
            "Measured beside": self.facts,
        }


@dataclass(frozen=True)
class Limit:
    """A number that must stay small."""

    what: str
    value: float
    limit: float
    unit: str
    facts: str

    file = "limits.csv"

    def line(self) -> dict[str, str]:
        return {
            "What": self.what,
            "Measured": f"{self.value:.3g} {self.unit}",
            "At most": f"{self.limit:g} {self.unit}",
            "Kept": "yes" if self.value <= self.limit else "no",
            "Measured beside": self.facts,
        }


def write_tables(rows: list[Ratio | Limit], folder: Path, machine: str) -> None:
    """Write the CSV files and table.md; a row that was not measured this time stays as it was."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = []
    for kind in (Ratio, Limit):
        path = folder / kind.file
        lines = [{**row.line(), "Machine": machine} for row in rows if isinstance(row, kind)]
        table = pd.DataFrame(lines)
        if path.exists():
            old = pd.read_csv(path, dtype=str, keep_default_na=False)
            table = pd.concat([old, table]).drop_duplicates("What", keep="last")
        if len(table):
            table.to_csv(path, index=False, lineterminator="\n")
            tables.append(table)
    (folder / "table.md").write_text(_markdown(*tables), encoding="utf-8")


def summary(folder: Path) -> str:
    """What a reader wants to know first, from the CSV files in `folder`."""
    tables = []
    for kind, columns in ((Ratio, ["What", "Peer", "Ratio", "To reach"]), (Limit, ["What", "Measured", "At most"])):
        table = pd.read_csv(folder / kind.file, dtype=str, keep_default_na=False)
        tables.append(markdown(table[columns]))
    return "\n\n".join(tables) + "\n"


def _short(number: float) -> str:
    """
    >>> _short(2.6789), _short(3421.7)
    ('2.68', '3,422')
    """
    return f"{number:.3g}" if number < 1000 else f"{number:,.0f}"


def _markdown(*tables: pd.DataFrame) -> str:
    machines = sorted({machine for table in tables for machine in table["Machine"]})
    parts = [
        "# Speed",
        "Written by `make benchmark`. Ours and a peer run in turns, each in a process of its own, on the same data and "
        "cores. Ratio: the peer's seconds over ours in the same turn, the median of the turns. A row may be measured "
        "alone, at another time than the others: ratios compare, seconds of different rows do not.",
        *(f"Measured on: {machine}." for machine in machines),
        *(markdown(table.drop(columns="Machine")) for table in tables),
    ]
    return "\n\n".join(parts) + "\n"


def markdown(table: pd.DataFrame) -> str:
    lines = [list(table.columns), ["---"] * len(table.columns), *table.to_numpy().tolist()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
