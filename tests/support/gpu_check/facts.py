"""gpu.json: the endings of the stages, and numbers other than times, such as ceilings and kernels per step."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gpu_check.turns import Setting

MACHINE, CEILINGS = "machine", "ceilings"
"""What a fact can be about, besides a work."""
COPY, BFLOAT16, FLOAT64 = "copy", "bfloat16 product", "float64 product"
"""Names of the ceilings with which the work of a row is compared, in GB/s and TFLOP/s."""
BYTES = "bytes per image"
OPERATIONS = {BFLOAT16: "operations per image, bfloat16", FLOAT64: "operations per image, float64"}


def kernels_of(side: str) -> str:
    """The name of the fact with a side's kernels: for each step, epoch or call."""
    return f"kernels, {side}"


@dataclass(frozen=True)
class Fact:
    """A number, or a text such as a version."""

    setting: Setting
    about: str
    """MACHINE, CEILINGS, or the name of a work."""
    name: str
    value: float | str
    unit: str = ""
    lowest: float | None = None
    highest: float | None = None


@dataclass(frozen=True)
class Stage:
    """How one stage of the check ended."""

    setting: Setting
    name: str
    ending: str
    """`ok`, or why the stage has no or not all results."""
    seconds: float
    limit: float
    last_line: str
    """The last line that the stage printed."""


def add(path: Path, found: Iterable[Fact | Stage]) -> None:
    """Add facts and stages to the file, which is replaced as a whole: a killed process leaves the file before it."""
    lists = _load(path)
    for one in found:
        lists["facts" if isinstance(one, Fact) else "stages"].append(asdict(one))
    beside = path.with_suffix(".part")
    beside.write_text(json.dumps(lists, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    beside.replace(path)


def facts(path: Path) -> list[Fact]:
    """All facts in the order in which they were added; none if there is no file."""
    return [Fact(**{**one, "setting": Setting(**one["setting"])}) for one in _load(path)["facts"]]


def stages(path: Path) -> list[Stage]:
    """All stages, as `facts`."""
    return [Stage(**{**one, "setting": Setting(**one["setting"])}) for one in _load(path)["stages"]]


def _load(path: Path) -> dict[str, list[dict[str, Any]]]:
    if not path.exists():
        return {"facts": [], "stages": []}
    lists: dict[str, list[dict[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))
    return lists
