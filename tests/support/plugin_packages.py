"""Packages with plug-ins, installed as pip installs them: a module, and a folder with the facts about the package."""

from collections.abc import Mapping
from pathlib import Path


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
