"""The ablation: docs/results/ablation.sh runs what its comments describe, and the page has the figures.

The commands of the script are read, not run.
"""

import math
import re
from dataclasses import asdict
from itertools import product

import pandas as pd
import pytest
from documents import RESULTS, marked, table_rows
from shell_commands import recorded

from bench.experiments.experiment import Experiment, parse_experiment
from methods.dec.presets import PRESETS, pretraining_settings

ONE_ROUND = ("rounds=1", "rounds=1, warmup_epochs=0", "rounds=1, warmup_epochs=16")


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Experiment]]:
    """Table and experiment of each command of the script, in order."""
    calls = recorded("sh docs/results/ablation.sh", tmp_path_factory.mktemp("bin"))
    return [_parse(words) for words in calls]


def _parse(words: list[str]) -> tuple[str, Experiment]:
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


def _params(experiment: Experiment) -> dict[str, object]:
    """The parameters that `--param` sets to a single value."""
    (params,) = experiment.params.values() or [{}]
    return {name: values[0] for name, values in params.items() if len(values) == 1}


def _training(experiment: Experiment, preset: str) -> dict[str, object]:
    """The training options of that preset, with the values of `--param` in place of the preset's."""
    return asdict(PRESETS[preset].training) | _params(experiment)


def test_every_row_has_the_same_images_and_three_seeds(commands):
    """The folder contrast has other images than the folders of flagship."""
    splits = {name: {e.split for table, e in commands if table == name} for name, _ in commands}
    of_flagship = {name: {"train[:20000]"} for name in ("alone", "without", "networks")}
    assert splits == {**of_flagship, "contrast": {"all"}}
    assert {e.seeds for _, e in commands} == {(0, 1, 2)}
    assert len({(name, e.methods, e.presets, str(e.params)) for name, e in commands}) == len(commands) == 42


def test_each_loss_of_two_views_has_the_weight_of_the_contrastive_loss_of_flagship(commands):
    """And each row with such a loss in clustering has a row that differs in this loss only."""
    names = ("contrastive_weight", "cluster_contrastive_weight", "cluster_triplet_weight")
    rows = set()
    for table, e in commands:
        if table == "contrast":
            assert (e.methods, e.presets) == (("dec",), ("small",))
            params = e.params["dec"]
            assert (params["zoom"], params["shear"]) == ((0.1,), (10.0,))
            values = product(*(params.get(name, (0.0,)) for name in names))
            rows |= {(params.get("augment", (False,))[0], *weights) for weights in values}
    weight = PRESETS["flagship"].training.contrastive_weight
    assert {value for _, *weights in rows for value in weights} == {0.0, weight}
    assert {row[2:] for row in rows} == {(0.0, 0.0), (weight, 0.0), (0.0, weight)}
    assert {(True, *row[1:2], 0.0, 0.0) for row in rows if any(row[2:])} <= rows
    assert (False, 0.0, 0.0, 0.0) in rows
    assert all(augment for augment, *weights in rows if any(weights[1:]))


def test_each_row_of_without_removes_one_part_of_flagship_and_the_options_that_depend_on_it(commands):
    flagship = asdict(PRESETS["flagship"].training)
    changed = [
        {name for name, value in _training(e, "flagship").items() if value != flagship[name]}
        for table, e in commands
        if table == "without" and e.methods == ("dec",)
    ]
    rounds = {"rounds", "warmup_epochs"}
    together = [{"zoom", "shear"}, {"contrastive_weight", "augment_pretraining"}, rounds, rounds]
    assert changed[0] == set()
    assert [names for names in changed[1:] if len(names) != 1] == [*together, {"lr", "lr_schedule"}]


def test_the_rows_of_alone_add_the_parts_of_flagship(commands):
    plain, flagship = (asdict(PRESETS[name].training) for name in ("doubled", "flagship"))
    rows = [
        _training(e, "doubled")
        for table, e in commands
        if table == "alone" and e.methods == ("dec",) and e.presets == ("doubled",)
    ]
    phases = ("pretrain_epochs", "epochs")
    assert all(rows[0][name] == flagship[name] for name in phases)
    assert {name for name, value in rows[0].items() if value != plain[name]} == set(phases)
    added = {(name, value) for row in rows[1:] for name, value in row.items() if value != rows[0][name]}
    parts = {(name, value) for name, value in flagship.items() if value != rows[0][name]}
    assert parts - added == {("tol", 0.0)}  # 16 epochs are too few for an early stop


def test_baselines_are_pretrained_as_the_dec_rows_of_their_table(commands):
    """Equal settings give equal weights, so the three other methods are the starts of `dec` by `init`."""
    baselines = [(table, e) for table, e in commands if e.methods != ("dec",)]
    settings = [pretraining_settings(PRESETS[e.presets[0]], _params(e)) for _, e in baselines]
    plain = next(e for table, e in commands if table == "alone")
    assert settings[:3] == [pretraining_settings(PRESETS["doubled"], _params(plain))] * 3
    assert settings[3:] == [pretraining_settings(PRESETS["flagship"], {})]
    names = ("ae-kmeans", "ae-gmm", "umap-gmm-hidden", "umap-gmm-hidden")
    assert [e.methods for _, e in baselines] == [(name,) for name in names]


