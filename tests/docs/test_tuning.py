"""The tuning of baselines: docs/results/tuning.sh gives each method the budget that flagship had.

The commands of the script are read, not run.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from documents import ROOT
from shell_commands import recorded

from bench.experiments.experiment import Experiment, parse_experiment

CHOICE = ROOT / "docs" / "results" / "best_setting.py"


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[dict[str, str], Experiment]]:
    """The options and the experiment of each command of the script; the chosen setting stands for the real one."""
    chosen = {"*best_setting.py*umap*": "n_neighbors=50", "*best_setting.py*": "rows=40 columns=40"}
    calls = recorded("sh docs/results/tuning.sh", tmp_path_factory.mktemp("bin"), chosen)
    return [_parse(words) for words in calls]


def _parse(words: list[str]) -> tuple[dict[str, str], Experiment]:
    assert words[:3] == ["-m", "bench", "run"]
    words = [word for word in words[3:] if word != "--no-models"]
    pairs = list(zip(words[::2], words[1::2], strict=True))
    options = dict(pairs)
    experiment = parse_experiment(
        methods=options["--methods"],
        dataset=options["--dataset"],
        split=options.get("--split", "train+test"),
        seeds=options["--seeds"],
        presets=None,
        latent_dims=None,
        n_clusters=None,
        params=[value for option, value in pairs if option == "--param"],
    )
    return options, experiment


def _n_settings(experiment: Experiment) -> int:
    number = 1
    for values in experiment.params[experiment.methods[0]].values():
        number *= len(values)
    return number


def test_each_method_has_sixteen_settings_on_the_images_that_flagship_saw(
    commands: list[tuple[dict[str, str], Experiment]],
):
    tuned = [(options, each) for options, each in commands if options.get("--results-dir") == "results/tuning-mnist"]
    assert {options["--split"] for options, _ in tuned} == {"train[:20000]"}
    for method in ("umap-gmm", "som"):
        assert sum(_n_settings(each) for options, each in tuned if options["--name"] == method) == 16
    assert all(options["--seeds"] == "3" for options, _ in commands)


def test_the_defaults_stand_beside_the_chosen_settings(commands: list[tuple[dict[str, str], Experiment]]):
    published = [each for options, each in commands if options["--name"] == "mnist-tuned"]
    assert [each.methods for each in published] == [("umap-gmm",)] * 2 + [("som",)] * 5
    assert published[0].params.get("umap-gmm", {}) == {}
    assert published[2].params.get("som", {}) == {}
    assert published[1].params["umap-gmm"] == {"n_neighbors": (50,)}
    assert published[-1].params["som"] == {"rows": (40,), "columns": (40,)}


def test_the_choice_is_the_highest_mean_accuracy(tmp_path: Path):
    cells = [{"params": {"rows": rows, "grouping": grouping}} for rows in (10, 20) for grouping in ("ward", "kmeans")]
    (tmp_path / "manifest.json").write_text(json.dumps({"cells": cells}))
    rows = ["rows,grouping,accuracy", "10,ward,0.9", "10,ward,0.5", "20,ward,0.8", "20,ward,0.75", "20,kmeans,0.1"]
    (tmp_path / "cells.csv").write_text("\n".join(rows))
    command = [sys.executable, str(CHOICE), str(tmp_path / "cells.csv")]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == "rows=20 grouping=ward\n"
