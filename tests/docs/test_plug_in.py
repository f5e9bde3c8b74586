"""The package on the page about plug-ins is installed, and the commands of the page run in its order."""

import os
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from commands import WITHOUT_FIGURES
from documents import ROOT
from pages import DOCS, MODULE, blocks, console_lines, write_modules
from plugin_packages import install

PAGE = DOCS / "guides" / "plug-in.md"


def install_the_package_of_the_page(folder: Path, version: str | None = None) -> None:
    """As `pip install .` would install it from its pyproject.toml and its modules."""
    (toml,) = [block.text for block in blocks(PAGE) if block.language == "toml"]
    project = tomllib.loads(toml)["project"]
    sections = [
        "\n".join([f"[{group}]", *(f"{name} = {target}" for name, target in points.items())])
        for group, points in project["entry-points"].items()
    ]
    points = "\n".join(sections) + "\n"
    install(folder, project["name"], {}, points, version or project["version"], project["description"])
    write_modules(PAGE, folder)


@pytest.fixture
def run(tmp_path: Path):
    """A command in a process of its own, which finds the package as it finds every installed one."""
    packages, work = tmp_path / "packages", tmp_path / "work"
    packages.mkdir()
    work.mkdir()
    install_the_package_of_the_page(packages)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(packages)]),
        "OMP_NUM_THREADS": "1",
        "DEC_BENCH_CACHE": str(tmp_path / "cache"),
    }

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments], cwd=work, env=environment, capture_output=True, text=True, timeout=300
        )

    return call


@pytest.mark.slow
def test_the_commands_of_the_page_run(run, tmp_path: Path):
    printed = []
    for line in console_lines(PAGE):
        program, *arguments = shlex.split(line)
        assert program == "python"
        done = run(*arguments)
        assert done.returncode == 0, done.stderr
        assert "warning" not in done.stderr
        printed.append(done.stdout)
    listed, described, *_ = printed
    assert "Clusters of equal size, by brightness (plug-in bright-clusters 1.0)" in listed
    assert "bright-clusters 1.0" in described
    table = (tmp_path / "work/results/bright/table.md").read_text(encoding="utf-8")
    assert "- brightness: class bright_clusters:Brightness; plug-in bright-clusters 1.0; 10 clusters requested" in table
    assert "stripes" in printed[3]
    metrics, again, shown = printed[6:]
    assert "Section 16.3) (plug-in bright-clusters 1.0)" in " ".join(metrics.split())
    assert "2 of 2 cells are finished already" in again
    assert "Purity ↑" in shown
    assert "Data: stripes (bright-clusters 1.0), split all, 240 samples of 64 features" in (
        tmp_path / "work/results/stripes/table.md"
    ).read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("run --methods brightnes --dataset digits", "unknown method 'brightnes'; did you mean 'brightness'?"),
        ("show nothing --metric puritty", "unknown metric 'puritty'; did you mean 'purity'?"),
        ("describe stripe", "unknown method or data set 'stripe'; did you mean 'stripes'?"),
        (
            "run --methods near --alias brightness=sklearn.cluster:Birch --dataset digits",
            "'brightness' is a method of plug-in bright-clusters 1.0 already; choose another name.",
        ),
        ("run --methods brightness --param brightness.powr=1 --dataset digits", "has no option 'powr'; did you mean"),
    ],
)
def test_a_mistake_is_one_line(run, command: str, message: str):
    done = run("-m", "bench", *command.split())
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    assert message in line


@pytest.mark.slow
def test_a_broken_plug_in_is_one_line_and_everything_else_works(run, tmp_path: Path):
    points = "[dec_bench.methods]\nkmeans = broken:K\nunimported = broken:K\n"
    install(tmp_path / "packages", "broken-package", {"broken": "import no_such_module"}, points)
    done = run("-m", "bench", "list", "methods")
    assert done.returncode == 0
    assert "brightness" in done.stdout
    (line,) = done.stderr.splitlines()
    assert line.startswith("warning: plug-in broken-package 1.0, entry point dec_bench.methods: the name 'kmeans' is")
    done = run(*["-m", "bench", "describe", "unimported"])
    assert done.returncode == 2
    assert "error: method 'unimported' of plug-in broken-package 1.0: cannot import 'broken'" in done.stderr


