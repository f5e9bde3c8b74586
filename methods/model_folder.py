"""A kept model on disk: a folder with config.json and model.safetensors, the two names that the Hugging Face Hub knows.

Both files are covered by digests in config.json, so a change of either is found. The digests find damage, not forgery.
"""

import errno
import hashlib
import json
import os
import stat
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from methods.errors import MethodError

CONFIG, WEIGHTS = "config.json", "model.safetensors"
FORMAT = "dec-bench model"
FORMAT_VERSION = 1
_REMEDY = "save the model again, or copy the folder again"
_EXPECTED = "expected a folder that `save` has written"


class File(msgspec.Struct, forbid_unknown_fields=True):
    """What `config.json` says about `model.safetensors`."""

    bytes: int
    sha256: str


class Config(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The content of `config.json`."""

    format: str = FORMAT
    format_version: int = FORMAT_VERSION
    method: str
    """The registered name."""
    class_: str = msgspec.field(name="class")
    """The public name of the class, for readers."""
    options: dict[str, Any]
    """All arguments of the constructor."""
    state: dict[str, Any]
    """What `fit` has learnt, as `methods.values` encodes it; arrays are in `model.safetensors`."""
    versions: dict[str, str]
    """Of Python and of each library that took part, for readers."""
    weights: File | None = None


def model_files(config: Config, arrays: dict[str, NDArray[Any]]) -> dict[str, bytes]:
    """The content of both files, by name. `config.weights` is set."""
    content = save(arrays)
    config.weights = File(len(content), hashlib.sha256(content).hexdigest())
    fields = msgspec.to_builtins(config)
    text = json.dumps({**fields, "digest": _digest(fields)}, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    return {WEIGHTS: content, CONFIG: text.encode()}


def write_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Write the files of a model; other files of the folder stay.

    Each file is written under another name and then renamed.
    A new folder appears with both files. If the writing over an older model is interrupted between the two renamings,
    the digests differ, and the folder is refused.

    Raises MethodError if the folder cannot be written, or has one of the two files from another program.
    """
    try:
        _check_own(folder)
        if folder.exists():
            _put(files, folder, lambda name: folder / f".{name}.{uuid.uuid4().hex}.tmp")
        else:
            _make(files, folder)
    except OSError as error:
        raise MethodError(f"{folder} cannot be written: {error.strerror or error}; choose another folder.") from error


def read_folder(folder: Path) -> tuple[Config, dict[str, NDArray[Any]]]:
    """The configuration and the arrays of a model.

    Raises MethodError, one line, if there is no model, or if it is damaged, of a newer version or of another program.
    """
    fields = _config_fields(folder)
    digest = fields.pop("digest", None)
    if digest != _digest(fields):
        raise _damaged(folder, CONFIG, "its content differs from its digest")
    try:
        config = msgspec.convert(fields, Config)
    except msgspec.ValidationError as error:
        raise _damaged(folder, CONFIG, str(error)) from error
    if config.weights is None:
        raise _damaged(folder, CONFIG, f"it says nothing about {WEIGHTS}")
    content = _read(folder, WEIGHTS)
    if len(content) != config.weights.bytes:
        raise _damaged(folder, WEIGHTS, f"it has {len(content):,} bytes; expected {config.weights.bytes:,}")
    if hashlib.sha256(content).hexdigest() != config.weights.sha256:
        raise _damaged(folder, WEIGHTS, f"its content differs from its digest in {CONFIG}")
    try:
        return config, load(content)
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise _damaged(folder, WEIGHTS, f"{type(error).__name__}: {error}") from error


def other_version(folder: Path, config: Config, problem: str) -> MethodError:
    """The error for a model whose values have other names than this version expects."""
    version = config.versions.get("dec-bench", "unknown")
    return MethodError(f"{folder} was saved by another version of dec-bench ({version}): {problem}; fit again.")


def damaged(folder: Path, problem: str) -> MethodError:
    """The error for a folder whose files are whole, but do not fit together."""
    return _damaged(folder, WEIGHTS, problem)


def _config_fields(folder: Path) -> dict[str, Any]:
    """`config.json` as a dict, whose format and version this version reads; the rest is not checked."""
    if not folder.exists():
        raise MethodError(f"{folder} does not exist; {_EXPECTED}.")
    if not folder.is_dir():
        raise MethodError(f"{folder} is a file; {_EXPECTED}.")
    content = _read(folder, CONFIG)
    try:
        fields = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _damaged(folder, CONFIG, f"it is not JSON ({error})") from error
    if not isinstance(fields, dict) or fields.get("format") != FORMAT:
        raise MethodError(f"{folder} is {_other_kind(fields)}, not a model of dec-bench; {_EXPECTED}.")
    version = fields.get("format_version")
    if isinstance(version, int) and version > FORMAT_VERSION:
        versions = fields.get("versions")
        by = f", written by dec-bench {versions.get('dec-bench')}" if isinstance(versions, dict) else ""
        raise MethodError(
            f"{folder} has format version {version}{by}; this version reads {FORMAT_VERSION}; install a newer "
            "dec-bench."
        )
    return fields


def _other_kind(fields: Any) -> str:
    """What a folder with another `config.json` is, in words."""
    for key, kind in (("model_type", "a transformers model"), ("architecture", "a timm model")):
        if isinstance(fields, dict) and isinstance(fields.get(key), str):
            return f"{kind} ({' '.join(fields[key].split())[:50]})"
    return f"a folder whose {CONFIG} has no format {FORMAT!r}"


def _read(folder: Path, name: str) -> bytes:
    """The content of a file. Plain reads raise OSError after an error of the disk; a memory map ends the process."""
    path = folder / name
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # reading from a pipe would wait for a writer
            raise MethodError(f"{path} is not a regular file; {_EXPECTED}.")
        return path.read_bytes()
    except FileNotFoundError:
        raise MethodError(f"{folder} has no {name}; {_EXPECTED}.") from None
    except OSError as error:
        raise MethodError(f"{path} cannot be read: {error.strerror or error}.") from error


def _damaged(folder: Path, name: str, problem: str) -> MethodError:
    return MethodError(f"{folder / name} is damaged: {' '.join(problem.split()).removesuffix('.')}; {_REMEDY}.")


def _digest(fields: dict[str, Any]) -> str:
    """SHA-256 of the values: spaces and line ends do not count."""
    return hashlib.sha256(json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _check_own(folder: Path) -> None:
    """Raise MethodError if a file that would be replaced is not of this project."""
    if folder.exists() and not folder.is_dir():
        raise MethodError(f"{folder} is a file; expected a new folder, or one with an older model.")
    if (folder / CONFIG).exists():
        with suppress(ValueError, RecursionError):
            fields = json.loads((folder / CONFIG).read_bytes())
            if isinstance(fields, dict) and fields.get("format") == FORMAT:
                return
    elif not (folder / WEIGHTS).exists():
        return
    raise MethodError(
        f"{folder} has a {CONFIG} or {WEIGHTS} that dec-bench has not written, which would be lost; choose another "
        "folder."
    )


def _make(files: dict[str, bytes], folder: Path) -> None:
    """A new folder with these files, which appear together."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}.tmp")
    temporary.mkdir()
    try:
        _put(files, temporary, lambda name: temporary / f".{name}")
        temporary.rename(folder)
    finally:
        with suppress(OSError):
            for left in temporary.iterdir():
                left.unlink()
            temporary.rmdir()


def _put(files: dict[str, bytes], folder: Path, temporary_of: Callable[[str], Path]) -> None:
    """Write all files beside their places, then rename them."""
    temporaries = {name: temporary_of(name) for name in files}
    try:
        for name, content in files.items():
            with temporaries[name].open("xb") as file:
                file.write(content)
                file.flush()
                _sync(file.fileno())
        for name, temporary in temporaries.items():
            temporary.replace(folder / name)
    finally:
        for temporary in temporaries.values():
            temporary.unlink(missing_ok=True)


def _sync(descriptor: int) -> None:
    """Wait until the content is on the disk. Some network folders cannot say so: then the digest has to find a loss."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
            raise
