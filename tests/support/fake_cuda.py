"""Cards that do not exist: the functions of `torch.cuda` that the runner calls, in this process and in its children.

The environment variable FAKE_CUDA has the number of cards. FAKE_CUDA_LOG names a file to which each process appends
what it did on a card, one JSON object a line. Tensors stay on the processor.
"""

import json
import os
from pathlib import Path
from types import SimpleNamespace

import torch

CARD_BYTES = 80_000_000_000


class Card:
    """The state of CUDA in one process."""

    def __init__(self) -> None:
        self.started = False
        self.peak = 0


CARD = Card()


def visible() -> list[int]:
    """The numbers of the cards that this process sees."""
    variable = os.environ.get("CUDA_VISIBLE_DEVICES")
    count = int(os.environ.get("FAKE_CUDA", "0"))
    return list(range(count)) if variable is None else [int(each) for each in variable.split(",") if each]


def log(event: str, **facts: object) -> None:
    """Append an event to the log."""
    line = json.dumps({"event": event, "pid": os.getpid(), **facts})
    with Path(os.environ["FAKE_CUDA_LOG"]).open("a") as file:
        file.write(line + "\n")


def events(path: Path, event: str) -> list[dict[str, object]]:
    """The events of that name in a log."""
    lines = map(json.loads, path.read_text().splitlines()) if path.exists() else []
    return [line for line in lines if line["event"] == event]


def start() -> None:
    """What the first call that needs a context does."""
    if not CARD.started:
        CARD.started = True
        log("start", visible=visible())


def properties(device: object = None) -> SimpleNamespace:
    start()
    number = visible()[torch.device(device).index or 0 if isinstance(device, str) else int(device or 0)]
    return SimpleNamespace(name=f"Card {number}", uuid=f"uuid-{number}", total_memory=CARD_BYTES, major=9, minor=0)


def limit(fraction: float, device: object = None) -> None:
    start()
    log("limit", bytes=round(fraction * CARD_BYTES))


def restart_peak(device: object = None) -> None:
    assert CARD.started, "torch raises here"
    CARD.peak = 0


def install() -> None:
    """Replace the functions of `torch.cuda`, the operations that the start of a device runs, and metrics on a card."""
    torch.cuda.is_available = lambda: bool(visible())
    torch.cuda.device_count = lambda: len(visible())
    torch.cuda.is_initialized = lambda: CARD.started
    torch.cuda.get_device_properties = properties
    torch.cuda.get_device_name = lambda device=None: properties(device).name
    torch.cuda.is_bf16_supported = lambda including_emulation=True: properties().major >= 8
    torch.cuda.set_per_process_memory_fraction = limit
    torch.cuda.reset_peak_memory_stats = restart_peak
    torch.cuda.max_memory_allocated = lambda device=None: CARD.peak
    torch.cuda.synchronize = lambda device=None: None
    torch.cuda.empty_cache = lambda: None
    torch.cuda.get_rng_state_all = list
    from bench.metrics import engine
    from methods import device_start

    engine.engine_on = lambda device: engine.PROCESSOR
    device_start._train = lambda device, precision: log("train", precision=str(precision))
    device_start._decompose = lambda device: None


def put_on_path(folder: Path) -> str:
    """Let processes whose PYTHONPATH begins with the result have the cards from their start."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text("import fake_cuda\nfake_cuda.install()\n")
    return str(folder)
