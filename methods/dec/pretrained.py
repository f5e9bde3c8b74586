"""A pretrained autoencoder on disk: safetensors weights, with what they were made from and what they cost."""

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
    """Write beside and rename into place, so that a reader never sees half a file."""
    metadata = {
        "made_from": json.dumps(made_from, sort_keys=True),
        "history": json.dumps(pretrained.history),
        "seconds": json.dumps(pretrained.seconds),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with beside.open("wb") as file:
        file.write(save({name: weight.contiguous() for name, weight in pretrained.weights.items()}, metadata))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def load_pretrained(path: Path, made_from: dict[str, Any]) -> Pretrained:
    """Raises ValueError if the file is no pretrained autoencoder or was made from something else than `made_from`."""
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no dict
    except (SafetensorError, OSError) as error:
        raise ValueError(f"pretrained={str(path)!r} cannot be read: {error}") from error
    if "made_from" not in metadata:
        raise ValueError(f"pretrained={str(path)!r} was not written by this project: it does not say what it is.")
    stored = json.loads(metadata["made_from"])
    for name, expected in made_from.items():
        if stored.get(name) != expected:
            raise ValueError(
                f"pretrained={str(path)!r} was made with {name}={stored.get(name)!r}, expected {expected!r}."
            )
    return Pretrained(weights, json.loads(metadata["history"]), json.loads(metadata["seconds"]))
