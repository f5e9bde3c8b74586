"""The device on which scores are computed: its choice, and its turn if it is a GPU."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext

from bench.machine.gpu_turns import GpuTurns
from bench.machine.gpus import Gpu
from bench.metrics.engine import Engine, engine_on
from bench.store.records import Record

LITTLE_MEMORY = (
    "the GPU has too little free memory for the metrics, so the processor computes them; if other programs use the "
    "GPU, end them before the next run."
)
"""The warning after an OutOfDeviceMemoryError."""


def scoring_device(asked: str, device: str | None, records: Sequence[Record]) -> str:
    """The device of the run, if it was asked for by name or a fit trained on a device; else `cpu`.

    So a run whose methods all work on the processor starts no GPU. `asked`: as in `--device`; `device`: the device that
    was chosen, None if cells run on another machine than this process.

    >>> scoring_device("auto", "cuda", []), scoring_device("cuda", "cuda", [])
    ('cpu', 'cuda')
    """
    is_used = asked != "auto" or any(record.device not in (None, "cpu") for record in records)
    return device if device is not None and is_used else "cpu"


@contextmanager
def scoring_engine(device: str, gpus: Sequence[Gpu], warn: Callable[[str], None]) -> Iterator[Engine]:
    """The engine for a device. If this is a GPU, no cell of another command uses it until the end of the context.

    `gpus`: the GPUs of the run; the first one is the device. `warn` receives a line if the context waits for it.
    """
    is_gpu = device.startswith("cuda") and len(gpus) > 0
    with GpuTurns(gpus[:1], warn).one() if is_gpu else nullcontext():
        engine = engine_on(device)
        try:
            yield engine
        finally:
            engine.close()
