"""The folder of the cache: it belongs to one user, and nobody else can write there."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import platformdirs

from bench.errors import UsageError

_REMEDY = "set DEC_BENCH_CACHE to a folder of your own"


def private_folder(cache_dir: Path | None) -> Path:
    """`cache_dir`, else the environment variable DEC_BENCH_CACHE, else the user's cache folder; made with mode 0700.

    Who can write to the cache can give any data the name of a known data set. So on POSIX systems, the folder must
    belong to the user. The user's default cache folder is narrowed to 0700. A folder that the user named keeps its
    mode, because it may have other contents; it is refused if others can write to it. The folder itself may be a
    symbolic link. Raises UsageError.
    """
    named = cache_dir or os.environ.get("DEC_BENCH_CACHE")
    try:
        folder = Path(named or platformdirs.user_cache_dir("dec-bench"))
    except RuntimeError as error:  # a user without a home, as in some containers
        raise UsageError(
            "there is no folder for the cache: this user has no home folder (HOME is not set); set DEC_BENCH_CACHE to "
            "a writable folder with enough free space"
        ) from error
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = folder.stat()
    except OSError as error:
        raise UsageError(not_writable(folder, error)) from error
    if os.name == "posix":
        _check_owner(folder, state, is_named=bool(named))
    return folder


def _check_owner(folder: Path, state: os.stat_result, is_named: bool) -> None:
    user, mode = os.getuid(), stat.S_IMODE(state.st_mode)
    if state.st_uid != user:
        raise UsageError(
            f"the cache '{folder}' belongs to user {state.st_uid}, and this process is user {user}; expected a folder "
            f"of its own user, because the owner can change the data: {_REMEDY}, or run as user {state.st_uid} "
            f"(in a container: --user {state.st_uid})"
        )
    if is_named and mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise UsageError(
            f"the cache '{folder}' has mode {mode:04o}: other users can write to it and change the data; a cache "
            f"cannot be shared by a team, each user needs an own folder: {_REMEDY}, or run `chmod 700` on this one"
        )
    if not is_named and mode & 0o077:
        with suppress(OSError):  # on a read-only disk, nobody can write
            folder.chmod(0o700)


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A temporary folder inside `folder`, for the files that `datasets` writes; it is deleted afterwards.

    Raises UsageError if `folder` cannot be written.
    """
    try:
        temporary = tempfile.TemporaryDirectory(dir=folder, prefix="scratch-", ignore_cleanup_errors=True)
    except OSError as error:
        raise UsageError(not_writable(folder, error)) from error
    with temporary as name:
        yield Path(name)


def not_writable(folder: Path, error: OSError) -> str:
    """The message for a cache that cannot be written."""
    return (
        f"cannot write the cache '{folder}' ({error.strerror or error}); "
        "set DEC_BENCH_CACHE to a writable folder with enough free space"
    )
