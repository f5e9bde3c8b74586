"""A pretrained model on a GPU with CUDA has a process of its own: `python -m bench.datasets.features.encoder_process`.

So the command does not start CUDA, which would keep memory of the GPU to its end. The process takes its turn on a GPU,
as the cells of all commands do. Batches go in and features come out, as frames of MessagePack.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt
import PIL.Image

from bench.datasets.features.encoders import Encoder, load_encoder
from bench.datasets.features.models import PretrainedModel, pretrained_model
from bench.datasets.features.weights import Weights
from bench.errors import UsageError
from bench.machine.gpu_turns import GpuTurns
from bench.machine.gpus import visible_gpus
from bench.machine.memory import is_out_of_memory
from bench.machine.search_path import module_command

_HEAD = 8
"""Bytes of the length of a frame."""


class _Begin(msgspec.Struct):
    """The model, its weights, and its device."""

    model: str
    folder: str
    revision: str
    digest: str
    device: str


class _Image(msgspec.Struct):
    """An image in RGB."""

    size: tuple[int, int]
    pixels: bytes


class _Batch(msgspec.Struct):
    """Texts, or images."""

    rows: list[str | _Image]


class _Answer(msgspec.Struct):
    """Features, (n, n_dimensions), or why there are none."""

    shape: tuple[int, int] = (0, 0)
    numbers: bytes = b""
    problem: str = ""


_Frame = TypeVar("_Frame", _Begin, _Batch, _Answer)


@contextmanager
def encoder_on(model: PretrainedModel, weights: Weights, device: str) -> Iterator[Encoder]:
    """The encoder of a model on a device. The process that has it on a GPU with CUDA ends with the context.

    Raises UsageError, also in the encoder, if the library cannot read the model, or if the memory of the GPU runs out.
    """
    if device.startswith("cuda"):
        with encoder_process(model, weights, device) as encoder:
            yield encoder
    else:
        yield load_encoder(model, weights, device)


@contextmanager
def encoder_process(model: PretrainedModel, weights: Weights, device: str) -> Iterator[Encoder]:
    """The encoder of a model in a process of its own, which waits until a GPU is free if the device is one."""
    process = subprocess.Popen(
        module_command(__name__),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C reaches the command alone, which ends this process
    )
    assert process.stdin and process.stdout  # noqa: PT018 - two pipes
    requests, answers = process.stdin, process.stdout

    def ask(request: _Begin | _Batch) -> _Answer:
        answer = None
        with suppress(BrokenPipeError):
            _send(requests, request)
            answer = _receive(answers, _Answer)
        if answer is None:
            raise UsageError(
                f"--features {model.text}: the process that computes the features ended, exit code {process.wait()}"
            )
        if answer.problem:
            raise UsageError(answer.problem)
        return answer

    def encode(rows: Sequence[Any]) -> npt.NDArray[np.float32]:
        answer = ask(_Batch([row if isinstance(row, str) else _Image(row.size, row.tobytes()) for row in rows]))
        return np.frombuffer(answer.numbers, np.float32).reshape(answer.shape)

    try:
        ask(_Begin(model.text, str(weights.folder), weights.revision, weights.digest, device))
        yield encode
    finally:
        process.kill()
        process.wait()
        answers.close()
        with suppress(BrokenPipeError):
            requests.close()


def main() -> None:
    """Load the model of the first frame, then answer each batch, until standard input ends."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints goes to standard error
    begin = _receive(requests, _Begin)
    if begin is None:
        return
    gpus = visible_gpus(begin.device)
    turns = GpuTurns(gpus, lambda line: sys.stderr.write(f"warning: --features: {line}\n"))
    with turns.one() if gpus else nullcontext() as gpu:
        device = begin.device if gpu is None else f"cuda:{gpus.index(gpu)}"
        weights = Weights(Path(begin.folder), begin.revision, begin.digest)
        encoders: list[Encoder] = []

        def load() -> _Answer:
            encoders.append(load_encoder(pretrained_model(begin.model), weights, device))
            return _Answer()

        _send(answers, _tried(begin.model, load))
        while (batch := _receive(requests, _Batch)) is not None:
            _send(answers, _tried(begin.model, partial(_computed, encoders[0], batch)))


def _computed(encode: Encoder, batch: _Batch) -> _Answer:
    features = encode(
        [row if isinstance(row, str) else PIL.Image.frombytes("RGB", row.size, row.pixels) for row in batch.rows]
    )
    n_rows, n_dimensions = features.shape
    return _Answer((n_rows, n_dimensions), np.ascontiguousarray(features, np.float32).tobytes())


def _tried(model: str, compute: Callable[[], _Answer]) -> _Answer:
    """The answer, or the reason of a failure that the user can do something about."""
    try:
        return compute()
    except Exception as error:
        if is_out_of_memory(error):
            return _Answer(
                problem=f"--features {model}: the GPU has too little free memory; end other programs that use it, or "
                "set CUDA_VISIBLE_DEVICES= for the processor"
            )
        if isinstance(error, UsageError):
            return _Answer(problem=str(error))
        raise


def _send(stream: BinaryIO, frame: msgspec.Struct) -> None:
    content = msgspec.msgpack.encode(frame)
    stream.write(len(content).to_bytes(_HEAD, "big") + content)
    stream.flush()


def _receive(stream: BinaryIO, kind: type[_Frame]) -> _Frame | None:
    """The next frame; None at the end of the stream."""
    head = stream.read(_HEAD)
    content = stream.read(int.from_bytes(head, "big")) if len(head) == _HEAD else b""
    return msgspec.msgpack.decode(content, type=kind) if content else None


if __name__ == "__main__":
    main()
