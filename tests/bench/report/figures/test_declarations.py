"""Declarations of figures are complete and consistent."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import bench.report.figures
from bench.report.figures.declarations import FIGURES

NAMES = [
    *("labels", "silhouettes", "training", "classes", "agreement", "time-to-accuracy", "k", "proposed-k"),
    *("confusion", "map", "centres", "examples", "reconstructions", "tsne", "ranks"),
    *("critical-difference", "compression", "index"),
]


def test_names_are_stable_and_in_order() -> None:
    """They are file names in published results."""
    assert [declared.name for declared in FIGURES] == NAMES


def test_every_address_is_a_function_of_its_own_file() -> None:
    modules = []
    for declared in FIGURES:
        module, _, name = declared.function.partition(":")
        function = getattr(import_module(module), name)
        assert function.__module__ == module
        assert function.__doc__
        (view,) = (kind for argument, kind in function.__annotations__.items() if argument != "return")
        assert view is declared.view, declared.name
        modules.append(module)
    assert len(set(modules)) == len(FIGURES)


def test_every_file_that_draws_from_a_view_is_declared() -> None:
    shared = {"canvas", "declarations", "image_rows", "strips", "views", "write", "architecture", "__init__"}
    shared |= {"fewer_colours", "file_names", "fonts", "histories", "limits", "own_files", "palette", "rendering"}
    shared |= {"short_names"}
    files = {path.stem for path in Path(bench.report.figures.__file__).parent.glob("*.py")} - shared
    assert files == {declared.function.partition(":")[0].rpartition(".")[2] for declared in FIGURES}


def test_declarations_load_no_plotting_library() -> None:
    code = (
        "import sys, bench.report.figures.declarations;"
        "print(*[m for m in ('matplotlib', 'seaborn') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
