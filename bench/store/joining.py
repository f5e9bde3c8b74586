"""Several results folders as one: what does not fit together, and the manifest of all cells."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from bench.errors import UsageError
from bench.store.records import Cell, Manifest, Record
from bench.store.sets import is_over_all
from bench.store.store import SETS_FILE, Store, experiments

MEASURED = ("compression.csv", "search.csv", "map_silhouettes.csv", "spaces.csv", "claims.csv")
"""Tables that commands other than `report` write. They are about one folder, and are not joined."""


@dataclass(frozen=True)
class Folder:
    """A results folder and its finished fits."""

    title: str
    """The folder in messages: as the user typed it."""
    store: Store
    manifest: Manifest

    @cached_property
    def finished(self) -> dict[str, Record]:
        """The records of the finished cells of the manifest, by key."""
        records = {cell.key: self.store.finished(cell) for cell in self.manifest.cells}
        return {key: record for key, record in records.items() if record is not None}

    @cached_property
    def tried(self) -> list[Cell]:
        """The cells that were run: those that finished or have an attempt."""
        return [cell for cell in self.manifest.cells if cell.key in self.finished or self.store.attempts(cell.key)]

    @cached_property
    def unnamed(self) -> list[str]:
        """Keys of the records that the manifest does not name. They are not in the tables of the folder either."""
        known = {cell.key for cell in self.manifest.cells}
        return sorted(path.stem for path in self.store.path("cells").glob("*.json") if path.stem not in known)


def open_folder(folder: Path) -> Folder:
    """A results folder that is only read. Raises UsageError, one line, if it is not one, or has no records."""
    if not folder.exists():
        raise UsageError(f"there is no folder {folder}; expected a results folder.")
    if not folder.is_dir():
        raise UsageError(f"{folder} is a file; expected a results folder.")
    place = folder.resolve()  # `.` has no name
    if not any((place / name).exists() for name in ("manifest.json", SETS_FILE)):
        raise UsageError(_no_results(folder))
    store = Store(place.parent, place.name, read_only=True)
    if is_over_all(store):
        raise UsageError(
            f"{folder} has a table over several data sets and no records of its own; merge the results folders of one "
            "data set after the other."
        )
    manifest = store.manifest()
    if manifest is None:
        raise UsageError(f"{folder} cannot be merged: {' '.join(store.warnings)}")
    if store.is_published_copy():
        raise UsageError(
            f"{folder} has published tables without their records; expected the folder in which the cells were run."
        )
    return Folder(str(folder), store, manifest)


def _no_results(folder: Path) -> str:
    inside = experiments(folder)
    if inside:
        return f"{folder} contains the results folders {', '.join(inside)}; name one of them."
    return f"{folder} is not a results folder: it has no manifest.json."


def check_together(folders: Sequence[Folder]) -> None:
    """Raise UsageError, one line, if the folders cannot be joined.

    Their data must be equal, a name of a method must mean one class, and a cell that is finished in two folders must
    have equal arrays there.
    """
    first = folders[0]
    for other in folders[1:]:
        _check_data(first, other)
    _check_classes(folders)
    _check_arrays(folders)


def _check_data(first: Folder, other: Folder) -> None:
    one, two = first.manifest.data, other.manifest.data
    if one.digest != two.digest:
        raise UsageError(
            f"{first.title} has results on data set '{one.name}' ({one.split}, {one.digest[:12]}), and {other.title} "
            f"on '{two.name}' ({two.split}, {two.digest[:12]}); results on different data are not merged."
        )
    if one.sizes != two.sizes:
        raise UsageError(
            f"the manifests of {first.title} and {other.title} state different sizes, {one.sizes} and {two.sizes}, for "
            "the same data; one of them is wrong."
        )


def _check_classes(folders: Sequence[Folder]) -> None:
    known: dict[str, tuple[str, str]] = {}
    for folder in folders:
        for cell in folder.manifest.cells:
            before, where = known.setdefault(cell.method, (cell.implementation, folder.title))
            if before != cell.implementation:
                raise UsageError(
                    f"method '{cell.method}' is {before} in {where}, and {cell.implementation} in {folder.title}; "
                    "results of two classes with one name are not merged."
                )


def _check_arrays(folders: Sequence[Folder]) -> None:
    known: dict[str, tuple[Folder, Record]] = {}
    clashes = []
    for folder in folders:
        for key, record in folder.finished.items():
            before, kept = known.setdefault(key, (folder, record))
            if kept.arrays_digest != record.arrays_digest:
                clashes.append((key, before.title, folder.title))
    if clashes:
        key, one, two = clashes[0]
        others = f", and so have {len(clashes) - 1} other cells" if len(clashes) > 1 else ""
        raise UsageError(
            f"cell {key} has other arrays in {two} than in {one}{others}: one seed of one configuration has two "
            "results, and only one of them can be in a table; run other seeds, or leave one of the folders out."
        )


def joined_manifest(name: str, folders: Sequence[Folder], command: str) -> Manifest:
    """The manifest of all cells of folders that fit together. The first folder names the data set."""
    manifests = [folder.manifest for folder in folders]
    data = manifests[0].data
    caveats = list(dict.fromkeys(line for each in manifests for line in each.data.caveats))
    return Manifest(
        name=name,
        commands=list(dict.fromkeys([*(line for each in manifests for line in each.commands), command])),
        created_at=min(each.created_at for each in manifests),
        data=msgspec.structs.replace(data, caveats=caveats),
        environment=manifests[0].environment,
        code_versions=list(dict.fromkeys(code for each in manifests for code in each.code_versions)),
        notes=_notes(folders),
        cells=list({cell.key: cell for each in manifests for cell in each.cells}.values()),
    )


def _notes(folders: Sequence[Folder]) -> list[str]:
    """The notes of all folders. A note that only some of them have says whose cells it is about."""
    having: dict[str, list[str]] = {}
    for folder in folders:
        for note in folder.manifest.notes:
            having.setdefault(note, []).append(folder.store.name)
    return list(
        dict.fromkeys(
            note if len(names) == len(folders) or note.startswith(_PART) else f"{_PART} {', '.join(names)}: {note}"
            for note, names in having.items()
        )
    )


_PART = "Only for the cells of"
"""Beginning of a note about a part of the cells."""


def differences(folders: Sequence[Folder]) -> list[str]:
    """One line for each difference between folders that fit together."""
    lines = []
    codes = Counter(record.code_version for folder in folders for record in folder.finished.values())
    if len(codes) > 1:
        counts = ", ".join(f"{count} with {code[:12]}" for code, count in sorted(codes.items()))
        lines.append(f"the cells were run with different code versions ({counts}); the tables say so.")
    data: dict[tuple[str, str], str] = {}
    for folder in folders:
        data.setdefault((folder.manifest.data.title, folder.manifest.data.split), folder.title)
    if len(data) > 1:
        named = ", ".join(f"'{name}' ({split}) in {title}" for (name, split), title in data.items())
        lines.append(f"the same data have several names: {named}; the results have the first one.")
    return lines


def left_out(sources: Sequence[Folder]) -> list[str]:
    """One line for everything in the sources that is not joined."""
    lines = []
    for source in sources:
        if source.unnamed:
            lines.append(
                f"{source.title} has records that its manifest does not name ({len(source.unnamed)}); they are not "
                f"merged: {', '.join(source.unnamed[:3])}{', …' if len(source.unnamed) > 3 else ''}."
            )
        if tables := [name for name in MEASURED if source.store.path(name).exists()]:
            lines.append(f"{source.title}: not merged, because other commands write them: {', '.join(tables)}.")
    return lines
