"""What a driver and the process of a cell say to each other: frames of MessagePack, never pickle."""

import io
from collections.abc import Mapping
from typing import IO, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from bench.running.fitting import Settings, Stopwatch
from bench.store.records import Attempt, Cell, Environment, Record
from methods.registry import Progress

_LENGTH_BYTES = 8


class Task(msgspec.Struct, tag=True, kw_only=True):
    """What a process is to do."""

    cell: Cell
    dataset: str
    """Name, split and digest of the data, which the process finds for itself."""
    split: str
    digest: str
    environment: Environment
    elsewhere: bool = False
    """Whether the process may run on another machine, or in another installation, than the driver."""
    code: str
    weights: str | None
    """Path of the pretrained autoencoder; None if the method has none."""
    memory_bytes: int | None
    """Limit of the process's memory."""

    @property
    def settings(self) -> Settings:
        """How the cell is to run."""
        return Settings(environment=self.environment, code=self.code)

    def watch(self) -> Stopwatch:
        """An attempt that starts now."""
        return Stopwatch(self.cell, self.digest, self.settings)


class Report(msgspec.Struct, tag=True):
    """How far it is."""

    progress: Progress
    peak_bytes: int | None
    """Most memory that the process had in use so far."""


class Outcome(msgspec.Struct, tag=True, kw_only=True):
    """What came out; each array in numpy's own format."""

    attempt: Attempt
    record: Record | None = None
    arrays: dict[str, bytes] = {}


Frame = Task | Report | Outcome


def send(stream: IO[bytes], frame: Frame) -> None:
    """Write one frame."""
    content = msgspec.msgpack.encode(frame)
    stream.write(len(content).to_bytes(_LENGTH_BYTES))
    stream.write(content)
    stream.flush()


def receive(stream: IO[bytes]) -> Frame | None:
    """Read one frame; None where the stream ended before one was whole."""
    length = stream.read(_LENGTH_BYTES)
    if len(length) < _LENGTH_BYTES:
        return None
    size = int.from_bytes(length)
    content = stream.read(size)
    return msgspec.msgpack.decode(content, type=Frame) if len(content) == size else None


def pack(arrays: Mapping[str, NDArray[Any]]) -> dict[str, bytes]:
    """Arrays as bytes."""
    packed = {}
    for name, array in arrays.items():
        stream = io.BytesIO()
        np.save(stream, array, allow_pickle=False)
        packed[name] = stream.getvalue()
    return packed


def unpack(arrays: Mapping[str, bytes]) -> dict[str, NDArray[Any]]:
    """The inverse of `pack`."""
    return {name: np.load(io.BytesIO(content), allow_pickle=False) for name, content in arrays.items()}
