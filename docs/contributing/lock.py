"""Write the lock files: the exact version of every package, and the SHA-256 of each of its files on PyPI.

Run `make lock` after a change of the dependencies in pyproject.toml. It needs the program `uv`. A version stays as long
as it fits; `make lock LOCK=--upgrade` takes the newest versions. The locks hold for every system and for Python 3.11
and newer: a package that only some of them need has a marker. requirements-cpu.lock is not written here, because its
file is not on PyPI: give it the version of torch in requirements.lock, and the digest of its file on pytorch.org.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK, CUDA, PEERS, DOCS, MODELS = (
    ROOT / f"requirements{part}.lock" for part in ("", "-cuda", "-peers", "-docs", "-models")
)
PROJECT = "dec-bench[cluster,manifold] @ ."
OPTIONAL = "dec-bench[text,features,onnx] @ ."
CUDA_NAME = re.compile(r"(cuda|nvidia)-|triton==")
"""Packages that only torch's builds for GPUs need."""
HEADS = {
    LOCK: """\
# Exact versions of everything that `make setup` installs, with the digest of every file of these versions on PyPI. pip
# refuses any other file. setuptools is here because it builds this project. `make lock` writes this file.
""",
    CUDA: """\
# Exact versions and digests of the libraries that torch's build for GPUs needs. PyPI has only this build for Linux, so
# `make setup` installs them there, unless torch is the CPU build (requirements-cpu.lock). `make lock` writes this file.
""",
    PEERS: """\
# Packages that `make benchmark` and `make peers` compare with, with the digests of their files on PyPI. They are
# installed without dependencies, which are in requirements.lock. `make setup` does not install them: ClustPy must be
# compiled, and torchvision, which its data sets import, has no CPU build on PyPI. The compiler of ClustPy, Cython, is
# the newest: pip knows no digests of packages that build others. `make lock` writes this file.
""",
    DOCS: """\
# Packages that `make docs` needs beside those of requirements.lock, with the digests of their files on PyPI. `make
# setup` does not install them. `make lock` writes this file.
""",
    MODELS: """\
# Packages that the extras text, features (pretrained models) and onnx need beside those of requirements.lock, with the
# digests of their files on PyPI. `make models` installs them, without dependencies. `make lock` writes this file.
""",
}


def main(options: list[str]) -> None:
    """Write the five files. `options` are for `uv pip compile`."""
    with tempfile.TemporaryDirectory() as folder:
        before = Path(folder) / "before.txt"
        before.write_text("" if "--upgrade" in options else pins(LOCK.read_text() + CUDA.read_text()))
        source = ["--group", "pyproject.toml:dev", "--constraints", str(before), "--no-emit-package", "dec-bench"]
        locked = blocks(_compile(PROJECT, *source, *options))
    write(LOCK, [block for block in locked if not CUDA_NAME.match(block)])
    write(CUDA, [block for block in locked if CUDA_NAME.match(block)])
    write(PEERS, blocks(_compile("", "--group", "pyproject.toml:peers", "--no-deps")))
    write(DOCS, _beside(DOCS, "", options, "--group", "pyproject.toml:docs"))
    write(MODELS, _beside(MODELS, OPTIONAL, options, "--no-emit-package", "dec-bench"))


def _beside(path: Path, requirements: str, options: list[str], *source: str) -> list[str]:
    """The packages of a lock file that `make setup` does not install; the others keep their locked versions."""
    with tempfile.TemporaryDirectory() as folder:
        before = Path(folder) / "before.txt"
        kept = [LOCK, CUDA] if "--upgrade" in options or not path.exists() else [LOCK, CUDA, path]
        before.write_text("\n".join(pins(each.read_text()) for each in kept))
        more = [*source, "--constraints", str(before), "--fork-strategy", "fewest"]
        locked = blocks(_compile(requirements, *more, *options))
    installed = {pin.partition("==")[0] for pin in pins(LOCK.read_text() + CUDA.read_text()).splitlines()}
    return [block for block in locked if block.partition("==")[0] not in installed]


def pins(lock: str) -> str:
    """The requirements of a lock file without markers and digests."""
    return "\n".join(re.findall(r"^[^\s#;]+==[^\s;\\]+", lock, flags=re.MULTILINE))


def blocks(lock: str) -> list[str]:
    """The requirements of a lock file, each with its digests."""
    return re.findall(r"^[^\s#].*(?:\n .*)*\n", lock, flags=re.MULTILINE)


def write(path: Path, requirements: list[str]) -> None:
    """Replace a lock file."""
    path.write_text(HEADS[path] + "".join(requirements))


def _compile(requirements: str, *options: str) -> str:
    command = ["uv", "pip", "compile", "-", "--generate-hashes", "--universal", "--python-version", "3.11"]
    command += ["--no-header", "--no-annotate", "--quiet", *options]
    return subprocess.run(command, input=requirements, cwd=ROOT, text=True, check=True, stdout=subprocess.PIPE).stdout


if __name__ == "__main__":
    main(sys.argv[1:])