@pytest.mark.slow
def test_scores_from_before_the_package_get_its_metric_and_the_table_reads_without_it(run, tmp_path: Path):
    command = ["-c", WITHOUT_FIGURES, "run", "--methods", "kmeans", "--dataset", "digits", "--seeds", "1"]
    about = tmp_path / "packages" / "bright_clusters-1.0.dist-info"
    hidden = about.rename(tmp_path / "hidden")
    assert run(*command).returncode == 0
    cells = tmp_path / "work/results/digits/cells.csv"
    assert "purity" not in pd.read_csv(cells)
    hidden.rename(about)
    reported = run("-m", "bench", "report", "digits")
    assert "Metric purity of plug-in bright-clusters 1.0 is not computed for 1 finished cells" in " ".join(
        reported.stdout.split()
    )
    fits = {path: path.stat().st_mtime_ns for path in cells.parent.glob("cells/*")}
    assert run(*command).returncode == 0
    (purity,) = pd.read_csv(cells)["purity"]
    assert 0.5 < purity < 1
    assert {path: path.stat().st_mtime_ns for path in cells.parent.glob("cells/*")} == fits
    code = "import bench; print(bench.load('digits').table['purity_mean'].item(), bench.load('digits').caveats)"
    assert run("-c", code).stdout.split() == [str(purity), "[]"]

    about.rename(hidden)
    for arguments in (["report", "digits"], ["show", "digits"]):
        done = run("-m", "bench", *arguments)
        assert done.returncode == 0, done.stderr
        assert "Metric purity is stored, but not shown: its plug-in (bright-clusters 1.0) is not installed" in " ".join(
            done.stdout.split()
        )


FAILING = """
from bench import Metric
def fails(fit):
    raise KeyError("no such thing")
FAILS = Metric("fails", "Fails", "failing:fails", "clusters", "it always fails", (0, 1))
"""


@pytest.mark.slow
def test_a_metric_that_fails_or_is_not_valid_leaves_everything_else(run, tmp_path: Path):
    points = "[dec_bench.metrics]\nfails = failing:FAILS\nari = failing:FAILS\nunimported = no_module:M\n"
    install(tmp_path / "packages", "failing-package", {"failing": FAILING}, points)
    done = run("-c", WITHOUT_FIGURES, "run", "--methods", "kmeans", "--dataset", "digits", "--seeds", "2")
    assert done.returncode == 0, done.stderr
    first, second = [line for line in done.stderr.splitlines() if line.startswith("warning: ")]
    start = "warning: plug-in failing-package 1.0, entry point dec_bench.metrics"
    assert first == f"{start}: the name 'ari' is one of dec-bench's own; 'ari' is left out."
    assert second == (
        f"{start}, 'no_module:M': it cannot be loaded (ModuleNotFoundError: No module named 'no_module'); 'unimported' "
        "is left out."
    )
    reason = "fails of plug-in failing-package 1.0, in all 2 finished cells: KeyError: 'no such thing'"
    table = (tmp_path / "work/results/digits/table.md").read_text(encoding="utf-8")
    assert f"- Metric failed: {reason}" in table
    cells = pd.read_csv(tmp_path / "work/results/digits/cells.csv")
    assert cells["fails"].isna().all()
    assert cells[["accuracy", "purity", "silhouette_own"]].notna().all(axis=None)
    errors = run("-m", "bench", "show", "digits", "--errors").stdout
    assert errors.count("metric fails of plug-in failing-package 1.0 failed") == 2
    assert 'raise KeyError("no such thing")' in errors


@pytest.mark.slow
def test_the_python_of_the_page_runs(run):
    code = "\n".join(each.text for each in blocks(PAGE) if each.language == "python" and not MODULE.match(each.text))
    assert "check_method" in code
    done = run("-c", code)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_another_version_is_named_when_the_run_continues_and_in_the_table(run, tmp_path: Path):
    command = ["-c", WITHOUT_FIGURES, "run", "--methods", "brightness", "--dataset", "digits", "--seeds"]
    assert run(*command, "1").returncode == 0
    install_the_package_of_the_page(tmp_path / "packages", version="2.0")
    done = run(*command, "2")
    assert done.returncode == 0, done.stderr
    line = "brightness: 1 finished cells were made with bright-clusters 1.0, and now it is bright-clusters 2.0: "
    assert line in done.stdout + done.stderr
    table = (tmp_path / "work/results/digits/table.md").read_text(encoding="utf-8")
    assert (
        "The cells of brightness ran with different versions of its plug-in: 1 with bright-clusters 1.0, 1 with "
        "bright-clusters 2.0." in table
    )
