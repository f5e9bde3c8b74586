"""Structs to JSON and back, with a check of the schema version."""

from typing import TypeVar

import msgspec

from bench.store.records import SCHEMA_VERSION, RecordError

T = TypeVar("T")


def encode(value: msgspec.Struct) -> bytes:
    """Indented JSON with a final newline. Numbers that are not finite become null."""
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


class _Versioned(msgspec.Struct):
    schema_version: int


def decode(data: bytes, kind: type[T], origin: str) -> T:
    """The inverse of `encode`.

    Raises RecordError, which names the file `origin`, if `data` is not valid JSON of `kind` or is of a newer schema.
    The error has a cause (`__cause__`) only if the JSON is not valid.
    """
    try:
        version = msgspec.json.decode(data, type=_Versioned).schema_version
        if version > SCHEMA_VERSION:
            raise RecordError(
                f"{origin}: schema version {version} is newer than {SCHEMA_VERSION}, the newest that this program "
                "reads; update dec-bench."
            )
        return msgspec.json.decode(data, type=kind)
    except msgspec.MsgspecError as error:
        raise RecordError(f"{origin}: not a valid {kind.__name__} ({error}).") from error