def test_other_networks_are_trained_with_the_options_of_flagship(commands):
    ((_, experiment),) = [row for row in commands if row[0] == "networks"]
    flagship = asdict(PRESETS["flagship"].training)
    assert experiment.presets == ("convdec", "mlp")
    assert _training(experiment, "convdec") == flagship
    assert _training(experiment, "mlp") == flagship | {"weight_decay": PRESETS["mlp"].training.weight_decay}


def _n_fits(experiment: Experiment) -> int:
    values = [values for params in experiment.params.values() for values in params.values()]
    return math.prod(map(len, [experiment.seeds, experiment.presets, *values]))


def _published(table: str) -> list[list[str]]:
    """The rows of all tables in the published table.md, without bold."""
    return table_rows((RESULTS / "ablation-mnist" / table / "table.md").read_text().replace("*", ""))


@pytest.mark.parametrize("table", ["alone", "without", "networks", "contrast"])
def test_the_published_fits_are_those_of_the_script(commands, table):
    cells = pd.read_csv(RESULTS / "ablation-mnist" / table / "cells.csv")
    expected = sum(_n_fits(e) for name, e in commands if name == table)
    assert len(cells) == expected
    assert set(cells.status) == {"ok"}
    assert set(cells.seed) == {0, 1, 2}


def test_each_accuracy_of_the_pages_summary_is_the_published_one():
    figures = re.findall(r"(\d\.\d{3} ± \d\.\d{3})", marked("docs/results/ablation.md", "summary"))
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
    assert figures == [_accuracy(table, label) for table, label in rows]


def _accuracy(table: str, label: str) -> str:
    """The accuracy in the first table, which has one row per label."""
    return next(row[1] for row in _published(table) if row[0] == label)


@pytest.mark.parametrize("document", ["docs/results/ablation.md", "docs/results/mnist.md"])
def test_the_gain_of_p_over_hard_targets_is_the_published_one(document):
    cells = pd.read_csv(RESULTS / "ablation-mnist" / "without" / "cells.csv")
    one_round = cells[cells["rounds"] == 1].set_index("seed")
    with_p, hard = one_round[one_round.warmup_epochs.isna()], one_round[one_round.warmup_epochs == 16]
    gain = with_p.accuracy - hard.accuracy
    assert set(gain.index) == {0, 1, 2}
    assert marked(document, "hard-targets") == f"{gain.min():.5f} to {gain.max():.5f}"


def test_the_parts_that_could_go_change_the_accuracy_by_a_thousandth_or_less():
    change = {
        row[0]: row[1].split(" ± ")[0] for row in reversed(_published("without")) if row[1].startswith(("+", "-"))
    }
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


def _of_contrast(column: str, *, augment: bool, **weights: float) -> pd.Series:
    """The values of a row of the folder contrast, by seed; a weight that is not given is 0."""
    cells = pd.read_csv(RESULTS / "ablation-mnist" / "contrast" / "cells.csv").set_index("seed")
    of_row = cells.augment.fillna(False).astype(bool) == augment
    for name in ("contrastive_weight", "cluster_contrastive_weight", "cluster_triplet_weight"):
        of_row &= cells[name].fillna(0.0) == weights.get(name, 0.0)
    values = cells[column][of_row]
    assert set(values.index) == {0, 1, 2}
    return values


def test_the_differences_of_the_losses_of_two_views_are_the_published_ones():
    contrast, triplet, pretraining = (
        {name: 0.1} for name in ("cluster_contrastive_weight", "cluster_triplet_weight", "contrastive_weight")
    )

    def difference(column: str, loss: dict[str, float], other: dict[str, float], augment: bool = True) -> pd.Series:
        with_loss = _of_contrast(column, augment=augment, **loss, **other)
        return with_loss - _of_contrast(column, augment=augment, **other)

    accuracy, index = "accuracy", "davies_bouldin_own"
    of_accuracy = [difference(accuracy, *row) for row in ((contrast, {}), (triplet, {}), (contrast, pretraining))]
    of_index = [difference(index, *row) for row in ((contrast, {}), (triplet, {}), (contrast, pretraining))]
    plain = [difference(column, pretraining, {}, augment=False) for column in (accuracy, index)]
    text = " ".join(marked("docs/results/ablation.md", "contrast-summary").split())
    figures = re.findall(r"[+-]\d\.\d{3} ± \d\.\d{3}", text)
    assert figures == [f"{each.mean():+.3f} ± {each.std():.3f}" for each in (*of_accuracy, *of_index, *plain)]
    assert [int((each < 0).sum()) for each in of_accuracy] == [1, 1, 1]
    assert all((each > 0).all() for each in (*of_index[:2], plain[0]))
    found = _of_contrast("n_clusters_found", augment=False, contrastive_weight=0.1)
    assert found.tolist() == [9, 9, 9]
