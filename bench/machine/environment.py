"""Description of the machine and the software on which cells run.

`python -m bench.machine.environment THREADS DEVICE` prints it as JSON, for a process that must not load torch or start
CUDA itself.
"""

import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from bench.errors import UsageError
from bench.machine.code import commit
from bench.machine.gpus import Gpu, visible_gpus
from bench.machine.search_path import module_command
from bench.machine.threads import available_cores
from bench.store.records import Environment
from methods import registry

COMPUTING_LIBRARIES = (
    *("torch", "minisom", "scikit-learn", "scipy", "numpy", "datasets", "pillow"),
    *("umap-learn", "pynndescent", "numba"),
)


class Machine(msgspec.Struct, frozen=True):
    """A machine for cells."""

    environment: Environment
    """The environment of a process on it."""
    gpus: tuple[Gpu, ...]
    """The GPUs with CUDA for the cells; empty if networks train on another device."""


def describe_machine(threads: int, device: str = "auto") -> Machine:
    """This machine, for cells with that number of threads. Raises UsageError as `describe_environment`.

    If there is a GPU with CUDA, a process of its own looks: to name the GPU, CUDA must start, and a process that has
    started it keeps some hundred megabytes of the GPU to its end.
    """
    import torch

    if not torch.cuda.is_available():  # this does not start CUDA
        return Machine(describe_environment(threads, device), ())
    content, error = machine_as_json(threads, device)
    if error:
        raise UsageError(error)
    return msgspec.json.decode(content, type=Machine)


def machine_as_json(threads: int, device: str) -> tuple[bytes, str]:
    """`describe_machine` in a process of its own: a Machine as JSON, and an error message or ""."""
    command = module_command("bench.machine.environment", str(threads), device)
    done = subprocess.run(command, capture_output=True, check=False)
    return done.stdout, done.stderr.decode(errors="replace").strip() if done.returncode else ""


def describe_environment(threads: int, device: str = "auto") -> Environment:
    """The environment of this process. Loads torch, and starts CUDA if there is a GPU with it.

    Raises UsageError if this machine does not have the device.
    """
    try:
        device, precision = registry.execution_target(device)
    except registry.MethodError as error:
        raise UsageError(f"--device: {error}") from None
    return Environment(
        python=platform.python_version(),
        platform=f"{platform.system()} {platform.machine()}",
        processor=_processor(),
        cores=available_cores(),
        threads=threads,
        accelerator=_gpu_name(device),
        device=device,
        precision=precision,
        versions={name: _version(name) for name in COMPUTING_LIBRARIES} | _cudnn(device),
        commit=commit(),
    )


def _gpu_name(device: str) -> str | None:
    """The name of the GPU `device`, or else of the first GPU; None without one."""
    import torch

    return (
        torch.cuda.get_device_name(device if device.startswith("cuda") else None) if torch.cuda.is_available() else None
    )


def _cudnn(device: str) -> dict[str, str]:
    """The version of cuDNN, if networks train on CUDA."""
    if not device.startswith("cuda"):
        return {}
    import torch

    return {"cudnn": str(torch.backends.cudnn.version())}


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def main(threads: int, device: str) -> None:
    """Print the machine as JSON; if it does not have the device, end with the error."""
    try:
        environment = describe_environment(threads, device)
        machine = Machine(environment, visible_gpus(environment.device))
    except UsageError as error:
        sys.exit(str(error))
    sys.stdout.buffer.write(msgspec.json.encode(machine))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
