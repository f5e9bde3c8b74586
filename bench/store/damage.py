"""A damaged file is renamed to `<file>.corrupt`, and from then on it is absent."""

import zipfile
from pathlib import Path

import msgspec

from bench.store.records import Attempt, Manifest, Record, Scores

DAMAGED_ARRAYS = (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile)
"""Exceptions that numpy and zipfile raise for a truncated or overwritten .npz file."""
CELL_REMEDY = "the next run makes this cell again"
WEIGHTS_REMEDY = "the next run pretrains again"
REMEDIES: dict[type[msgspec.Struct], str] = {
    Record: CELL_REMEDY,
    Scores: "the next run computes these scores again",
    Manifest: "the next run writes it again",
    Attempt: "this attempt is no longer counted",
}


def set_aside(path: Path, reason: str, remedy: str, *dependent: Path) -> str | None:
    """Rename a damaged file, and the `dependent` files that are useless without it.

    Returns a warning of one line: the file, the reason and the remedy. Returns None if another process has just
    renamed the file.
    """
    problem = f"{path}: {' '.join(reason.split())}"
    try:
        for file in (path, *dependent):
            file.replace(file.with_name(f"{file.name}.corrupt"))
    except FileNotFoundError:
        return None
    except OSError as error:  # where nothing can be written, the file stays, and counts as absent
        return f"{problem}; it cannot be set aside ({error.strerror}) and is ignored."
    return f"{problem}; set aside as {path.name}.corrupt; {remedy}."
