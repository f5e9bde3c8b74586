"""Description of the machine and the software on which cells run.

`python -m bench.machine.environment THREADS DEVICE` prints it as JSON, for a process that must not load torch itself.
"""

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from bench.errors import UsageError
from bench.machine.code import commit
from bench.machine.threads import available_cores
from bench.store.records import Environment
from methods import registry

COMPUTING_LIBRARIES = (
    *("torch", "minisom", "scikit-learn", "scipy", "numpy", "datasets", "pillow"),
    *("umap-learn", "pynndescent", "numba"),
)


def describe_environment(threads: int, device: str = "auto") -> Environment:
    """The environment of this process. Loads torch. Raises UsageError if this machine does not have the device."""

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


def visible_gpus(environment: Environment) -> tuple[str, ...]:
    """The GPUs of this machine, named as in CUDA_VISIBLE_DEVICES; empty if networks do not train on GPUs.

    Empty, too, for one numbered GPU such as `cuda:1`: all cells use it, and its number counts the visible GPUs.
    """
    if environment.device != "cuda":
        return ()
    import torch

    variable = os.environ.get("CUDA_VISIBLE_DEVICES")
    return tuple(variable.split(",")) if variable else tuple(map(str, range(torch.cuda.device_count())))


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


if __name__ == "__main__":
    try:
        sys.stdout.buffer.write(msgspec.json.encode(describe_environment(int(sys.argv[1]), sys.argv[2])))
    except UsageError as error:
        sys.exit(str(error))
