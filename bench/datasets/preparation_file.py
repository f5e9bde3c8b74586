"""The file of a preparation: preparation.safetensors, which carries its own digest.

The digest finds damage, not forgery.
"""

import hashlib
import json
from pathlib import Path

import msgspec
import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from bench.datasets.preparation import Preparation, Steps
from bench.errors import UsageError

FORMAT_VERSION = 2
_KEY = "dec-bench-preparation"


class _Text(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The text in the header of the file."""

    format_version: int = FORMAT_VERSION
    steps: Steps
    data_digest: str
    weights_digest: str
    digest: str
    """Of everything else in the file."""


def pack(preparation: Preparation) -> bytes:
    """The bytes of a safetensors file; the same for the same preparation."""
    text = _Text(
        steps=preparation.steps,
        data_digest=preparation.data_digest,
        weights_digest=preparation.weights_digest,
        digest=_digest(preparation),
    )
    arrays = {name: np.ascontiguousarray(array) for name, array in sorted(preparation.arrays.items())}
    # One text: the order of several in the header is not always the same.
    content: bytes = save(arrays, {_KEY: msgspec.json.encode(text, order="deterministic").decode()})
    return content


def unpack(content: bytes, path: Path, remedy: str) -> Preparation:
    """The preparation in the bytes of the file `path`.

    Raises UsageError, one line that ends with `remedy`, if it has none, is damaged, or is of an older version.
    """
    try:
        length = int.from_bytes(content[:8], "little")
        text = json.loads(content[8 : 8 + length])["__metadata__"][_KEY]
        arrays = load(content)
        version = json.loads(text)["format_version"]
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise UsageError(f"{path}: it has no preparation of data, or is damaged; {remedy}.") from error
    if version != FORMAT_VERSION:
        raise _other_version(path, version, remedy)
    try:
        known = msgspec.json.decode(text, type=_Text)
    except msgspec.MsgspecError as error:
        raise UsageError(f"{path} is damaged: its steps are not valid ({error}); {remedy}.") from error
    found = Preparation(known.steps, arrays, known.data_digest, known.weights_digest)
    if _digest(found) != known.digest:
        raise UsageError(f"{path} is damaged: its content differs from its digest; {remedy}.")
    return found


def read_preparation(path: Path, remedy: str) -> Preparation:
    """The preparation in a file. Raises UsageError, one line that ends with `remedy`, if there is none."""
    try:
        return unpack(path.read_bytes(), path, remedy)
    except OSError as error:
        raise UsageError(f"cannot read '{path}' ({error.strerror}); {remedy}.") from error


def steps_digest(preparation: Preparation) -> str:
    """SHA-256 of the steps and their arrays: equal digests prepare rows equally."""
    sha = hashlib.sha256(msgspec.json.encode(preparation.steps, order="deterministic"))
    for name, array in sorted(preparation.arrays.items()):
        sha.update(msgspec.json.encode([name, array.dtype.str, array.shape]))
        sha.update(np.ascontiguousarray(array).tobytes())
    return sha.hexdigest()


def _digest(preparation: Preparation) -> str:
    parts = [steps_digest(preparation), preparation.data_digest, preparation.weights_digest]
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def _other_version(path: Path, version: object, remedy: str) -> UsageError:
    if isinstance(version, int) and version > FORMAT_VERSION:
        return UsageError(
            f"{path} has format version {version}; this version reads {FORMAT_VERSION}; install a newer dec-bench."
        )
    return UsageError(f"{path} was written by an older version; {remedy}.")
