"""The table of all measurements: ratios to a peer, and values with an upper limit; as CSV and Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pandas as pd

PUBLISHED = Path(__file__).resolve().parents[2] / "results" / "benchmarks"
"""Where the published rows are, and where new ones are written."""
ALLOWED_SHARE = 0.8
"""A new ratio may be this share of the published one: timings of one row differ by up to a fifth from run to run."""


@dataclass(frozen=True)
class Ratio:
    """Seconds of a peer divided by our seconds, measured in turns."""

    what: str
    peer: str
    target: float
    ours: list[float]
    """Seconds of each turn."""
    theirs: list[float]
    facts: str

    file = "ratios.csv"

    @property
    def ratios(self) -> list[float]:
        """One ratio for each turn."""
        return [theirs / ours for ours, theirs in zip(self.ours, self.theirs, strict=True)]

    def line(self) -> dict[str, str]:
        return {
            "What": self.what,
            "Peer": self.peer,
            "Ours, s": f"{median(self.ours):.3g}",
            "Peer, s": f"{median(self.theirs):.3g}",
            "Ratio": f"{_short(median(self.ratios))}×",
            "Lowest – highest": f"{_short(min(self.ratios))} – {_short(max(self.ratios))}",
            "To reach": f"≥ {self.target:g}×",
            "Reached": "yes" if median(self.ratios) >= self.target else "no",
            "Turns": str(len(self.ratios)),
            "Measured beside": self.facts,
        }

    def problem(self, published: dict[str, str]) -> str | None:
        """Why this ratio is too low beside the published row; None if it is high enough."""
        ratio = median(self.ratios)
        if ratio >= ALLOWED_SHARE * float(published["Ratio"].removesuffix("×").replace(",", "")):
            return None
        return (
            f"{self.what}: expected at least {ALLOWED_SHARE:g} of the published ratio of {published['Ratio']}, "
            f"measured {_short(ratio)}×"
        )


@dataclass(frozen=True)
class Limit:
    """A value that must not exceed its limit."""

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

    def problem(self, published: dict[str, str]) -> str | None:
        """Why this value is too high beside the published row; None if it is low enough."""
        if self.value <= float(published["At most"].removesuffix(self.unit)):
            return None
        return f"{self.what}: expected at most {published['At most']}, measured {self.value:.3g} {self.unit}"


Row = Ratio | Limit


def check_rows(rows: Sequence[Row], folder: Path = PUBLISHED) -> None:
    """Compare new rows with the published rows of the same name; a row that is not published yet passes.

    Raises AssertionError with one line for each ratio below 0.8 × the published ratio, and for each value above the
    published limit.
    """
    problems = []
    for row in rows:
        published = _read(folder / row.file)
        same = published[published["What"] == row.what] if len(published) else published
        problems += [problem for line in same.to_dict("records") if (problem := row.problem(line))]
    if problems:
        raise AssertionError("\n".join(problems))


def write_tables(rows: Sequence[Row], folder: Path, machine: str) -> None:
    """Write the CSV files and table.md. A published row that was not measured this time stays unchanged."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = []
    for kind in (Ratio, Limit):
        lines = [{**row.line(), "Machine": machine} for row in rows if isinstance(row, kind)]
        table = pd.concat([_read(folder / kind.file), pd.DataFrame(lines)])
        if len(table):
            table = table.drop_duplicates("What", keep="last")
            table.to_csv(folder / kind.file, index=False, lineterminator="\n")
            tables.append(table)
    (folder / "table.md").write_text(_markdown(*tables), encoding="utf-8")


def summary(folder: Path) -> str:
    """The short table of docs/results/speed.md, from the CSV files in `folder`."""
    ratios = _read(folder / Ratio.file)[["What", "Peer", "Ratio", "To reach"]]
    limits = _read(folder / Limit.file)[["What", "Measured", "At most"]]
    return f"{markdown(ratios)}\n\n{markdown(limits)}\n"


def _read(path: Path) -> pd.DataFrame:
    """All published rows as text; an empty frame where the file does not exist."""
    return pd.read_csv(path, dtype=str, keep_default_na=False) if path.exists() else pd.DataFrame()


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
        "Written by `make benchmark`. Our code and a peer run in turns. Each runs in a process of its own, on the same "
        "data and the same cores. Ratio: the peer's seconds divided by our seconds in the same turn; the table has the "
        "median over the turns. A row can be measured alone, at another time than the other rows. So compare ratios, "
        "but do not compare the seconds of different rows.",
        *(f"Measured on: {machine}." for machine in machines),
        *(markdown(table.drop(columns="Machine")) for table in tables),
    ]
    return "\n\n".join(parts) + "\n"


def markdown(table: pd.DataFrame) -> str:
    """The frame as a Markdown table."""
    lines = [list(table.columns), ["---"] * len(table.columns), *table.to_numpy().tolist()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
