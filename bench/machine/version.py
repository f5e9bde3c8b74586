"""The version of this project, of Python and of torch."""

import platform
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path


@cache
def version() -> str:
    """The version of the code that runs: from `pyproject.toml` in a checkout, else from the installed package.

    The metadata of an installed checkout keep the version of the day of its installation.

    >>> version().count(".")
    2
    """
    try:
        text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    except OSError:
        return installed("dec-bench")
    return str(tomllib.loads(text)["project"]["version"])


def version_lines() -> list[str]:
    """One line each for this project, Python and torch. Imports none of them."""
    try:
        torch = installed("torch")
    except PackageNotFoundError:
        torch = "not installed"
    return [f"dec-bench {version()}", f"Python {platform.python_version()}", f"torch {torch}"]
