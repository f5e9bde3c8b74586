"""Packages with plug-ins, installed as pip installs them: a module, and a folder with the facts about the package."""

import importlib
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.metrics.declarations import plugin_metrics
from methods.registry import installed


def install(
    folder: Path,
    package: str,
    modules: Mapping[str, str],
    entry_points: str,
    version: str = "1.0",
    summary: str = "A tiny package",
) -> None:
    """Install a package in a folder of the search path. `modules`: source by name; another version is removed."""
    for old in folder.glob(f"{package.replace('-', '_')}-*.dist-info/*"):
        old.unlink()
        if not list(old.parent.iterdir()):
            old.parent.rmdir()
    about = folder / f"{package.replace('-', '_')}-{version}.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\nSummary: {summary}\n")
    (about / "entry_points.txt").write_text(entry_points)
    for name, source in modules.items():
        (folder / f"{name}.py").write_text(source)


@contextmanager
def found_here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Packages in a folder are installed for this process. Yields `install` for this folder; the next look is new."""
    monkeypatch.syspath_prepend(folder)
    loaded: set[str] = set()

    def install_here(package: str, modules: Mapping[str, str], entry_points: str, **about: str) -> None:
        install(folder, package, modules, entry_points, **about)
        loaded.update(modules)
        _forget(loaded)

    _forget(loaded)
    yield install_here
    _forget(loaded)


def uninstall(folder: Path, package: str) -> None:
    """Remove a package that `install` has installed, but not its modules."""
    for about in folder.glob(f"{package.replace('-', '_')}-*.dist-info"):
        shutil.rmtree(about)
    _forget(set())


def _forget(modules: Iterable[str]) -> None:
    """Let the next look at the installed packages read them anew."""
    for module in modules:
        sys.modules.pop(module, None)
    importlib.invalidate_caches()
    installed.cache_clear()
    plugin_metrics.cache_clear()
