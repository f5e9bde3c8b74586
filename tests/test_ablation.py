"""The ablation's script asks for what its comments say (its commands are read, not run); its page has what came out."""

import math
import os
import re
import shlex
import subprocess
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import pytest

from bench.experiments.experiment import Experiment, parse_experiment
from methods.dec.presets import PRESETS, pretraining_settings

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "ablation.md").read_text()
ONE_ROUND = ("rounds=1", "rounds=1, warmup_epochs=0", "rounds=1, warmup_epochs=16")


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


def _given(experiment: Experiment) -> dict[str, object]:
    """What `--param` says, of what has one value."""
    (params,) = experiment.params.values() or [{}]
    return {name: values[0] for name, values in params.items() if len(values) == 1}


def _trained(experiment: Experiment, preset: str) -> dict[str, object]:
    """With what it trains that preset: the preset's own, and in its place what `--param` says."""
    return asdict(PRESETS[preset].training) | _given(experiment)


def test_every_row_has_the_same_images_and_three_seeds(asked):
    assert {(e.split, e.seeds) for _, e in asked} == {("train[:20000]", (0, 1, 2))}
    assert len({(name, e.methods, e.presets, str(e.params)) for name, e in asked}) == len(asked) == 38


def test_without_takes_from_flagship_one_part_at_a_time_unless_one_hangs_on_another(asked):
    flagship = asdict(PRESETS["flagship"].training)
    changed = [
        {name for name, value in _trained(e, "flagship").items() if value != flagship[name]}
        for table, e in asked
        if table == "without" and e.methods == ("dec",)
    ]
    rounds = {"rounds", "warmup_epochs"}
    together = [{"zoom", "shear"}, {"contrastive_weight", "augment_pretraining"}, rounds, rounds]
    assert changed[0] == set()
    assert [names for names in changed[1:] if len(names) != 1] == [*together, {"lr", "lr_schedule"}]


def test_alone_takes_from_flagship_what_each_row_adds(asked):
    plain, flagship = (asdict(PRESETS[name].training) for name in ("doubled", "flagship"))
    rows = [
        _trained(e, "doubled")
        for table, e in asked
        if table == "alone" and e.methods == ("dec",) and e.presets == ("doubled",)
    ]
    phases = ("pretrain_epochs", "epochs")
    assert all(rows[0][name] == flagship[name] for name in phases)
    assert {name for name, value in rows[0].items() if value != plain[name]} == set(phases)
    added = {(name, value) for row in rows[1:] for name, value in row.items() if value != rows[0][name]}
    whole = {(name, value) for name, value in flagship.items() if value != rows[0][name]}
    assert whole - added == {("tol", 0.0)}  # 16 epochs are too few to stop before


def test_what_dec_starts_from_is_pretrained_as_it_is(asked):
    """To the bit: `ae-kmeans` for init=kmeans, `ae-gmm` for gmm, `n2d` for the two manifolds."""
    starts = [(table, e) for table, e in asked if e.methods != ("dec",)]
    settings = [pretraining_settings(PRESETS[e.presets[0]], _given(e)) for _, e in starts]
    plain = next(e for table, e in asked if table == "alone")
    assert settings[:3] == [pretraining_settings(PRESETS["doubled"], _given(plain))] * 3
    assert settings[3:] == [pretraining_settings(PRESETS["flagship"], {})]
    assert [e.methods for _, e in starts] == [("ae-kmeans",), ("ae-gmm",), ("n2d",), ("n2d",)]
    layers = [e.params["n2d"]["layer"] for _, e in starts[2:]]
    assert layers == [("codes", "hidden"), ("hidden",)]


def test_other_networks_are_trained_as_flagship_is(asked):
    ((_, experiment),) = [row for row in asked if row[0] == "networks"]
    flagship = asdict(PRESETS["flagship"].training)
    assert experiment.presets == ("convdec", "mlp")
    assert _trained(experiment, "convdec") == flagship
    assert _trained(experiment, "mlp") == flagship | {"weight_decay": PRESETS["mlp"].training.weight_decay}


