"""matplotlib keeps its list of fonts in the project's cache folder where it cannot write in the user's folders."""

import os
import sys
from contextlib import suppress
from pathlib import Path

from bench.datasets.cache_folder import private_folder
from bench.errors import UsageError

_VARIABLE = "MPLCONFIGDIR"


def give_matplotlib_a_folder() -> None:
    """Set the folder of matplotlib, if it could not write in its own folders. Call it before matplotlib is imported.

    Without this, each command would look for all fonts again, and print three lines about it. If the environment
    variable MPLCONFIGDIR is set, or if the cache cannot be written, nothing changes.
    """
    if _VARIABLE in os.environ or _has_folders():
        return
    with suppress(OSError, UsageError):
        folder = private_folder(None) / "matplotlib"
        folder.mkdir(mode=0o700, exist_ok=True)
        if _can_write(folder):
            os.environ[_VARIABLE] = str(folder)


def _has_folders() -> bool:
    """Whether matplotlib can write in its default folders, of which Linux has two."""
    try:
        home = Path.home()
    except RuntimeError:  # the user has no home
        return False
    if not sys.platform.startswith(("linux", "freebsd")):
        return _can_write(home / ".matplotlib")
    config = os.environ.get("XDG_CONFIG_HOME") or home / ".config"
    cache = os.environ.get("XDG_CACHE_HOME") or home / ".cache"
    return all(_can_write(Path(folder) / "matplotlib") for folder in (config, cache))


def _can_write(folder: Path) -> bool:
    """Whether files can be written in the folder, or in the first folder above it that exists."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK)
