"""A pretrained autoencoder on disk: safetensors weights, with the settings, the losses and the time of training.

The digest in the file is the SHA-256 of all its other bytes. It is checked before anything else is read, so a file that
has changed in any byte is recognised as damaged. It does not protect from forgery: its algorithm is public.
"""

import errno
import hashlib
import json
import os
import re
import stat
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import msgspec
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from methods.fit_warnings import warn

HARDWARE = "hardware"
"""The setting that names the device of the training. Weights of another device can be used."""
_NO_DIGEST = b"0" * 64
_DIGEST = re.compile(rb'"digest":"([0-9a-f]{64})"')
"""The digest in the header. In the other values of the header, each quotation mark has a backslash before it."""


@dataclass(frozen=True)
class Pretrained:
    """Weights by name, the loss of each epoch, and the wall seconds of the training."""

    weights: dict[str, Tensor]
    history: dict[str, list[float]]
    seconds: float


class _Training(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is stored beside the weights. `name`: the name under which the file was written."""

    name: str
    made_from: dict[str, Any]
    history: dict[str, list[float]]
    seconds: Annotated[float, msgspec.Meta(ge=0)]


class _Strings(msgspec.Struct):
    digest: str
    training: str


class _Header(msgspec.Struct):
    strings: _Strings = msgspec.field(name="__metadata__")


class _DamagedError(ValueError):
    """The content of the file is not what was written."""


def save_pretrained(path: Path, pretrained: Pretrained, made_from: dict[str, Any]) -> None:
    """Write to a temporary file and rename it, so that a reader never reads an incomplete file.

    `made_from`: the settings that determine the weights, in types that JSON has. Raises ValueError if the seconds or a
    loss are not finite.
    """
    weights = {name: weight.contiguous() for name, weight in pretrained.weights.items()}
    training = {
        "name": path.name,
        "made_from": made_from,
        "history": pretrained.history,
        "seconds": pretrained.seconds,
    }
    strings = {"digest": _NO_DIGEST.decode(), "training": json.dumps(training, sort_keys=True, allow_nan=False)}
    content = save(weights, strings)
    place = _DIGEST.search(content)
    assert place is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(content[: place.start(1)] + _digest(content, place).encode() + content[place.end(1) :])
            file.flush()
            _sync(file)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _sync(file: BinaryIO) -> None:
    """Wait until the content is on the disk. Some network folders cannot say so: then the digest has to find a loss."""
    try:
        os.fsync(file.fileno())
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
            raise


def load_pretrained(path: Path, made_from: dict[str, Any]) -> Pretrained:
    """Read a pretrained autoencoder.

    Weights from another device are float32, too, but another precision may have trained them; they are used, with a
    warning. Raises ValueError if the file cannot be read, is damaged, or was made from other settings than `made_from`.
    """
    try:
        training, weights = _read(path)
    except OSError as error:
        raise ValueError(f"pretrained={str(path)!r} cannot be read: {error.strerror or error}.") from error
    except _DamagedError as error:
        raise ValueError(f"pretrained={str(path)!r} cannot be used: {error}.") from error
    stored, here = training.made_from, made_from.get(HARDWARE)
    of_device = () if stored.get(HARDWARE) == here else (HARDWARE, "precision")
    for name, expected in made_from.items():
        if name not in of_device and stored.get(name) != expected:
            raise ValueError(
                f"pretrained={str(path)!r} was made with {name}={stored.get(name)!r}, expected {expected!r}."
            )
    if of_device:
        trained_on = ", ".join(str(stored.get(name, f"unknown {name}")) for name in of_device)
        used_on = ", ".join(str(made_from[name]) for name in of_device)
        warn(
            UserWarning(
                f"pretrained={str(path)!r} was trained on another device ({trained_on}; here {used_on}): the result is "
                "not equal, to the bit, to that of a fit that pretrains here."
            )
        )
    return Pretrained(weights, training.history, training.seconds)


def is_whole(path: Path) -> bool:
    """Whether the file has the content that was written, and under this name. False if there is no file.

    Raises OSError if the file exists but cannot be read, for example without permission. Such a file is not damaged: it
    must not be replaced.
    """
    try:
        training, _ = _read(path)
    except (FileNotFoundError, _DamagedError):
        return False
    return training.name == path.name


def _read(path: Path) -> tuple[_Training, dict[str, Tensor]]:
    """Raises OSError if the file cannot be read, and _DamagedError if its content is not valid."""
    if not stat.S_ISREG(path.stat().st_mode):  # reading from a pipe would wait for a writer
        raise _DamagedError("it is not a regular file")
    # Plain reads: they raise OSError after an error of the disk. A memory map would end the process instead.
    content = path.read_bytes()
    place = _DIGEST.search(content)
    if place is None:
        raise _DamagedError("it has no digest, so this project did not write it")
    if place[1].decode() != _digest(content, place):
        raise _DamagedError("its content differs from its digest")
    # From here on, only files with a forged digest are not valid.
    length = int.from_bytes(content[:8], "little")
    try:
        header = msgspec.json.decode(content[8 : 8 + length], type=_Header)
        return msgspec.json.decode(header.strings.training, type=_Training), load(content)
    except (SafetensorError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise _DamagedError(f"its content is not valid ({type(error).__name__}: {error})") from error


def _digest(content: bytes, place: re.Match[bytes]) -> str:
    """SHA-256 of all bytes, with zeros in the place of the digest."""
    digest = hashlib.sha256(memoryview(content)[: place.start(1)])
    digest.update(_NO_DIGEST)
    digest.update(memoryview(content)[place.end(1) :])
    return digest.hexdigest()
