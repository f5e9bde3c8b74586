"""The version of this project, of Python and of torch."""

import platform
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any


@cache
def version() -> str:
    """The version of the code that runs: from `pyproject.toml` in a checkout, else from the installed package.

    The metadata of an installed checkout keep the version of the day of its installation.

    >>> version().count(".")
    2
    """
    project = _checkout()
    return installed("dec-bench") if project is None else str(project["version"])


def licence() -> str:
    """The SPDX identifier of the licence of this code.

    >>> licence()
    'MIT'
    """
    project = _checkout()
    return str(metadata("dec-bench")["License-Expression"] if project is None else project["license"])


def _checkout() -> dict[str, Any] | None:
    """The table `project` of `pyproject.toml`; None outside a checkout."""
    try:
        text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    except OSError:
        return None
    project: dict[str, Any] = tomllib.loads(text)["project"]
    return project


def version_lines() -> list[str]:
    """One line each for this project, Python and torch. Imports none of them."""
    try:
        torch = installed("torch")
    except PackageNotFoundError:
        torch = "not installed"
    return [f"dec-bench {version()}", f"Python {platform.python_version()}", f"torch {torch}"]
