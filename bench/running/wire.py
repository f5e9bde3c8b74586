"""Messages between the driver process and the process of a cell: frames of MessagePack, never pickle."""

import io
from collections.abc import Callable
from time import monotonic
from typing import IO, Any

import msgspec
import numpy as np

from bench.running.attempt import Result, Task
from methods.registry import Progress, ProgressCallback

_LENGTH_BYTES = 8


class ProgressFrame(msgspec.Struct, tag=True):
    """The progress of a fit, and the memory of its process."""

    progress: Progress
    peak_bytes: int | None
    """Peak memory of the process so far; None where the system does not count it."""


Frame = Task | ProgressFrame | Result


def at_most_every(seconds: float, send_progress: ProgressCallback) -> ProgressCallback:
    """A callback that passes progress on at most once in `seconds`. It always passes on the end of a phase."""
    last = 0.0

    def callback(progress: Progress) -> None:
        nonlocal last
        if progress.done >= progress.total or monotonic() - last > seconds:
            last = monotonic()
            send_progress(progress)

    return callback


def _array_bytes(array: Any) -> bytes:
    """An array in numpy's own format. Raises ValueError for an array of Python objects."""
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=False)
    return stream.getvalue()


_DECODER: msgspec.msgpack.Decoder[Frame] = msgspec.msgpack.Decoder(
    Frame, dec_hook=lambda kind, content: np.load(io.BytesIO(content), allow_pickle=False)
)

encode: Callable[[Frame], bytes] = msgspec.msgpack.Encoder(enc_hook=_array_bytes).encode
"""A frame as bytes; arrays are in numpy's own format."""
decode: Callable[[bytes], Frame] = _DECODER.decode
"""The inverse of `encode`. Raises msgspec.MsgspecError if the bytes are not a frame."""


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
