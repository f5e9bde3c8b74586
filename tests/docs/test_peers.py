"""Other packages: docs/results/peers.sh runs what the page says, and the page has the published figures.

The commands of the script are read, not run.
"""

import os
import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest
from documents import RESULTS, ROOT, marked

PAGE = "docs/results/peers.md"
FOLDERS = RESULTS / "peers-mnist-5k"
PACKAGES = ("clustpy", "torchsom", "torchvision")
SEEDS = {"equal": 3, "defaults": 10}
"""How many seeds are published."""
NOT_MEASURED = ("clustpy-dec", "clustpy-idec", "clustpy-dcn", "clustpy-n2d")
"""The rows of the defaults that are still missing."""
is_published = pytest.mark.skipif(not FOLDERS.exists(), reason="`make peers` has not been run for the page yet")


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """The options of each command of the script, in order; of `--alias`, the last one."""
    folder = tmp_path_factory.mktemp("bin")
    (folder / "python").write_text('#!/bin/sh\necho "$*"\n')
    (folder / "python").chmod(0o755)
    environment = {"PATH": f"{folder}:{os.environ['PATH']}"}
    script = ["sh", str(ROOT / "docs" / "results" / "peers.sh")]
    printed = subprocess.run(script, env=environment, check=True, capture_output=True, text=True).stdout
    found = []
    for line in printed.splitlines():
        words = [word for word in shlex.split(line)[3:] if word != "--no-models"]
        found.append(dict(zip(words[::2], words[1::2], strict=True)))
    return found


def methods(commands: list[dict[str, str]], name: str) -> list[str]:
    return [method for each in commands if each["--name"] == name for method in each["--methods"].split(",")]


def test_both_experiments_have_the_same_digits_and_threads(commands):
    seeds = [(options["--name"], options["--seeds"]) for options in commands]
    assert seeds == [("defaults", "10"), ("equal", "3"), ("defaults", "5")]
    for options in commands:
        assert (options["--dataset"], options["--threads"]) == ("mnist-5k", "1")
        assert "--param" not in options


def test_every_row_of_the_script_is_on_the_page(commands):
    text = (ROOT / PAGE).read_text().partition("## What other classes reach")[2]
    named = set(re.findall(r"`([a-z0-9-]+)`", "".join(re.findall(r"^\| (`.+?) \|", text, re.MULTILINE))))
    assert set(methods(commands, "defaults")) == named


@pytest.mark.skipif(FOLDERS.exists(), reason="the page has figures")
def test_a_page_without_figures_says_so():
    for name in ("equal", "equal-differences", "defaults"):
        assert marked(PAGE, name).strip() == "The table is not measured yet."


@is_published
@pytest.mark.parametrize(("name", "at_least"), [("equal", 18), ("defaults", 36)])
def test_the_tables_are_the_published_ones(name: str, at_least: int):
    rows = [line for line in marked(PAGE, name).splitlines() if line.startswith("|")]
    published = (FOLDERS / name / "table.md").read_text().splitlines()
    assert len(rows) >= at_least
    assert [row for row in rows if row not in published] == []


@is_published
@pytest.mark.parametrize("name", ["equal", "defaults"])
def test_the_published_fits_are_those_of_the_script(commands, name):
    cells = pd.read_csv(FOLDERS / name / "cells.csv")
    assert set(cells.status) == {"ok"}
    made = [method for method in methods(commands, name) if name == "equal" or method not in NOT_MEASURED]
    expected = [(method, seed) for method in made for seed in range(SEEDS[name])]
    assert sorted(zip(cells.method, cells.seed, strict=True)) == sorted(expected)


def test_the_page_says_how_many_seeds_there_are_and_what_is_missing():
    text = (ROOT / PAGE).read_text()
    assert "These are three seeds" in text
    assert "all of its epochs, and ten seeds" in text
    assert ("The rows of ClustPy are not measured yet." in text) == bool(NOT_MEASURED)


@pytest.mark.slow
@pytest.mark.skipif(
    any(find_spec(package) is None for package in PACKAGES), reason="`make peers` installs the other packages"
)
def test_the_networks_of_the_first_table_are_equal(tmp_path: Path):
    """In a process of its own: ClustPy seeds the global generators."""
    program = """
import numpy as np, peers
X = np.random.default_rng(0).random((300, 784), dtype=np.float32)
for ours, theirs in ((peers.EqualDEC, peers.EqualClustPyDEC), (peers.EqualIDEC, peers.EqualClustPyIDEC)):
    fits = [each(10, pretrain_epochs=1, clustering_epochs=1, random_state=0).fit(X) for each in (ours, theirs)]
    networks = [fits[0].model_.network_, fits[1].model_.neural_network_trained_]
    kinds = [[str(m) for m in n.modules() if type(m).__name__ == "Linear"] for n in networks]
    print(kinds[0] == kinds[1], [sum("ReLU" == type(m).__name__ for m in n.modules()) for n in networks])
    print(len(fits[0].labels_) == len(fits[1].labels_) == 300)
"""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'docs' / 'results'}:{ROOT}"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    printed = [line for line in done.stdout.splitlines() if line.startswith(("True", "False"))]
    assert printed == ["True [6, 6]", "True"] * 2
