"""The lock files fit pyproject.toml, pip refuses every other file, and the workflows run what the Makefile has."""

import ast
import hashlib
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))

specification = importlib.util.spec_from_file_location("lock", ROOT / "docs" / "contributing" / "lock.py")
assert specification is not None
assert specification.loader is not None
lock = importlib.util.module_from_spec(specification)
specification.loader.exec_module(lock)
LOCKS = [lock.LOCK, lock.CUDA, lock.PEERS, lock.DOCS, lock.MODELS]


def locked(path: Path) -> dict[str, str]:
    """Version by name."""
    return dict(pin.split("==") for pin in lock.pins(path.read_text()).splitlines())


NOT_INSTALLED = {"text", "features", "onnx"}
"""Extras that `make setup` does not install, but `make models`: their libraries need hundreds of megabytes."""


def declared() -> list[Requirement]:
    groups = [
        PROJECT["build-system"]["requires"],
        PROJECT["project"]["dependencies"],
        *(each for name, each in PROJECT["project"]["optional-dependencies"].items() if name not in NOT_INSTALLED),
        PROJECT["dependency-groups"]["dev"],
    ]
    return [Requirement(one) for group in groups for one in group if not one.startswith("dec-bench[")]


def test_every_declared_dependency_is_locked_with_a_version_that_fits():
    versions = locked(lock.LOCK)
    assert len(declared()) > 30
    for requirement in declared():
        assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)]), requirement
    peers = [Requirement(one) for one in PROJECT["dependency-groups"]["peers"]]
    assert all(one.specifier.contains(locked(lock.PEERS)[one.name]) for one in peers)
    docs = [Requirement(one) for one in PROJECT["dependency-groups"]["docs"]]
    assert all(one.specifier.contains(locked(lock.DOCS)[one.name]) for one in docs)
    extras = PROJECT["project"]["optional-dependencies"]
    models = [Requirement(one) for name in NOT_INSTALLED for one in extras[name]]
    assert all(one.specifier.contains(locked(lock.MODELS)[one.name]) for one in models)
    assert not (locked(lock.DOCS) | locked(lock.MODELS)).keys() & versions.keys(), "a package has one version"
    assert locked(lock.MODELS)["torchvision"] == locked(lock.PEERS)["torchvision"]


BROUGHT_BY = {"dask": "distributed", "numba": "umap-learn", "pydantic": "typer"}
"""Imported packages that are a part of the interface of a declared one, so that its version decides."""


def imported_packages() -> set[str]:
    """The packages whose modules `bench` and `methods` import."""
    trees = [ast.parse(path.read_text()) for room in ("bench", "methods") for path in (ROOT / room).rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    modules = {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"bench", "methods"}
    packages = packages_distributions()
    # the packages of extras that are not installed have the names of their modules
    return {canonicalize_name(packages.get(module, [module])[0]) for module in modules}


def test_every_imported_package_is_declared():
    project = PROJECT["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    names = {canonicalize_name(Requirement(one).name) for group in groups for one in group}
    assert imported_packages() >= {"torch", "pyarrow", "pyyaml", "numba"}
    assert imported_packages() - names == set(BROUGHT_BY)
    for package, name in BROUGHT_BY.items():
        assert package in {canonicalize_name(Requirement(one).name) for one in requires(name) or []}


def test_the_build_uses_exactly_the_locked_setuptools():
    assert PROJECT["build-system"]["requires"] == [f"setuptools=={locked(lock.LOCK)['setuptools']}"]


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_a_lock_file_has_one_version_and_digests_of_every_package_and_nothing_else(path: Path):
    text = path.read_text()
    blocks = lock.blocks(text)
    assert text == lock.HEADS[path] + "".join(blocks), "it is as `make lock` writes it"
    assert len(blocks) == len(locked(path)) > 1
    for block in blocks:
        first, *digests = block.split(" \\\n")
        assert re.fullmatch(r"[a-z0-9.-]+==[^\s;]+( ; .+)?", first)
        assert digests
        assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}\n?", digest) for digest in digests)


def test_packages_of_graphics_cards_are_in_a_file_of_their_own():
    others = locked(lock.LOCK) | locked(lock.DOCS) | locked(lock.MODELS)
    assert not [name for name in others if "nvidia" in name or "cuda" in name or name == "triton"]
    assert {"nvidia-cudnn-cu13", "triton"} <= locked(lock.CUDA).keys()


def test_the_cpu_build_is_of_the_locked_version_of_torch():
    (block,) = lock.blocks((ROOT / "requirements-cpu.lock").read_text())
    version = locked(lock.LOCK)["torch"]
    assert re.fullmatch(rf"torch=={re.escape(version)}\+cpu ; .+ \\\n    --hash=sha256:[0-9a-f]{{64}}\n", block)


def install_commands() -> list[str]:
    """The commands of `make benchmark docs models`, and so of `make setup`, that install packages from a lock file."""
    command = ["make", "--dry-run", "--always-make", "benchmark", "docs", "models"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return re.findall(r"\S+ -m pip .* -r \S+", printed.replace("||", "\n"))


def test_every_lock_file_is_installed_with_its_digests():
    commands = install_commands()
    assert len(commands) == 6
    assert {command.split()[-1] for command in commands} == {path.name for path in ROOT.glob("requirements*.lock")}
    assert all({"--require-hashes", "--no-deps"} <= set(command.split()) for command in commands)


@pytest.mark.slow
def test_the_command_of_the_makefile_refuses_a_file_with_another_digest(tmp_path: Path):
    name = "requirements.lock"
    wheel = tmp_path / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", "")
        archive.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        archive.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("tiny-1.0.dist-info/RECORD", "")
    (command,) = (command for command in install_commands() if command.endswith(f"-r {name}"))
    command_line = [sys.executable, *command.split()[1:]]
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path), "PIP_TARGET": str(tmp_path / "installed")}

    def install(digest: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / name).write_text(f"tiny==1.0 \\\n    --hash=sha256:{digest}\n")
        environment = {**os.environ, "PIP_CONFIG_FILE": os.devnull, **offline}
        return subprocess.run(command_line, cwd=tmp_path, env=environment, capture_output=True, text=True)

    refused = install("0" * 64)
    assert refused.returncode == 1
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in refused.stderr
    assert not (tmp_path / "installed" / "tiny.py").exists()
    assert install(hashlib.sha256(wheel.read_bytes()).hexdigest()).returncode == 0
    assert (tmp_path / "installed" / "tiny.py").exists()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_only_read_and_its_actions_are_pinned(path: Path):
    workflow = yaml.safe_load(path.read_text())
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert "permissions" not in job
        assert job["timeout-minutes"] <= 360
        uses = [step["uses"] for step in job["steps"] if "uses" in step]
        assert uses
        assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", one) for one in uses)
        (checkout,) = (step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@"))
        assert checkout["with"] == {"persist-credentials": False}


def test_the_workflows_run_the_tests_and_check_every_lock_file():
    jobs = [job for path in WORKFLOWS for job in yaml.safe_load(path.read_text())["jobs"].values()]
    commands = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    assert {"make test", "make nightly"} <= set(commands)
    audits = " ".join(command for command in commands if command.startswith("pip-audit"))
    assert sorted(re.findall(r"-r (\S+)", audits)) == sorted(path.name for path in LOCKS)
