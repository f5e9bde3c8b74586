"""The ablation's script asks for what its comments say: each of its commands is read, and none is run."""

import os
import shlex
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest

from bench.experiment import Experiment, parse_experiment
from methods.dec.presets import PRESETS

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Experiment]]:
    """Table and experiment of each command, in order."""
    folder = tmp_path_factory.mktemp("bin")
    (folder / "python").write_text('#!/bin/sh\necho "$*"\n')
    (folder / "python").chmod(0o755)
    environment = {"PATH": f"{folder}:{os.environ['PATH']}"}
    script = ["sh", str(ROOT / "docs" / "ablation.sh")]
    printed = subprocess.run(script, env=environment, check=True, capture_output=True, text=True).stdout
    return [_read(shlex.split(line)) for line in printed.splitlines()]


def _read(words: list[str]) -> tuple[str, Experiment]:
    assert words[:3] == ["-m", "bench", "run"]
    pairs = list(zip(words[3::2], words[4::2], strict=True))
    options = dict(pairs)
    experiment = parse_experiment(
        methods=options["--methods"],
        dataset=options["--dataset"],
        split=options["--split"],
        seeds=options["--seeds"],
        presets=options["--preset"],
        latent_dims=None,
        n_clusters=None,
        params=[value for option, value in pairs if option == "--param"],
    )
    return options["--name"], experiment


def _trained(experiment: Experiment, preset: str) -> dict[str, object]:
    """With what it trains that preset: the preset's own, and in its place what `--param` says."""
    given = experiment.params.get("dec", {})
    assert all(len(values) == 1 for values in given.values())
    return asdict(PRESETS[preset].training) | {name: values[0] for name, values in given.items()}


def test_every_row_has_the_same_images_and_three_seeds(asked):
    assert {(e.methods, e.split, e.seeds) for _, e in asked} == {(("dec",), "train[:20000]", (0, 1, 2))}
    assert len({(name, e.presets, str(e.params)) for name, e in asked}) == len(asked) == 33


def test_without_takes_from_flagship_one_part_at_a_time_unless_one_hangs_on_another(asked):
    flagship = asdict(PRESETS["flagship"].training)
    changed = [
        {name for name, value in _trained(e, "flagship").items() if value != flagship[name]}
        for table, e in asked
        if table == "without"
    ]
    together = [{"zoom", "shear"}, {"contrastive_weight", "augment_pretraining"}, {"rounds", "warmup_epochs"}]
    assert changed[0] == set()
    assert [names for names in changed[1:] if len(names) != 1] == [*together, {"lr", "lr_schedule"}]


def test_alone_takes_from_flagship_what_each_row_adds(asked):
    plain, flagship = (asdict(PRESETS[name].training) for name in ("doubled", "flagship"))
    rows = [_trained(e, e.presets[0]) for table, e in asked if table == "alone" and e.presets == ("doubled",)]
    phases = ("pretrain_epochs", "epochs")
    assert all(rows[0][name] == flagship[name] for name in phases)
    assert {name for name, value in rows[0].items() if value != plain[name]} == set(phases)
    added = {(name, value) for row in rows[1:] for name, value in row.items() if value != rows[0][name]}
    whole = {(name, value) for name, value in flagship.items() if value != rows[0][name]}
    assert whole - added == {("tol", 0.0)}  # 16 epochs are too few to stop before


def test_other_networks_are_trained_as_flagship_is(asked):
    ((_, experiment),) = [row for row in asked if row[0] == "networks"]
    flagship = asdict(PRESETS["flagship"].training)
    assert experiment.presets == ("convdec", "mlp")
    assert _trained(experiment, "convdec") == flagship
    assert _trained(experiment, "mlp") == flagship | {"weight_decay": PRESETS["mlp"].training.weight_decay}
