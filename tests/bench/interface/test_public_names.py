"""The names that `bench` hands out: lazily, each with an example that runs."""

import ast
import inspect
import re
import subprocess
import sys

import pytest
from documents import ROOT

import bench

HEAVY = {"torch", "numpy", "pandas", "sklearn", "rich", "msgspec"}


def test_importing_bench_loads_no_library():
    program = f"import bench, sys; dir(bench); print(sorted({HEAVY} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_type_checkers_see_every_name():
    tree = ast.parse((ROOT / "bench" / "__init__.py").read_text())
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    seen = {alias.asname: node.module for node in imports for alias in node.names}
    assert {*seen, "__version__"} == set(bench.__all__)
    assert {name: getattr(bench, name).__module__ for name in seen} == seen
    assert set(bench.__all__) <= set(dir(bench))


@pytest.mark.parametrize("name", [*sorted({*bench.__all__} - {"__version__"}), "Results.labels", "Results.embedding"])
def test_every_name_has_an_example(name: str):
    value = bench
    for part in name.split("."):
        value = getattr(value, part)
    assert ">>> " in (inspect.getdoc(value) or "")


def test_all_arguments_of_run_are_described():
    text = inspect.getdoc(bench.run) or ""
    described = re.findall(r"^(?:\*\*)?(\w+) : ", text, re.MULTILINE)
    assert described == [*inspect.signature(bench.run).parameters]


def test_an_unknown_name_proposes_the_nearest():
    with pytest.raises(AttributeError, match=re.escape("unknown name in bench 'Result'; did you mean 'Results'?")):
        bench.Result  # noqa: B018 - the access is the test


def test_a_usage_error_is_a_value_error():
    assert issubclass(bench.UsageError, ValueError)
    assert re.fullmatch(r"\d+\.\d+\.\d+", bench.__version__)
