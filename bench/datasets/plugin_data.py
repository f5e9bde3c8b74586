"""Data sets of plug-ins: a function of an installed package gives arrays, or the path of a folder or file."""

from collections.abc import Callable
from dataclasses import replace
from os import PathLike, fspath
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from bench.datasets.bundled import WHOLE
from bench.datasets.catalogue import DEFAULT_SPLIT, dataset_plugins
from bench.datasets.given_arrays import given_arrays
from bench.datasets.images import ImageData
from bench.errors import UsageError
from bench.store.reading import Reading

FromPath = Callable[[str], ImageData]
"""Loads the data set in a folder or file, by its absolute path."""


def load_plugin_data(
    name: str, split: str, cache_dir: Path | None, reading: Reading, from_path: FromPath, *, is_learnt: bool
) -> ImageData:
    """The data set of a plug-in: what its function returns, read as `given_arrays` reads it, or with `from_path`.

    The function is called each time. Arrays are cached by their content, so a function that gives other arrays gives
    another digest. `is_learnt`: the rows are to be prepared as those of an earlier fit, which arrays cannot be. Raises
    UsageError, one line with the package, if the function cannot be loaded, fails, or gives no valid data.
    """
    plugin = dataset_plugins()[name]
    title = f"data set '{name}' of plug-in {plugin.source}"
    try:
        function = resolve_name(plugin.target)
    except (Exception, SystemExit) as error:  # the module of a plug-in may raise anything
        raise UsageError(f"{title}: cannot load '{plugin.target}' ({type(error).__name__}: {error})") from error
    if not callable(function):
        raise UsageError(f"{title}: '{plugin.target}' is a {type(function).__name__}; expected a function")
    try:
        given: Any = function()
    except (Exception, SystemExit) as error:
        raise UsageError(f"{title}: its function failed ({type(error).__name__}: {error})") from error
    try:
        if isinstance(given, str | PathLike):
            data = from_path(str(Path(fspath(given)).expanduser().resolve()))
        else:
            _check_arrays(split, is_learnt=is_learnt)
            data = given_arrays(given, cache_dir, reading=reading)
    except UsageError as error:
        raise UsageError(f"{title}: {error}") from error
    return replace(data, name=name, source=plugin.source)


def _check_arrays(split: str, *, is_learnt: bool) -> None:
    if split not in (WHOLE, DEFAULT_SPLIT):
        raise UsageError(f"it has arrays, and no splits; expected '{WHOLE}', got '{split}'")
    if is_learnt:
        raise UsageError("it has arrays; call predict of the model in Python, on these arrays")
