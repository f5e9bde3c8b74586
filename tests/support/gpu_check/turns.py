"""gpu.csv: a line for each turn, appended as soon as the turn is measured."""

import csv
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

OURS = "ours"
"""The side of a turn of this project; the other sides are the names of peers."""

ESTIMATED = "estimated:"
"""The beginning of a note on seconds that were not measured as a whole. The table shows such a note."""


@dataclass(frozen=True)
class Setting:
    """Numbers of one table have the same card, host, code and scale."""

    card: str
    """Name of the GPU; `no GPU` for a rehearsal on processors."""
    host: str
    """Name of the processor and number of its cores."""
    code: str
    """Commit of the code that is measured, or a digest of its source outside a checkout."""
    scale: float
    """Share of the full amount of work: 1 for a measurement, less for a rehearsal."""


@dataclass(frozen=True)
class Turn:
    """One timed run of one side."""

    setting: Setting
    work: str
    """Name of the work, as in `gpu_check.goals`."""
    side: str
    turn: int
    """Turns of equal number ran one after the other; 0 is the first."""
    seconds: float
    images: int
    """Images that were worked on in these seconds: samples × epochs."""
    note: str = ""


_OF_SETTING = [field.name for field in fields(Setting)]
_COLUMNS = [*_OF_SETTING, *(field.name for field in fields(Turn) if field.name != "setting")]


def append(path: Path, turns: Iterable[Turn]) -> None:
    """Append turns to the file, which gets its header first if it is new."""
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, _COLUMNS, lineterminator="\n")
        if file.tell() == 0:
            writer.writeheader()
        for turn in turns:
            values = asdict(turn)
            writer.writerow(values.pop("setting") | values)


def read(path: Path) -> list[Turn]:
    """All turns in the order of the file; none if there is no file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [_turn(line) for line in csv.DictReader(file)]


def _turn(line: dict[str, str]) -> Turn:
    setting = Setting(line["card"], line["host"], line["code"], float(line["scale"]))
    numbers = int(line["turn"]), float(line["seconds"]), int(line["images"])
    return Turn(setting, line["work"], line["side"], *numbers, line["note"])
