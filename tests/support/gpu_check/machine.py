"""The machine, the code and the folders of this check, from the environment that check.sh sets."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch
from gpu_check import facts, turns
from gpu_check.turns import Setting, Turn

from bench.errors import UsageError
from bench.machine.code import code_version, commit
from bench.machine.environment import describe_environment
from bench.machine.threads import available_cores

SETTING = "setting.json"
"""The file in the folder of working files that has the setting of this check."""
LIBRARIES = (
    *("torch", "numpy", "scipy", "scikit-learn", "numba", "umap-learn", "pynndescent", "pandas", "pyarrow", "minisom"),
    *("msgspec", "safetensors", "pytest"),
)


@dataclass(frozen=True)
class Check:
    """Where a stage reads and writes, and how much it does."""

    out: Path
    data: Path
    """The file of images that the stage `data` has written."""
    device: torch.device
    scale: float

    @classmethod
    def of_environment(cls) -> "Check":
        """From OUT, WORK, DEVICE and SCALE."""
        folders = Path(os.environ["OUT"]), Path(os.environ["WORK"]) / "mnist.npz"
        return cls(*folders, torch.device(os.environ["DEVICE"]), float(os.environ["SCALE"]))

    @property
    def turns(self) -> int:
        """Turns of each side; a rehearsal has fewer."""
        return 5 if self.scale == 1 else 2

    @cached_property
    def setting(self) -> Setting:
        """It is found once, and read from a file by the stages that follow."""
        path = self.data.with_name(SETTING)
        if not path.exists():
            path.write_text(json.dumps(asdict(self._found())), encoding="utf-8")
        return Setting(**json.loads(path.read_text(encoding="utf-8")))

    def _found(self) -> Setting:
        about = describe_environment(available_cores(), str(self.device))
        card = "no GPU" if self.device.type == "cpu" else about.accelerator or str(self.device)
        host = f"{about.processor}, {about.cores} cores"
        return Setting(card, host, commit() or f"source {code_version()}", self.scale)

    def scaled(self, full: int, least: int) -> int:
        """An amount of work: `full` at scale 1, and never less than `least`."""
        return max(least, round(full * self.scale))

    def turn(self, work: str, side: str, turn: int, seconds: float, images: int, note: str = "") -> None:
        """Keep a turn."""
        turns.append(self.out / "gpu.csv", [Turn(self.setting, work, side, turn, seconds, images, note)])

    def fact(self, about: str, name: str, values: float | str | list[float], unit: str = "") -> None:
        """Keep a number or a text; of several measured values, the median, the lowest and the highest."""
        if isinstance(values, list):
            ordered = sorted(values)
            found = facts.Fact(
                self.setting, about, name, ordered[len(ordered) // 2], unit, lowest=ordered[0], highest=ordered[-1]
            )
        else:
            found = facts.Fact(self.setting, about, name, values, unit)
        facts.add(self.out / "gpu.json", [found])


def installed(library: str) -> str:
    """The version of a library, or that it is not installed."""
    try:
        return version(library)
    except PackageNotFoundError:
        return "not installed"


def driver() -> str:
    """The version of NVIDIA's driver; empty if `nvidia-smi` does not say it."""
    if shutil.which("nvidia-smi") is None:
        return ""
    command = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    asked = subprocess.run(command, capture_output=True, text=True, timeout=20)
    return asked.stdout.strip().replace("\n", ", ") if asked.returncode == 0 else ""


def main() -> None:
    """Keep the card and the versions. Without the device, the last line says so."""
    check = Check.of_environment()
    try:
        card_name = check.setting.card
    except UsageError as error:
        sys.exit(f"error: DEVICE={check.device}: {error}")
    if check.device.type == "cuda":
        card = torch.cuda.get_device_properties(check.device)
        check.fact(facts.MACHINE, "memory of the card", card.total_memory / 1e9, "GB")
        check.fact(facts.MACHINE, "multiprocessors", float(card.multi_processor_count))
        check.fact(facts.MACHINE, "compute capability", f"{card.major}.{card.minor}")
        check.fact(facts.MACHINE, "driver", driver())
        check.fact(facts.MACHINE, "CUDA", str(torch.version.cuda))
        check.fact(facts.MACHINE, "cuDNN", str(torch.backends.cudnn.version()))
    for library in LIBRARIES:
        check.fact(facts.MACHINE, library, installed(library))
    sys.stdout.write(f"{card_name}\n")


if __name__ == "__main__":
    main()
