"""Libraries keep compiled code in the project's cache folder where their own choice would fail or be unsafe."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import platformdirs

_TORCH, _NUMBA = "TORCHINDUCTOR_CACHE_DIR", "NUMBA_CACHE_DIR"


def give_torch_its_own_folder() -> None:
    """Set the folder in which torch keeps compiled code. Call it before the first import of `torch._dynamo`.

    This import makes the folder `torchinductor_USER` in the temporary folder by default, although this project compiles
    nothing. It fails if another user of the machine has made a file or a folder with this name, or if this user has no
    name. If the environment variable TORCHINDUCTOR_CACHE_DIR is set, or if the folder cannot be made, nothing changes.
    """
    _set(_TORCH, "torch")


@contextmanager
def folder_for_numba() -> Iterator[None]:
    """Context for the import of a library that compiles code with numba, such as umap.

    numba keeps this code beside the library or in the user's cache folder. In a container or on a cluster, a user may
    be able to write in neither of them; then it goes into this project's cache folder. If the environment variable
    NUMBA_CACHE_DIR is set, nothing changes. Raises ImportError, one line, if there is no folder for it.
    """
    if not _numba_finds_a_folder():
        _set(_NUMBA, "numba")
    try:
        yield
    except RuntimeError as error:
        if "no locator available" not in str(error):
            raise
        raise ImportError(
            "numba has no folder for compiled code; set DEC_BENCH_CACHE or NUMBA_CACHE_DIR to a folder of your own "
            "that can be written"
        ) from error


def _set(variable: str, name: str) -> None:
    """Set an environment variable that is not set yet to a folder that only this user can write to, if there is one."""
    if variable in os.environ:
        return
    with suppress(OSError, RuntimeError):  # RuntimeError: there is no home
        cache = Path(os.environ.get("DEC_BENCH_CACHE") or platformdirs.user_cache_dir("dec-bench"))
        for folder in (cache, cache / name):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _is_private(cache) and _is_private(cache / name) and _can_write(cache / name):
            os.environ[variable] = str(cache / name)


def _is_private(folder: Path) -> bool:
    """Whether nobody else can put code into the folder."""
    state = folder.stat()
    return os.name != "posix" or (
        state.st_uid == os.getuid() and not stat.S_IMODE(state.st_mode) & (stat.S_IWGRP | stat.S_IWOTH)
    )


def _numba_finds_a_folder() -> bool:
    with suppress(RuntimeError):  # there is no home
        if _can_write(Path(platformdirs.user_cache_dir("numba"))):
            return True
    specs = [find_spec(library) for library in ("umap", "pynndescent")]
    return all(_can_write(Path(spec.origin).parent / "__pycache__") for spec in specs if spec and spec.origin)


def _can_write(folder: Path) -> bool:
    """Whether files can be written in the folder, or in the first folder above it that exists."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
