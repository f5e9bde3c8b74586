"""Frames between the driver process and a worker process: whole ones arrive, others are refused and need no memory."""

import io
import tracemalloc

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from bench.running.attempt import Result
from bench.running.wire import FrameError, ProgressFrame, Ready, decode, encode, receive, send
from bench.store.records import Attempt, Cell
from methods.registry import Progress

ATTEMPT = Attempt(
    key="k", cell=Cell(method="kmeans", seed=0, n_clusters=2), ending="ok", started_at="", wall_seconds=1.0, host="h",
    data_digest="d",
)  # fmt: skip
ARRAYS = {
    "c": np.arange(6, dtype=np.float32).reshape(2, 3),
    "fortran": np.asfortranarray(np.arange(6).reshape(2, 3)),
    "strided": np.arange(20)[::2],
    "scalar": np.array(2.5),
    "empty": np.empty((0, 3), np.int64),
    "text": np.array(["a", "bcd"]),
}


def framed(content: bytes) -> io.BytesIO:
    return io.BytesIO(b"dec-cell" + len(content).to_bytes(8) + content)


def test_what_is_sent_arrives():
    frames = [Result(ATTEMPT, arrays=ARRAYS), ProgressFrame(Progress("map", 1, 2), 5, 6), Ready(again=True)]
    stream = io.BytesIO()
    for frame in frames:
        send(stream, frame)
    stream.seek(0)
    result = receive(stream)
    assert isinstance(result, Result)
    assert result.attempt == ATTEMPT
    for name, array in ARRAYS.items():
        arrived = result.arrays[name]
        assert (arrived.dtype, arrived.flags.fnc) == (array.dtype, array.flags.fnc), name
        np.testing.assert_array_equal(arrived, array)
    assert [receive(stream), receive(stream), receive(stream)] == [*frames[1:], None]


@pytest.mark.parametrize("array", [np.array([{}]), np.zeros(2, [("a", "i4"), ("b", "f8")])])
def test_an_array_that_is_not_numbers_or_text_cannot_be_sent(array: NDArray[np.generic]):
    with pytest.raises(TypeError, match="cannot be sent"):
        encode(Result(ATTEMPT, arrays={"labels": array}))


def test_a_stream_that_ends_too_early_gives_no_frame():
    stream = io.BytesIO()
    send(stream, Ready(again=True))
    content = stream.getvalue()
    for length in range(len(content)):
        assert receive(io.BytesIO(content[:length])) is None


@pytest.mark.parametrize(
    "stream",
    [
        io.BytesIO(b"Iteration 1, loss 0.5\n"),
        io.BytesIO(b"no"),
        io.BytesIO(b"dec-cell" + (2**63).to_bytes(8) + b"x"),
        framed(b""),
        framed(b"\xc1"),
        framed(b"\x91" * 100_000),
        framed(msgspec.msgpack.encode({"type": "Unknown"})),
        framed(encode(Ready(again=True))[:-1]),
    ],
    ids=["text", "short text", "absurd length", "empty", "no msgpack", "nested", "unknown", "cut"],
)
def test_bytes_that_are_no_frame_are_refused_in_one_line(stream: io.BytesIO):
    with pytest.raises(FrameError) as error:
        receive(stream)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("shape", [[2**40], [-1, 2**40], [2**62, 4]])
def test_an_array_larger_than_its_bytes_is_refused_without_memory(shape: list[int]):
    whole = msgspec.msgpack.decode(encode(Result(ATTEMPT)))
    whole["arrays"] = {"labels": ["<f8", shape, "C", bytes(16)]}
    tracemalloc.start()
    try:
        with pytest.raises(FrameError):
            decode(msgspec.msgpack.encode(whole))
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_a_length_alone_needs_no_memory():
    tracemalloc.start()
    try:
        assert receive(io.BytesIO(b"dec-cell" + (2**39).to_bytes(8) + b"x")) is None
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
