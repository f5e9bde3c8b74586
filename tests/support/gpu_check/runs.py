"""The whole fits of `bench run`: their seconds are read from the records that it has written."""

import json
import sys
from pathlib import Path
from typing import Any

from gpu_check import images, turns
from gpu_check.machine import Check
from gpu_check.turns import OURS


def records(folder: Path) -> list[dict[str, Any]]:
    """The records of a results folder, in the order in which their fits ended."""
    return [
        json.loads(path.read_text()) for path in sorted(folder.glob("cells/*.json"), key=lambda p: p.stat().st_mtime)
    ]


def note(record: dict[str, Any]) -> str:
    """The seconds of the phases of a fit."""
    return ", ".join(f"{phase} {seconds:.3g} s" for phase, seconds in record["phase_seconds"].items())


def main(folder: str) -> None:
    """Keep the fits that gpu.csv does not have yet. Their number is their seed."""
    check = Check.of_environment()
    n_samples = images.count(check)
    kept = {(turn.setting, turn.work, turn.turn) for turn in turns.read(check.out / "gpu.csv") if turn.side == OURS}
    for record in records(Path(folder)):
        work, seed = record["cell"]["preset"], record["cell"]["seed"]
        if (check.setting, work, seed) not in kept:
            n_images = record["n_iter"] * n_samples
            check.turn(work, OURS, seed, record["fit_seconds"], n_images, note(record))


if __name__ == "__main__":
    main(sys.argv[1])
