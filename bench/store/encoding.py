"""Structs to JSON and back. Each file ends with a digest of everything before it, so that damage is found."""

import hashlib
from typing import TypeVar

import msgspec

from bench.errors import UsageError
from bench.store.records import SCHEMA_VERSION, RecordError

T = TypeVar("T")
_END = b"\n}"
_VERSION_1 = b'{\n "schema_version": 1,'
"""Start of a file of version 1, which had no digest."""


def encode(value: msgspec.Struct) -> bytes:
    """Indented JSON with a final newline; its last field is the digest. Numbers that are not finite become null."""
    content = msgspec.json.format(msgspec.json.encode(value), indent=1).removesuffix(_END)
    return content + _digest_field(content)


def decode(data: bytes, kind: type[T], origin: str) -> T:
    """The inverse of `encode`.

    Raises RecordError, which names the file `origin`, if `data` does not have its digest or is not valid JSON of
    `kind`. Raises UsageError if the file is of another schema version.
    """
    n_bytes = len(_digest_field(b""))
    content, digest_field = data[:-n_bytes], data[-n_bytes:]
    if digest_field != _digest_field(content):
        if data.startswith(_VERSION_1):
            raise _other_version(1, origin)
        raise RecordError(f"{origin}: its content does not match its digest.")
    version = _decoded(data, _Versioned, origin).schema_version
    if version != SCHEMA_VERSION:
        raise _other_version(version, origin)
    return _decoded(data, kind, origin)


class _Versioned(msgspec.Struct):
    schema_version: int = 0


def _decoded(data: bytes, kind: type[T], origin: str) -> T:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise RecordError(f"{origin}: not a valid {kind.__name__} ({error}).") from error


def _digest_field(content: bytes) -> bytes:
    """The last field of a file whose other bytes are `content`."""
    return b',\n "digest": "' + hashlib.sha256(content).hexdigest().encode() + b'"' + _END + b"\n"


def _other_version(version: int, origin: str) -> UsageError:
    if version > SCHEMA_VERSION:
        return UsageError(
            f"{origin}: schema version {version} is newer than {SCHEMA_VERSION}, the newest that this program reads; "
            "update dec-bench."
        )
    return UsageError(
        f"{origin}: schema version {version} is older than {SCHEMA_VERSION}, the only one that this program reads; "
        "choose another --name, or read these results with the version of dec-bench that wrote them."
    )
