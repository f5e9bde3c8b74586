"""Addresses that are strings: every module and every attribute that a string names exists."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from bench.metrics.declarations import METRICS
from methods import registry

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = re.compile(r"(?<![\w./-])(?:bench|methods)(?:\.[A-Za-z_]\w*)+(?::[A-Za-z_]\w*)?(?![\w/])")
"""`package.module`, `package.module.attribute` or `package.module:attribute`."""
FOLDERS = ("bench", "methods", "tests")


def addresses(path: Path) -> Iterator[str]:
    """The addresses in the strings of a Python file, docstrings included."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (found for found in ADDRESS.findall(node.value) if not found.endswith(".md"))


def resolve(address: str) -> Any:
    """The module or the attribute at an address. Raises ImportError or AttributeError if there is none."""
    module, _, attribute = address.partition(":")
    names = module.split(".")
    length = next(n for n in range(len(names), 0, -1) if is_module(names[:n]))
    value: Any = import_module(".".join(names[:length]))
    for name in [*names[length:], *filter(None, [attribute])]:
        value = getattr(value, name)
    return value


def is_module(names: list[str]) -> bool:
    try:
        return find_spec(".".join(names)) is not None
    except ModuleNotFoundError:  # the part before the last dot is not a package
        return False


FOUND = sorted(
    {
        (address, path.relative_to(ROOT).as_posix())
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        if path != Path(__file__) and not path.name.startswith("test_contributing")  # these make modules of their own
        for address in addresses(path)
    }
)


@pytest.mark.parametrize(("address", "file"), FOUND)
def test_every_address_resolves(address: str, file: str):
    assert resolve(address) is not None


def test_addresses_of_each_kind_are_found():
    """The worker module, the environment program, metric functions and monkeypatch targets are among them."""
    found = {address for address, _ in FOUND}
    assert {"bench.running.worker", "bench.machine.environment", "methods.dec.estimator:DEC"} <= found
    assert any(file.startswith("tests/bench/commands") for _, file in FOUND)


@pytest.mark.parametrize("wrong", ["bench.running.workers", "bench.nothing.at_all", "methods.kmeans:KMean"])
def test_a_wrong_address_does_not_resolve(wrong: str):
    with pytest.raises((ImportError, AttributeError)):
        resolve(wrong)


def test_every_declared_function_and_class_loads():
    assert all(callable(metric.load()) for metric in METRICS)
    assert all(callable(resolve(method.target)) for method in registry.METHODS.values())
