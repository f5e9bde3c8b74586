"""A pretrained autoencoder on disk: safetensors weights, with the settings, the losses and the time of training."""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor


@dataclass(frozen=True)
class Pretrained:
    """Weights by name, the loss of each epoch, and the wall seconds of the training."""

    weights: dict[str, Tensor]
    history: dict[str, list[float]]
    seconds: float


def save_pretrained(path: Path, pretrained: Pretrained, made_from: dict[str, Any]) -> None:
    """Write to a temporary file and rename it, so that a reader never reads an incomplete file.

    `made_from`: the settings that determine the weights, in types that JSON has.
    """
    weights = {name: weight.contiguous() for name, weight in pretrained.weights.items()}
    metadata = {
        "digest": _digest(weights),
        "made_from": json.dumps(made_from, sort_keys=True),
        "history": json.dumps(pretrained.history),
        "seconds": json.dumps(pretrained.seconds),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(save(weights, metadata))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def load_pretrained(path: Path, made_from: dict[str, Any]) -> Pretrained:
    """Read a pretrained autoencoder.

    Raises ValueError if the file cannot be read, is damaged, or was made from other settings than `made_from`.
    """
    try:
        metadata, weights = _read(path)
    except (SafetensorError, OSError) as error:
        raise ValueError(f"pretrained={str(path)!r} cannot be read: {error}") from error
    if "made_from" not in metadata:
        raise ValueError(f"pretrained={str(path)!r} was not written by this project: its metadata lack made_from.")
    if metadata.get("digest") != _digest(weights):
        raise ValueError(f"pretrained={str(path)!r} is damaged: its weights do not match their digest.")
    stored = json.loads(metadata["made_from"])
    for name, expected in made_from.items():
        if stored.get(name) != expected:
            raise ValueError(
                f"pretrained={str(path)!r} was made with {name}={stored.get(name)!r}, expected {expected!r}."
            )
    return Pretrained(weights, json.loads(metadata["history"]), json.loads(metadata["seconds"]))


def is_whole(path: Path) -> bool:
    """Whether the file can be read and its weights match their digest."""
    try:
        metadata, weights = _read(path)
    except (SafetensorError, OSError):
        return False
    return metadata.get("digest") == _digest(weights)


def _read(path: Path) -> tuple[dict[str, str], dict[str, Tensor]]:
    with safe_open(path, framework="pt") as file:
        return file.metadata() or {}, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no dict


def _digest(weights: dict[str, Tensor]) -> str:
    """SHA-256 of names and values."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        digest.update(name.encode() + b"\0" + weights[name].numpy().tobytes())
    return digest.hexdigest()