def _n_fits(experiment: Experiment) -> int:
    values = [values for params in experiment.params.values() for values in params.values()]
    return math.prod(map(len, [experiment.seeds, experiment.presets, *values]))


def _published(table: str) -> list[str]:
    return (ROOT / "results" / "ablation-mnist" / table / "table.md").read_text().splitlines()


@pytest.mark.parametrize("table", ["alone", "without", "networks"])
def test_what_is_published_is_what_the_script_asks_for(asked, table):
    cells = pd.read_csv(ROOT / "results" / "ablation-mnist" / table / "cells.csv")
    expected = sum(_n_fits(e) for name, e in asked if name == table)
    assert len(cells) == expected
    assert set(cells.status) == {"ok"}
    assert set(cells.seed) == {0, 1, 2}


def test_each_accuracy_of_the_pages_summary_is_the_published_one():
    summary = PAGE.partition("## What to take from it")[2].partition("\n## ")[0]
    said = re.findall(r"(\d\.\d{3} ± \d\.\d{3})", summary)
    affine = "shear=10.0, zoom=0.1"
    rows = [
        *[("without", f"dec ({row})") for row in ("init=kmeans", "init=gmm", "init=manifold")],
        *[("without", row) for row in ("dec", "n2d")],
        *[("alone", f"n2d (layer={layer})") for layer in ("hidden", "codes")],
        *[("without", f"dec ({row})") for row in ("augment=false", *ONE_ROUND)],
        ("alone", "dec (doubled, epochs=16, init=manifold)"),
        ("alone", "dec (doubled, epochs=16)"),
        ("alone", "ae-kmeans"),
        ("alone", "dec (doubled, epochs=40)"),
        ("alone", "dec (doubled, epochs=16, warmup_epochs=12)"),
        ("alone", "dec (doubled, epochs=16, code_scale=0.3)"),
        ("alone", f"dec (doubled, epochs=16, augment=true, {affine})"),
        ("alone", f"dec (doubled, epochs=16, {affine}, contrastive_weight=0.1)"),
        ("networks", "dec (convdec)"),
        ("networks", "dec (mlp)"),
    ]
    assert said == [_accuracy(table, label) for table, label in rows]


def _accuracy(table: str, label: str) -> str:
    """Of the first table, which has a row for each label."""
    line = next(line for line in _published(table) if line.startswith(f"| {label} "))
    return line.replace("*", "").split("|")[2].strip()


def test_p_at_the_end_of_one_round_is_better_than_hard_targets_by_what_page_and_readme_say():
    cells = pd.read_csv(ROOT / "results" / "ablation-mnist" / "without" / "cells.csv")
    one = cells[cells["rounds"] == 1].set_index("seed")
    added = one[one.warmup_epochs.isna()].accuracy - one[one.warmup_epochs == 16].accuracy
    said = f"{added.min():.5f} to {added.max():.5f}"
    texts = [" ".join(text.split()) for text in (PAGE, (ROOT / "README.md").read_text())]
    assert f"adds {said}, with each of the three seeds" in texts[0]
    assert f"they are behind, by {said}" in texts[1]


def test_what_could_go_changes_the_accuracy_by_a_thousandth_or_less():
    text = "\n".join(_published("without"))
    block = text.partition("## Compared with the first configuration")[2].partition("\n## ")[0].splitlines()
    change = {row.split("|")[1].strip(): row.split("|")[2].split("±")[0].strip() for row in block if " ± " in row}
    parts = (
        "contrastive_weight=0.0",
        "shear=0.0, zoom=0.0",
        "lr=0.001, lr_schedule=constant",
        "balance=false",
        "reconstruction_weight=1.0",
        "n_starts=3",
        "code_scale=0.0",
    )
    assert {change[f"dec ({part})"] for part in parts} <= {"-0.001", "+0.000"}
