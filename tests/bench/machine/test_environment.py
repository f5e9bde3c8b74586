"""The stored description of the machine and the software of a cell."""

import re
import tomllib
from pathlib import Path

from bench.machine.environment import COMPUTING_LIBRARIES, describe_environment
from methods.registry import METHODS

ROOT = Path(__file__).resolve().parents[3]


def test_the_environment_has_the_library_of_every_extra_that_a_method_needs():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    needed = {method.extra.name for method in METHODS.values() if method.extra is not None}
    libraries = {re.split(r"[<>=]", one)[0] for name in needed for one in extras[name]}
    assert libraries == {"umap-learn"}
    assert libraries <= set(COMPUTING_LIBRARIES)


def test_the_environment_has_the_installed_versions():
    versions = describe_environment(1, "cpu").versions
    assert set(versions) == set(COMPUTING_LIBRARIES)
    assert all(re.match(r"\d+\.\d+", version) for version in versions.values())
