"""The name of a pretrained model, such as `timm:resnet18.a1_in1k`: which library reads it, and what it takes.

This module imports no heavy library, so that a name is checked quickly.
"""

import hashlib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from bench.errors import UsageError
from methods.registry import Extra, MethodError, did_you_mean, nearest

if TYPE_CHECKING:
    from bench.datasets.rows import Kind

EXPECTED = (
    "expected timm:NAME or transformers:NAME for images, or the name of a sentence-transformers model for texts; NAME "
    "is on the Hub, NAME@REVISION a revision of it, and a path is a local folder"
)


@dataclass(frozen=True)
class Library:
    """A library that reads pretrained models."""

    name: str
    """As on PyPI."""
    extra: Extra
    kind: "Kind"
    """The kind of rows whose features its models compute."""
    owner: str
    """Owner, on the Hub, of the models whose names have no owner; empty: there are none."""


LIBRARIES = {
    "timm": Library("timm", Extra("features", "timm"), "images", "timm"),
    "transformers": Library("transformers", Extra("features", "transformers"), "images", ""),
    "sentence-transformers": Library(
        "sentence-transformers", Extra("text", "sentence_transformers"), "texts", "sentence-transformers"
    ),
}


@dataclass(frozen=True)
class PretrainedModel:
    """A pretrained model that the user named."""

    text: str
    """The name as it was typed."""
    library: Library
    folder: Path | None
    """Absolute path of a local model; None for the Hub."""
    hub_id: str = ""
    revision: str | None = None

    def check_library(self) -> None:
        """Raise UsageError, one line with the command for pip, if the library is not installed."""
        try:
            self.library.extra.check(f"--features {self.text}")
        except MethodError as error:
            raise UsageError(str(error)) from None

    def check_kind(self, kind: "Kind", source: str) -> None:
        """Raise UsageError if the model does not take rows of this kind."""
        if kind != self.library.kind:
            raise UsageError(
                f"--features {self.text} is a model of {self.library.kind}, and data set '{source}' has {kind}; "
                f"{EXPECTED}"
            )

    @property
    def key(self) -> list[str]:
        """What decides the features beside the rows, without a look at the weights: name, files and library.

        The files of a local model count with their sizes and times. The device is not a part: a machine without a GPU
        reads what one with a GPU has computed, so that all processes of a run have the same features.
        """
        return [self.text, installed(self.library.name), "" if self.folder is None else _state(self.folder)]


def pretrained_model(text: str) -> PretrainedModel:
    """The model of that name. Raises UsageError if the name is not valid; the network is not used.

    >>> pretrained_model("timm:resnet18.a1_in1k@v2").hub_id, pretrained_model("all-MiniLM-L6-v2").hub_id
    ('timm/resnet18.a1_in1k', 'sentence-transformers/all-MiniLM-L6-v2')
    """
    prefix, colon, rest = text.partition(":")
    if colon and prefix not in LIBRARIES and not Path(text).is_dir():
        hint = did_you_mean(f"{near}:{rest}" for near in nearest(prefix, LIBRARIES))
        raise UsageError(f"--features {text} is not valid;{hint} {EXPECTED}")
    library = LIBRARIES[prefix] if colon and prefix in LIBRARIES else LIBRARIES["sentence-transformers"]
    name = rest if colon and prefix in LIBRARIES else text
    folder = Path(name).expanduser()
    if name and folder.is_dir():
        return PretrainedModel(text, library, folder.resolve())
    hub_id, at, revision = name.partition("@")
    if "/" not in hub_id and hub_id and library.owner:
        hub_id = f"{library.owner}/{hub_id}"
    is_path = name.startswith((".", "/", "~")) or folder.is_file()
    if is_path or (at and not revision) or not 0 < hub_id.count("/") < 2 or not all(hub_id.split("/")):
        problem = f"there is no folder '{name}'" if is_path else "the name is not valid"
        raise UsageError(f"--features {text}: {problem}; {EXPECTED}")
    return PretrainedModel(text, library, None, hub_id, revision or None)


def absolute(text: str) -> str:
    """The name with the absolute path of a local model, so that it means the same in every folder."""
    model = pretrained_model(text)
    if model.folder is None:
        return text
    return f"{model.library.name}:{model.folder}"


def installed(package: str) -> str:
    """The installed version of a package; empty if there is none."""
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return ""


def _state(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{file.relative_to(folder)} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files]
    return hashlib.sha256("\n".join(lines).encode(errors="surrogateescape")).hexdigest()
