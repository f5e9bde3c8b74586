"""The wheels of the GPU check: what is needed is there, and nothing that the machine has is replaced."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from documents import ROOT
from gpu_check import wheels
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TARGET = {"python_version": "3.12", "python_full_version": "3.12.3", "sys_platform": "linux", "extra": ""}


def test_every_dependency_is_downloaded_or_there_or_left_out_with_a_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["manifold"]]
    names = {canonicalize_name(Requirement(one).name) for one in declared}
    groups = [set(wheels.NEEDED), set(wheels.ON_THE_MACHINE), set(wheels.NOT_NEEDED)]
    assert names <= set.union(*groups)
    assert sum(map(len, groups)) == len(set.union(*groups)), "a package is in one group"
    assert set(wheels.NOT_NEEDED) <= names


def test_the_packages_need_no_others():
    """Each requirement of a wheel is a wheel, too, or is on the machine: pip is told to install no dependencies."""
    known, unmet = {*wheels.NEEDED, *wheels.ON_THE_MACHINE}, set()
    for name in wheels.NEEDED:
        for one in map(Requirement, requires(name) or []):
            if (one.marker is None or one.marker.evaluate(TARGET)) and canonicalize_name(one.name) not in known:
                unmet.add((name, one.name))
    assert unmet == set()


def test_the_lock_file_has_every_package_once_with_its_digests():
    blocks = re.split(r"\n(?=\S)", wheels.locked(wheels.NEEDED).strip())
    assert sorted(block.partition("==")[0] for block in blocks) == sorted(wheels.NEEDED)
    assert all("--hash=sha256:" in block for block in blocks)
    assert "torch==" not in wheels.locked(wheels.NEEDED)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("rich-15.0.0-py3-none-any", "typing_extensions-4.1-py3-none-any", "torch-9.0-cp312-cp312-linux"):
        (tmp_path / f"{name}.whl").touch()
    return tmp_path


def missing(folder: Path, monkeypatch: pytest.MonkeyPatch, versions: dict[str, str]) -> list[str]:
    def version(name: str) -> str:
        if name not in versions:
            raise PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr(wheels, "version", version)
    return [wheels.name_of(wheel) for wheel in wheels.missing(folder)]


def test_a_package_that_is_there_is_not_installed(folder: Path, monkeypatch: pytest.MonkeyPatch):
    assert missing(folder, monkeypatch, {"rich": "14.3.1", "typing-extensions": "3.0"}) == []


def test_a_package_that_is_lacking_or_too_old_is_installed_but_never_torch(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    assert wheels.lowest()["rich"] == "14.3"
    assert missing(folder, monkeypatch, {"rich": "14.2.9"}) == ["rich", "typing-extensions"]
    assert missing(folder, monkeypatch, {}) == ["rich", "typing-extensions"]


def test_without_missing_wheels_pip_is_not_called(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wheels, "version", lambda name: "99")
    monkeypatch.setattr(wheels.subprocess, "run", lambda *_args, **_options: pytest.fail("pip was called"))
    assert wheels.install(folder, tmp_path / "site") == "installed: nothing, all is there"
