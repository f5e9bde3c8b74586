"""Every command on every page is valid."""

import re
import shlex
import subprocess
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import sklearn.datasets
from documents import ROOT
from pages import console_lines, name, pages, write_modules

from bench.cli.app import main

LINES = [(page, line) for page in pages() for line in console_lines(page)]
PROGRAM = re.compile(r"(?:python -m bench|dec-bench) (.+)")
COMMANDS = sorted(
    {match[1] for page, line in LINES if page.name != "plug-in.md" and (match := PROGRAM.fullmatch(line))}
)
"""Without those that need an installed plug-in: test_plug_in.py runs them."""
TARGETS = sorted({line.split()[1] for _, line in LINES if line.startswith("make ")})
SCRIPTS = sorted({line.split()[1] for _, line in LINES if line.startswith(("python docs/", "sh docs/"))})
NO_SUCH_EXPERIMENT = (
    "compare",
    "predict",
    "export",
    "compress",
    "report",
    "status",
    "figures",
    "indices",
    "choose",
    "show",
)
"""Commands that read a results folder; the folder of the test has none."""


def test_every_line_of_a_console_block_is_of_a_kind_that_a_test_checks():
    checked = (PROGRAM.pattern, "make .+", "python docs/.+", "sh docs/.+", r"pip install .+", r"dask .+", r"git .+")
    assert [line for _, line in LINES if not any(re.fullmatch(kind, line) for kind in checked)] == []
    assert len(COMMANDS) > 30
    assert {"run"} <= set(TARGETS)
    assert all((ROOT / script).is_file() for script in SCRIPTS)
    assert len(SCRIPTS) == 5


def test_the_readme_shows_every_command():
    shown = {match[1].split()[0] for line in console_lines(ROOT / "README.md") if (match := PROGRAM.fullmatch(line))}
    others = {
        "show",
        "compare",
        "indices",
        "choose",
        "report",
        "figures",
        "predict",
        "export",
        "status",
        "search",
        "reproduce",
        "list",
        "describe",
    }
    assert shown == {"run", *others}


@pytest.mark.parametrize("target", TARGETS)
def test_make_targets_exist(target: str):
    subprocess.run(["make", "--no-print-directory", "--dry-run", target], cwd=ROOT, check=True, capture_output=True)


def test_make_run_compares_the_three_methods_that_the_pages_name():
    printed = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", "run"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    assert printed.splitlines()[-1].endswith("python -m bench run --methods dec,som,kmeans")


@pytest.fixture
def flowers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of images that the guides name."""
    top = tmp_path_factory.mktemp("data") / "flowers"
    for kind in ("rose", "tulip"):
        folder = top / "train" / kind
        folder.mkdir(parents=True)
        for i in range(6):
            pixels = np.random.default_rng(i).integers(0, 256, (16, 16), dtype=np.uint8)
            PIL.Image.fromarray(pixels).save(folder / f"{i}.png")
    return top


def texts(folder: Path) -> Path:
    """A small folder of texts, instead of a data set of the Hub."""
    for kind, words in (("sport", "the team won the match"), ("trade", "the price of oil fell")):
        (folder / kind).mkdir(parents=True)
        for number in range(8):
            (folder / kind / f"{number}.txt").write_text(f"{words} again on day {number}")
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_are_valid(
    command: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    """The cells of a run are listed, not made. All of MNIST and texts are read from a folder, not from the Hub."""
    arguments = shlex.split(command)
    if "./flowers" in arguments:
        arguments[arguments.index("./flowers")] = str(request.getfixturevalue("flowers"))
        monkeypatch.setenv("DEC_BENCH_CACHE", str(tmp_path / "cache"))
    if "wine.csv" in arguments:
        sklearn.datasets.load_wine(as_frame=True).frame.to_csv(tmp_path / "wine.csv", index=False)
    if "ag_news" in arguments:
        arguments[arguments.index("ag_news")] = str(texts(tmp_path / "texts"))
    if "mnist" in arguments or arguments[0] == "reproduce":
        folder = str(request.getfixturevalue("mnist"))
        arguments = [folder if argument == "mnist" else argument for argument in arguments]
        arguments += ["--dataset", folder] if arguments[0] == "reproduce" else []
    if arguments[0] in ("run", "reproduce", "search"):
        arguments.append("--dry-run")
    monkeypatch.chdir(tmp_path)
    for page in pages():
        write_modules(page, tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    code = main(arguments)
    printed = capsys.readouterr()
    if arguments[0] in NO_SUCH_EXPERIMENT and len(arguments) > 1:
        assert code == 2
        assert printed.err.startswith("error: no experiment"), printed.err
    else:
        assert code == 0, printed.err
        assert printed.out


def test_every_page_that_shows_commands_is_read():
    assert {"README.md", "docs/guides/command-line.md"} <= {name(page) for page, _ in LINES}
