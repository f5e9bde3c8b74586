"""Messages between the driver process and a worker process: frames of MessagePack, never pickle."""

from collections.abc import Callable
from time import monotonic
from typing import IO, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from bench.running.attempt import Result, Task
from methods.registry import Progress, ProgressCallback

_MARK = b"dec-cell"
"""Every frame begins with these bytes; then other bytes in the stream are found at once."""
_LENGTH_BYTES = 8
_MAX_BYTES = 2**40
_CHUNK_BYTES = 2**20


class FrameError(Exception):
    """The bytes that arrived are not a frame."""


class ProgressFrame(msgspec.Struct, tag=True):
    """The progress of a fit, and the memory of its process."""

    progress: Progress
    peak_bytes: int | None
    """Peak memory of the process so far; None where the system does not count it."""
    peak_gpu_bytes: int | None
    """Peak memory of its fit on the GPU so far; None without CUDA."""


class Ready(msgspec.Struct, tag=True):
    """The worker process has cleaned up after a cell."""

    again: bool
    """Whether the process can run another cell. If False, it is to be ended."""


Frame = Task | ProgressFrame | Result | Ready


def at_most_every(seconds: float, send_progress: ProgressCallback) -> ProgressCallback:
    """A callback that passes progress on at most once in `seconds`. It always passes on the end of a phase."""
    last = 0.0

    def callback(progress: Progress) -> None:
        nonlocal last
        if progress.done >= progress.total or monotonic() - last > seconds:
            last = monotonic()
            send_progress(progress)

    return callback


def _array_content(array: Any) -> tuple[str, tuple[int, ...], str, bytes]:
    """An array as its type, shape, order and bytes. Raises TypeError for an array of Python objects."""
    if array.dtype.hasobject or array.dtype.names:
        raise TypeError(f"an array of type {array.dtype} cannot be sent; expected an array of numbers or text.")
    order = "F" if array.flags.fnc else "C"  # a file of the array has the same order
    return array.dtype.str, array.shape, order, array.tobytes(order)


def _array(kind: Any, content: tuple[str, tuple[int, ...], str, bytes]) -> NDArray[Any]:
    """The read-only array; it needs no more memory than its bytes, whatever its shape says."""
    dtype, shape, order, data = content
    return np.frombuffer(data, dtype).reshape(shape, order="F" if order == "F" else "C")


_DECODER: msgspec.msgpack.Decoder[Frame] = msgspec.msgpack.Decoder(Frame, dec_hook=_array)

encode: Callable[[Frame], bytes] = msgspec.msgpack.Encoder(enc_hook=_array_content).encode
"""A frame as bytes."""


def decode(content: bytes) -> Frame:
    """The inverse of `encode`. Raises FrameError if the bytes are not a frame."""
    try:
        return _DECODER.decode(content)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise FrameError(f"a frame of {len(content)} bytes is not valid ({error})") from None


def send(stream: IO[bytes], frame: Frame) -> None:
    """Write one frame."""
    content = encode(frame)
    stream.write(_MARK + len(content).to_bytes(_LENGTH_BYTES))
    stream.write(content)
    stream.flush()


def receive(stream: IO[bytes]) -> Frame | None:
    """Read one frame; None if the stream ended before the frame was complete.

    Memory grows only as bytes arrive. Raises FrameError if the bytes are not a frame.
    """
    head = stream.read(len(_MARK) + _LENGTH_BYTES)
    if not head.startswith(_MARK[: len(head)]):
        raise FrameError(f"expected a frame, got the bytes {head!r}")
    if len(head) < len(_MARK) + _LENGTH_BYTES:
        return None
    left = int.from_bytes(head[len(_MARK) :])
    if left > _MAX_BYTES:
        raise FrameError(f"a frame of {left} bytes is not valid; expected at most {_MAX_BYTES}")
    content = bytearray()
    while left:
        chunk = stream.read(min(left, _CHUNK_BYTES))
        if not chunk:
            return None
        content += chunk
        left -= len(chunk)
    return decode(bytes(content))
