"""The command `export`: the model of a finished fit as a folder in the form of the Hugging Face Hub."""

import shlex
import shutil
import uuid
from pathlib import Path

import numpy as np
from rich.console import Console

from bench.commands.ending import notes_above
from bench.commands.figures import load_for
from bench.commands.kept_fit import kept_fit
from bench.commands.known_preparation import packed_for, stored_preparation
from bench.console.progress import busy, print_line
from bench.datasets.catalogue import locate
from bench.errors import UsageError
from bench.machine import version as own_version
from bench.report.groups import Group
from bench.report.licences import LICENCES, OTHER
from bench.report.model_card import CARD, ONNX, About, model_card
from bench.running.fitting import as_images
from bench.store.files import cannot_read, read_file
from bench.store.records import Cell
from bench.store.store import MODEL_CONFIG, MODEL_WEIGHTS, PREPARATION, Store
from methods import registry
from methods.registry import did_you_mean, nearest

CHECKED = 256
"""Largest number of samples on which ONNX is compared with torch."""


def export(
    store: Store,
    method: str | None,
    seed: int | None,
    to: Path,
    console: Console,
    *,
    onnx: bool = False,
    licence: str | None = None,
) -> int:
    """Write the stored files of a model, the preparation of its data, and a model card. Returns 0.

    `method`: a label of the table, or a method with one row; None: the only row. `seed` None: the lowest finished one.
    `licence`: of the model, for the card. Raises UsageError or MethodError, one line, if there is no such model, if the
    Hub does not know the licence, or if the folder is not empty or cannot be written. With `onnx` there is also an ONNX
    file; it is an error if the method has none, or if the file differs from torch.
    """
    _check_folder(to)
    identifier = None if licence is None else _identifier(licence)
    kept = kept_fit(store, "export", method, seed)  # a damaged model is refused
    if onnx:
        registry.check_onnx_export(kept.model, "--onnx")  # before the data are read
    cell = kept.fit.cell
    files = {name: _read(store.model_path(cell.key) / name) for name in (MODEL_CONFIG, MODEL_WEIGHTS)}
    files[PREPARATION] = packed_for(stored_preparation(store, kept.fit), files[MODEL_WEIGHTS])
    difference = None
    if onnx:
        data = load_for(store, console)
        with busy(console, "writing and checking ONNX"):
            files[ONNX], difference = kept.model.to_onnx(as_images(np.asarray(data.features[:CHECKED]), data))
    about = _about(store, kept.outcomes.manifest.data.name, kept.group, cell, identifier, difference)
    files[CARD] = model_card(kept.outcomes, kept.group, kept.fit, about).encode()
    _write(files, to)
    for name, content in files.items():
        print_line(console, f"{to / name}: {len(content):,} bytes")
    if difference is not None:
        print_line(console, f"{ONNX} differs from torch by at most {difference:.1g} on samples of the fit.")
    if identifier is None:
        print_line(console, f"note: {CARD} names no licence of the model; --license ID adds one, such as cc-by-4.0.")
    print_line(console, f"read {CARD} before you share the folder: it has the commands and the names of local files.")
    return 0


def _about(
    store: Store, dataset: str, chosen: Group, cell: Cell, identifier: str | None, onnx_difference: float | None
) -> About:
    plugin, place = registry.plugin_of(cell.implementation), locate(dataset)
    declared = registry.method(cell.implementation if plugin is None else plugin.name)
    command = ["python", "-m", "bench", "export", store.name, "--method", chosen.label, "--seed", str(cell.seed)]
    command += ["--to", "FOLDER", *([] if identifier is None else ["--license", identifier])]
    command += ["--onnx"] if onnx_difference is not None else []
    return About(
        description=declared.description,
        class_name=declared.target.partition(":")[2] if plugin is None else None,
        version=own_version.version(),
        code_licence=own_version.licence(),
        licence=identifier,
        hub_id=place.id if place.kind == "hub" else None,
        command=shlex.join(command),
        above=tuple(notes_above(store)),
        onnx_difference=onnx_difference,
    )


def _identifier(licence: str) -> str:
    """A licence in the letters of the Hub, which are small. Raises UsageError if the Hub does not know it.

    >>> _identifier("CC-BY-4.0")
    'cc-by-4.0'
    """
    if licence.lower() in LICENCES:
        return licence.lower()
    raise UsageError(
        f"--license {licence} is not valid;{did_you_mean(nearest(licence, LICENCES))} expected an identifier of the "
        f"Hugging Face Hub, such as mit, apache-2.0 or cc-by-4.0, or {OTHER} for a licence that is not in its list "
        "(huggingface.co/docs/hub/repositories-licenses)."
    )


def _check_folder(to: Path) -> None:
    if to.is_symlink() or (to.exists() and not to.is_dir()):
        raise UsageError(f"--to {to}: it is not a folder; choose the name of a new folder.")
    if to.exists() and any(to.iterdir()):
        raise UsageError(f"--to {to}: the folder is not empty; choose the name of a new folder.")
    if not to.parent.is_dir():
        raise UsageError(f"--to {to}: there is no folder {to.parent}; make it first.")


def _read(path: Path) -> bytes:
    try:
        return read_file(path)
    except OSError as error:
        raise cannot_read(path, error) from error


def _write(files: dict[str, bytes], to: Path) -> None:
    """The folder with all files; a new folder appears with all of them. Raises UsageError if it cannot be written."""
    place = to.resolve()
    temporary = place.with_name(f".{place.name}.{uuid.uuid4().hex}.tmp")
    try:
        temporary.mkdir()
        for name, content in files.items():
            (temporary / name).write_bytes(content)
        if not place.exists():
            temporary.rename(place)
        else:  # it is empty; it may be the folder in which the command was given, so it stays
            for name in files:
                (temporary / name).rename(place / name)
    except OSError as error:
        raise UsageError(f"--to {to}: cannot be written ({error.strerror}); choose another folder.") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
