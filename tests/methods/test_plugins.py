"""Entry points of installed packages: what is read, in which order, and what is left out with one line."""

from pathlib import Path

import pytest
from plugin_packages import install

from methods.plugins import installed

GROUP = "dec_bench.tests"
TAKEN = frozenset({"kmeans"})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(tmp_path)
    installed.cache_clear()
    return tmp_path


def test_a_plug_in_has_its_package_and_version_and_is_not_imported(folder: Path):
    install(folder, "tiny-package", {"tiny": "raise RuntimeError"}, f"[{GROUP}]\nspectral-net = tiny:Net\n", "1.2")
    found = installed(GROUP, TAKEN)
    assert not found.problems
    plugin = found.known["spectral-net"]
    assert (plugin.target, plugin.source) == ("tiny:Net", "tiny-package 1.2")
    assert plugin.description == "A tiny package (plug-in tiny-package 1.2)"


def test_without_a_plug_in_there_is_nothing(folder: Path):
    assert installed(GROUP, TAKEN).known == {}
    assert installed(GROUP, TAKEN).problems == ()


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("kmeans = tiny:Net", "the name 'kmeans' is one of dec-bench's own; 'kmeans' is left out."),
        ("a.b = tiny:Net", "the name 'a.b' is not valid: expected letters, digits, - and _, the first one a letter;"),
        ("net = tiny", "'tiny' is not valid: expected package.module:Name; 'net' is left out."),
    ],
)
def test_an_entry_that_is_not_valid_is_one_line_and_the_others_stay(folder: Path, entry: str, problem: str):
    install(folder, "tiny-package", {}, f"[{GROUP}]\n{entry}\ngood = tiny:Good\n")
    found = installed(GROUP, TAKEN)
    assert list(found.known) == ["good"]
    (line,) = found.problems
    assert line.startswith(f"plug-in tiny-package 1.0, entry point {GROUP}: {problem}")


def test_of_two_packages_with_one_name_the_first_in_the_alphabet_is_used(folder: Path):
    install(folder, "b-package", {}, f"[{GROUP}]\nnet = b:Net\n")
    install(folder, "a-package", {}, f"[{GROUP}]\nnet = a:Net\n")
    found = installed(GROUP, TAKEN)
    assert found.known["net"].package == "a-package"
    assert found.problems == (
        f"plug-in b-package 1.0, entry point {GROUP}: the name 'net' is taken by plug-in a-package 1.0; 'net' is left "
        "out.",
    )
