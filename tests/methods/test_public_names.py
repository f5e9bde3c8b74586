"""The names that `methods` hands out: lazily, and the same for a program, a type checker and the registry."""

import ast
import re
import subprocess
import sys
import tomllib

import pytest
from documents import ROOT
from mypy import api

import methods
from methods import registry

TARGETS = {method.target for method in registry.METHODS.values()}


def typed_names(package: str) -> dict[str, str]:
    """The names that a type checker sees in a package, with their modules."""
    tree = ast.parse((ROOT / package / "__init__.py").read_text())
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.asname: node.module for node in imports for alias in node.names}


def test_importing_methods_loads_neither_torch_nor_scikit_learn():
    program = "import methods, sys; dir(methods); print(sorted({'torch', 'sklearn', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_registered_class_has_a_public_name_that_type_checkers_know():
    assert {f"{module}:{name}" for name, module in typed_names("methods").items()} == TARGETS
    assert {target.partition(":")[2] for target in TARGETS} == set(methods.__all__) - {"__version__", "load"}
    assert set(methods.__all__) <= set(dir(methods))


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_a_public_name_is_the_class_of_the_registry(target: str):
    module, _, name = target.partition(":")
    cls = getattr(methods, name)
    assert (cls.__module__, cls.__qualname__) == (module, name)
    assert vars(methods)[name] is cls  # the second use does not ask again


def test_an_unknown_name_proposes_the_nearest():
    with pytest.raises(AttributeError, match=re.escape("unknown name in methods 'Kmeans'; did you mean 'KMeans'?")):
        methods.Kmeans  # noqa: B018 - the access is the test


def test_the_version_is_that_of_the_installed_package():
    assert re.fullmatch(r"\d+\.\d+\.\d+", methods.__version__)


@pytest.mark.parametrize("package", ["bench", "methods"])
def test_the_installed_packages_have_types(package: str):
    data = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    assert "py.typed" in data[package]
    assert (ROOT / package / "py.typed").exists()


@pytest.mark.slow  # mypy reads all modules that the program imports
def test_mypy_knows_the_public_names(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    program = tmp_path / "program.py"
    program.write_text(
        "import bench\nfrom methods import DEC\nreveal_type(DEC(n_clusters=3))\nreveal_type(bench.run)\n"
        "reveal_type(bench.load('x'))\nDEC(n_clusters='three')\n"
    )
    report, _, _ = api.run([str(program)])  # with the options of `make lint`, whose cache it reads
    assert 'Revealed type is "methods.dec.estimator.DEC"' in report
    assert 'Revealed type is "bench.interface.results.Results"' in report
    assert 'Argument "n_clusters" to "DEC" has incompatible type "str"; expected "int"' in report
