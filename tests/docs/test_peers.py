"""Other packages: docs/results/peers.sh runs what the page says, and the page has the published figures.

The commands of the script are read, not run.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from documents import RESULTS, ROOT
from other_packages import ARE_HERE, NOT_HERE
from shell_commands import recorded

PAGE = "docs/results/peers.md"
FOLDERS = RESULTS / "peers-mnist-5k"


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """The options of each command of the script, in order; of `--alias`, the last one."""
    calls = recorded("sh docs/results/peers.sh", tmp_path_factory.mktemp("bin"))
    words = [[word for word in call[3:] if word != "--no-models"] for call in calls]
    return [dict(zip(each[::2], each[1::2], strict=True)) for each in words]


def methods(commands: list[dict[str, str]], name: str) -> list[str]:
    return [method for each in commands if each["--name"] == name for method in each["--methods"].split(",")]


def test_both_experiments_have_the_same_digits_and_threads(commands):
    seeds = [(options["--name"], options["--seeds"]) for options in commands]
    assert seeds == [("defaults", "10"), ("equal", "3"), ("defaults", "3")]
    for options in commands:
        assert (options["--dataset"], options["--threads"]) == ("mnist-5k", "1")
        assert "--param" not in options


def test_every_row_of_the_script_is_on_the_page(commands):
    text = (ROOT / PAGE).read_text().partition("## What other classes reach")[2]
    named = set(re.findall(r"`([a-z0-9-]+)`", "".join(re.findall(r"^\| (`.+?) \|", text, re.MULTILINE))))
    assert set(methods(commands, "defaults")) == named


@pytest.mark.parametrize("name", ["equal", "defaults"])
def test_the_published_fits_are_those_of_the_script(commands, name):
    cells = pd.read_csv(FOLDERS / name / "cells.csv")
    assert set(cells.status) == {"ok"}
    expected = [
        (method, seed)
        for options in commands
        if options["--name"] == name
        for method in options["--methods"].split(",")
        for seed in range(int(options["--seeds"]))
    ]
    assert sorted(zip(cells.method, cells.seed, strict=True)) == sorted(expected)


def test_what_the_page_says_of_dec_and_other_rows_is_so():
    verdicts = pd.read_csv(FOLDERS / "defaults" / "improvements.csv").set_index(["metric", "baseline"])["verdict"]
    maps = ("umap-gmm", "umap-gmm-hidden", "clustpy-n2d")
    assert {verdicts[metric, row] for metric in ("ari", "nmi") for row in maps} == {"worse"}
    assert [row for row in maps if verdicts["accuracy", row] == "worse"] == ["umap-gmm", "umap-gmm-hidden"]
    deep = ("clustpy-dec", "clustpy-idec", "clustpy-dcn")
    assert {verdicts["accuracy", row] for row in deep} == {"cannot be decided"}


@pytest.mark.slow
@pytest.mark.skipif(not ARE_HERE, reason=NOT_HERE)
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
