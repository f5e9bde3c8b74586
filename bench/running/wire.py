"""Messages between the driver process and the process of a cell: frames of MessagePack, never pickle."""

import io
from typing import IO, Any

import msgspec
import numpy as np

from bench.running.result import Result
from bench.running.task import Task
from methods.registry import Progress

_LENGTH_BYTES = 8


class ProgressFrame(msgspec.Struct, tag=True):
    """The progress of a fit, and the memory of its process."""

    progress: Progress
    peak_bytes: int | None
    """The most memory that the process had in use so far; None where the system does not count it."""


Frame = Task | ProgressFrame | Result


def _array_bytes(array: Any) -> bytes:
    """An array in numpy's own format. Raises ValueError for an array of Python objects."""
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=False)
    return stream.getvalue()


def _array(kind: type, content: bytes) -> Any:
    return np.load(io.BytesIO(content), allow_pickle=False)


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_array_bytes)
_DECODER: msgspec.msgpack.Decoder[Frame] = msgspec.msgpack.Decoder(Frame, dec_hook=_array)


def encode(frame: Frame) -> bytes:
    """A frame as bytes; arrays are in numpy's own format."""
    return _ENCODER.encode(frame)


def decode(content: bytes) -> Frame:
    """The inverse of `encode`. Raises msgspec.MsgspecError if the bytes are not a frame."""
    return _DECODER.decode(content)


def send(stream: IO[bytes], frame: Frame) -> None:
    """Write one frame."""
    content = encode(frame)
    stream.write(len(content).to_bytes(_LENGTH_BYTES))
    stream.write(content)
    stream.flush()


def receive(stream: IO[bytes]) -> Frame | None:
    """Read one frame; None if the stream ended before the frame was complete."""
    length = stream.read(_LENGTH_BYTES)
    if len(length) < _LENGTH_BYTES:
        return None
    size = int.from_bytes(length)
    content = stream.read(size)
    return decode(content) if len(content) == size else None
