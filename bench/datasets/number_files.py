"""Reads arrays from `.npz` and `.npy` files. Pickled objects are never loaded."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from bench.datasets.catalogue import DEFAULT_SPLIT
from bench.datasets.columns import LABEL_NAMES
from bench.errors import UsageError
from bench.store.remarks import Remark, caveat, fact

_FEATURES = ("x", "data", "features", "images", "arr_0", "embeddings")
_LABELS = ("y", "target", "targets", "labels", "label", "arr_1")
_ALL_LABELS = (*_LABELS, *(name for name in LABEL_NAMES if name not in _LABELS))
_PARTS = {"train": "train", "val": "validation", "valid": "validation", "validation": "validation", "test": "test"}


@dataclass(frozen=True, eq=False)
class Arrays:
    """The features and the labels of the chosen parts of a file, one part after the other."""

    X: NDArray[Any]
    y: NDArray[Any] | None
    split: str
    parts: dict[str, int]
    """Number of rows of each part, in order."""
    notes: list[Remark]


def read_numbers(path: Path, split: str) -> Arrays:
    """The arrays of the file. Raises UsageError if it cannot be read, or if `split` names a part that it lacks."""
    try:
        if path.suffix.lower() == ".npy":
            _check_split(path, split, {"all"})
            array = npy.open_memmap(path, mode="r")
            return Arrays(_plain(array), None, "all", {"all": len(array)} if array.ndim else {}, [])
        with zipfile.ZipFile(path) as archive:
            sizes = {_key(info.filename): info.file_size for info in archive.infolist()}
            kept = {_key(name): name for name in archive.namelist() if name.endswith(".npy")}
            parts, unread = _roles(path, list(kept))
            chosen = _chosen(path, split, parts)
            found = {
                part: tuple(None if key is None else _member(archive, kept[key], sizes[key]) for key in parts[part])
                for part in chosen
            }
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, NotImplementedError) as error:
        if isinstance(error, UsageError):
            raise
        raise UsageError(f"cannot read data set '{path.name}' ({_reason(error)})") from error
    if len({labels is None for _, labels in found.values()}) > 1:
        raise UsageError(
            f"data set '{path.name}': only some of the parts {', '.join(chosen)} have labels; choose one with --split"
        )
    return _joined(path, found, _notes(path, [labels for _, labels in map(parts.__getitem__, chosen)], unread))


def _notes(path: Path, labels: list[str | None], unread: list[str]) -> list[Remark]:
    """Remarks about labels under a name that is not documented, and about the arrays that are not read."""
    notes = []
    plain = {f"{each}{part}" for each in _LABELS for part in ("", *(f"_{part}" for part in _PARTS))}
    plain |= {f"{part}_{each}" for each in _LABELS for part in _PARTS}
    if unusual := [name for name in labels if name is not None and name.lower() not in plain]:
        notes.append(fact(f"the true labels are the array '{unusual[0]}', found by its name; y wins over it"))
    if unread:
        remedy = "" if any(labels) else "; if one of them has the true labels, save it again under the name y"
        notes.append(caveat(f"not read: {', '.join(unread)}{remedy}"))
    return [note.about(path.name) for note in notes]


def _roles(path: Path, keys: list[str]) -> tuple[dict[str, tuple[str, str | None]], list[str]]:
    """The keys of features and labels by part, and the keys that are neither."""
    parts: dict[str, tuple[str, str | None]] = {}
    lower = {key.lower(): key for key in keys}
    for short, part in _PARTS.items():
        for name in _FEATURES:
            for pattern in ("{0}_{1}", "{1}_{0}"):
                feature = lower.get(pattern.format(name, short))
                if feature is not None and part not in parts:
                    labels = (lower.get(pattern.format(label, short)) for label in _ALL_LABELS)
                    parts[part] = feature, next((each for each in labels if each is not None), None)
    if not parts and len(keys) == 1:
        parts = {"all": (keys[0], None)}
    if not parts and (feature := next((lower[name] for name in _FEATURES if name in lower), None)) is not None:
        parts = {"all": (feature, next((lower[name] for name in _ALL_LABELS if name in lower), None))}
    if not parts:
        raise UsageError(
            f"data set '{path.name}' has the arrays {', '.join(keys) or 'none'}; expected X and y, data and target, or "
            "x_train, y_train, x_test and y_test: save it again with these names by numpy.savez"
        )
    used = {key for pair in parts.values() for key in pair}
    return parts, [key for key in keys if key not in used]


def _chosen(path: Path, split: str, parts: Mapping[str, Any]) -> list[str]:
    """The parts that the split names."""
    if split == "all" or (split == DEFAULT_SPLIT and "all" in parts):
        return list(parts)
    if split == DEFAULT_SPLIT:
        return [name for name in ("train", "test") if name in parts] or list(parts)
    _check_split(path, split, set(parts))
    return [name.strip() for name in split.split("+")]


def _check_split(path: Path, split: str, parts: set[str]) -> None:
    names = [name.strip() for name in split.split("+")]
    if split not in (DEFAULT_SPLIT, "all") and (not set(names) <= parts or len(set(names)) < len(names)):
        raise UsageError(
            f"data set '{path.name}': unknown split '{split}'; expected all"
            + "".join(f", {part}" for part in sorted(parts - {"all"}))
            + (", or several with + between them" if len(parts) > 1 else "; --limit takes a part of the rows")
        )


def _member(archive: zipfile.ZipFile, name: str, size: int) -> NDArray[Any]:
    """One array; its header is compared with its size before memory is taken for it."""
    with archive.open(name) as file:
        version = npy.read_magic(file)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, _, dtype = read(file)
    if dtype.hasobject:
        raise ValueError("Python objects")
    if prod(shape) * dtype.itemsize > size:
        raise ValueError(f"array '{_key(name)}' declares the shape {shape}, but has {size:,} bytes")
    with archive.open(name) as file:
        return _plain(npy.read_array(file, allow_pickle=False))


def _plain(array: NDArray[Any]) -> NDArray[Any]:
    if array.dtype.names is not None:
        raise ValueError(f"the array has the fields {', '.join(array.dtype.names)}; save the numbers alone")
    return array


def _joined(path: Path, found: Mapping[str, tuple[Any, ...]], notes: list[Remark]) -> Arrays:
    for part, (features, labels) in found.items():
        n_labels = None if labels is None else (len(labels) if labels.ndim else 0)
        if features.ndim and n_labels not in (None, len(features)):
            raise UsageError(
                f"data set '{path.name}': part {part} has {len(features):,} rows and {n_labels:,} labels; expected as "
                "many"
            )
    features = [pair[0] for pair in found.values()]
    labels = [_flat(pair[1]) for pair in found.values() if pair[1] is not None]
    if len({(each.shape[1:], each.dtype) for each in features}) > 1:
        shapes = " and ".join(f"{each.shape} {each.dtype}" for each in features)
        raise UsageError(
            f"data set '{path.name}' has parts of different shapes or types: {shapes}; choose one by --split"
        )
    return Arrays(
        X=features[0] if len(features) == 1 else np.concatenate(features),
        y=np.concatenate(labels) if labels else None,
        split="+".join(found),
        parts={part: len(pair[0]) if pair[0].ndim else 0 for part, pair in found.items()},
        notes=notes,
    )


def _flat(labels: NDArray[Any]) -> NDArray[Any]:
    """Labels of shape (n,), as texts if they are bytes: MedMNIST and Keras's CIFAR-10 have (n, 1)."""
    if labels.dtype.kind == "S":
        labels = np.char.decode(labels, "utf-8")
    return labels[:, 0] if labels.ndim == 2 and labels.shape[1] == 1 else labels


def _key(name: str) -> str:
    return name.removesuffix(".npy")


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split())
    if "allow_pickle" in text or "Python objects" in text:
        return "it has Python objects, which are not loaded, because they can run programs; save numbers or texts"
    return text or type(error).__name__
