"""A damaged file is renamed to `<file>.corrupt`, and from then on it is absent."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from bench.store.records import Attempt, Manifest, Record, Scores

CELL_REMEDY = "the next run makes this cell again"
WEIGHTS_REMEDY = "the next run pretrains again"
REMEDIES: dict[type[msgspec.Struct], str] = {
    Record: CELL_REMEDY,
    Scores: "the next run computes these scores again",
    Manifest: "the next run writes it again",
    Attempt: "this attempt is no longer counted",
}


def set_aside(warn: Callable[[str], None], path: Path, reason: str, remedy: str, *dependent: Path) -> None:
    """Rename a damaged file, and the `dependent` files that are useless without it.

    `warn` gets one line with the file, the reason and the remedy, except if another process has just renamed the file.
    If the file cannot be renamed, it stays; the caller counts it as absent.
    """
    problem = f"{path}: {' '.join(reason.split()).rstrip('.')}"
    try:
        for file in (path, *dependent):
            file.replace(file.with_name(f"{file.name}.corrupt"))
        warn(f"{problem}; set aside as {path.name}.corrupt; {remedy}.")
    except FileNotFoundError:
        pass
    except OSError as error:
        warn(f"{problem}; it cannot be set aside ({error.strerror}) and is ignored.")
