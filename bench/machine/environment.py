"""Where a cell runs: commit, versions, processor or GPU, threads."""

import hashlib
import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from bench.errors import UsageError
from bench.machine.threads import available_cores
from bench.store.records import Environment
from methods import registry

COMPUTING_LIBRARIES = (
    *("torch", "minisom", "scikit-learn", "scipy", "numpy", "datasets", "pillow"),
    *("umap-learn", "pynndescent", "numba"),
)
ROOT = Path(__file__).resolve().parents[2]


def describe_environment(threads: int, device: str = "auto") -> Environment:
    """The environment of this process. Loads torch. Raises UsageError if this machine has no such device."""
    import torch

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
        accelerator=torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        device=device,
        precision=precision,
        versions={name: _version(name) for name in COMPUTING_LIBRARIES},
        commit=_commit(),
    )


def visible_gpus(environment: Environment) -> tuple[str, ...]:
    """The GPUs of this machine as CUDA_VISIBLE_DEVICES names them; none if networks do not train on them."""
    if environment.device != "cuda":
        return ()
    import torch

    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    return tuple(named.split(",")) if named else tuple(map(str, range(torch.cuda.device_count())))


def code_version() -> str:
    """Digest of the source of `methods`, 12 hexadecimal digits: equal digests, equal methods."""
    return _digest(ROOT / "methods", "**/*.py")


def metrics_version() -> str:
    """Digest of the source of the metrics, 12 hexadecimal digits: equal digests, equal scores of equal labels."""
    return _digest(ROOT / "bench" / "metrics", "**/*.py")


def space_search_version() -> str:
    """Digest of the source of the space search and of the metrics: equal digests, equal spaces and equal figures."""
    return _digest(ROOT / "bench", "analysis/space_search.py", "analysis/tsne.py", "metrics/**/*.py")


def _digest(folder: Path, *patterns: str) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in folder.glob(pattern)):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


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


def _commit() -> str | None:
    if not (ROOT / ".git").exists():
        return None
    try:
        head = _git("rev-parse", "--short=12", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no", "--", "bench", "methods")
    except (OSError, subprocess.SubprocessError):
        return None
    return head + ("+changes" if changed else "")


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()


if __name__ == "__main__":  # python -m bench.machine.environment THREADS DEVICE, for whoever does not want torch loaded
    try:
        sys.stdout.buffer.write(msgspec.json.encode(describe_environment(int(sys.argv[1]), sys.argv[2])))
    except UsageError as error:
        sys.exit(str(error))
