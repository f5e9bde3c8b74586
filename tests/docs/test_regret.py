"""The regret of choosing without labels is measured as the page says, and the page and the command have its numbers."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import regret
from documents import RESULTS, ROOT, marked, table_rows

from bench.analysis.choice import PAGE, REGRET
from bench.analysis.partitions import Partition
from bench.cli.app import main

SCRIPT = ROOT / "docs" / "results" / "regret.py"
NAN = np.nan


def table(values: dict[str, list[float]]) -> pd.DataFrame:
    """The measurement of four fits with these values: two of method a, in one row, and two of method b, in two rows."""
    fits = [
        Partition(label, seed, np.zeros(4, np.int64)) for label, seed in (("a", 0), ("a", 1), ("b x", 5), ("b y", 5))
    ]
    measured = {name: np.array(each) for name, each in values.items()}
    found = regret.Fits("set", fits, ["a", "a", "b", "b"], np.array([0.5, 0.9, 0.7, 0.6]), measured)
    return pd.DataFrame(regret.regrets(found), columns=list(regret.COLUMNS)).set_index(["among", "criterion"])


def test_the_regret_is_the_largest_ari_minus_that_of_the_named_fit() -> None:
    found = table({"good": [0.1, 0.3, 0.2, NAN], "bad": [NAN, NAN, NAN, 7.0]})
    expected = {
        ("all", "good"): ("a, seed 1", 0.0),
        ("all", "bad"): ("b y, seed 5", 0.3),
        ("all", "first seed"): ("mean of 3", 0.3),
        ("all", "a random fit"): ("mean of 4", 0.225),
        ("a", "good"): ("a, seed 1", 0.0),
        ("a", "first seed"): ("a, seed 0", 0.4),
        ("a", "a random fit"): ("mean of 2", 0.2),
        ("b", "good"): ("b x, seed 5", 0.0),
        ("b", "bad"): ("b y, seed 5", 0.1),
        ("b", "first seed"): ("mean of 2", 0.05),
    }
    for key, (named, value) in expected.items():
        assert (found.loc[key, "named"], found.loc[key, "regret"]) == (named, pytest.approx(value)), key
    assert found.loc[("all", "good"), ["rows", "fits", "best_ari"]].tolist() == [3, 4, 0.9]
    assert found.loc[("a", "bad"), "named"] == ""
    assert np.isnan(found.loc[("a", "bad"), "regret"])


def test_of_equal_values_the_earlier_fit_is_named() -> None:
    assert table({"same": [1.0, 1.0 + 4e-16, 1.0, 1.0]}).loc[("all", "same"), "named"] == "a, seed 0"


def test_the_means_are_over_data_sets_and_over_methods() -> None:
    rows = table({"some": [0.1, 0.3, NAN, NAN]}).reset_index()[list(regret.COLUMNS)]
    means = regret.with_means(pd.concat([rows, rows.assign(data_set="other", regret=rows["regret"] + 1)]))
    means = means[means["data_set"] == "mean"].set_index(["among", "criterion"])
    assert means.loc[("all", "some"), ["named", "regret"]].tolist() == ["mean of 2", 0.5]
    assert means.loc[("one method", "some"), ["named", "regret"]].tolist() == ["mean of 2", 0.5]
    assert means.loc[("one method", "first seed"), "named"] == "mean of 4"
    assert means.loc[("one method", "first seed"), "regret"] == pytest.approx((0.4 + 0.05) / 2 + 0.5)


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)


@pytest.mark.slow
def test_the_script_reads_the_finished_fits_of_a_folder(tmp_path: Path) -> None:
    make = ["run", "--dataset", "digits", "--limit", "200", "--methods", "kmeans,pca-kmeans", "--seeds", "2"]
    make += ["--param", "kmeans.n_init=1", "--threads", "1"]
    assert main([*make, "--name", "few", "--results-dir", str(tmp_path)]) == 0
    done = run(tmp_path / "made.csv", tmp_path / "few")
    assert done.returncode == 0, done.stderr
    made = pd.read_csv(tmp_path / "made.csv").set_index(["data_set", "among", "criterion"])
    ari = pd.read_csv(tmp_path / "few/cells.csv")["ari"]
    silhouette = pd.read_csv(tmp_path / "few/cells.csv")["silhouette_own"]
    assert made.loc[("few", "all", regret.RANDOM), "regret"] == pytest.approx(ari.max() - ari.mean(), abs=1e-6)
    assert made.loc[("few", "all", regret.SILHOUETTE), "ari"] == pytest.approx(ari[silhouette.idxmax()], abs=1e-6)
    fits = {f"{method}, seed {seed}" for method in ("kmeans", "pca-kmeans") for seed in (0, 1)}
    assert made.loc[("few", "all", regret.RULE), "named"] in fits
    assert pd.isna(made.loc[("few", "all", regret.LOSS), "regret"]), "neither method has this loss"
    shutil.rmtree(tmp_path / "few/scores")
    done = run(tmp_path / "made.csv", tmp_path / "few")
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {tmp_path}/few: kmeans, seed 0, ")
    assert done.stderr.count("\n") == 1


def test_wrong_use_is_one_line() -> None:
    done = run("x.csv")
    assert (done.returncode, done.stderr) == (2, "usage: python docs/results/regret.py FILE.csv RESULTS_FOLDER…\n")


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    return pd.read_csv(RESULTS / "choose" / "regret.csv")


def sets_of(published: pd.DataFrame) -> list[str]:
    return [name for name in dict.fromkeys(published["data_set"]) if name != "mean"]


def figures(name: str) -> list[str]:
    """The numbers with a decimal point of a marked text of the page."""
    return re.findall(r"\d\.\d+", marked(PAGE, name))


def test_the_command_states_the_published_regret(published: pd.DataFrame) -> None:
    of_rule = published[(published["among"] == "all") & (published["criterion"] == regret.RULE)]
    each = of_rule[of_rule["data_set"] != "mean"]["regret"]
    assert (len(each), round(each.mean(), 3), round(each.max(), 3)) == (REGRET.n_sets, REGRET.mean, REGRET.largest)
    (mean,) = of_rule[of_rule["data_set"] == "mean"]["regret"]
    assert mean == pytest.approx(each.mean(), abs=1e-6)
    assert (ROOT / PAGE).is_file()
    assert marked("docs/results/index.md", "choose") == f"{REGRET.mean:.3f}"


def test_what_the_page_and_the_command_say_of_the_rules_is_so(published: pd.DataFrame) -> None:
    regrets = published[published["among"] == "all"].pivot(index="criterion", columns="data_set", values="regret")
    of_rule, others = regrets.loc[regret.RULE], regrets.drop(index=regret.RULE)
    assert of_rule["mean"] > 0.01
    assert (of_rule.drop("mean").round(3) <= 0.01).sum() == 3
    assert others.index[others["mean"] < of_rule["mean"]].tolist() == [regret.SILHOUETTE]
    assert (of_rule["mean"] < others["mean"] / 2).sum() == 4
    best = [name for name in sets_of(published) if of_rule[name] < others[name].min()]
    assert best == ["digits", "mnist-5k", "multiple-features"]
    ahead = [name for name in sets_of(published) if of_rule[name] > others.loc[regret.SILHOUETTE, name]]
    assert ahead == ["mnist-20k", "mnist", "fashion-20k", "ag-news"]
    mean, news, of_silhouette = of_rule["mean"], of_rule["ag-news"], others.loc[regret.SILHOUETTE]
    assert figures("regret-summary") == [f"{mean:.3f}", "0.01", f"{of_silhouette['mean']:.3f}", f"{news:.3f}"]
    expected = ["0.01", f"{mean:.3f}", f"{of_silhouette['mean']:.3f}", f"{of_silhouette['digits']:.3f}"]
    assert figures("regret-findings") == expected
    of_one = published[published["among"] == "one method"].set_index("criterion")["regret"]
    assert of_one.idxmin() == regret.RULE
    assert figures("regret-of-one-method-finding") == [f"{of_one.min():.3f}", "0.01"]
    assert of_one.min() > 0.01
    named = published[(published["criterion"] == regret.RULE) & (published["among"] == "all")].set_index("data_set")
    for name in ("ag-news", "mnist-20k", "mnist"):
        assert named.loc[name, "named"].startswith("umap-gmm")


def test_the_page_says_which_fits_there_are(published: pd.DataFrame) -> None:
    of_rule = published[published["criterion"] == regret.RULE]
    n_methods = of_rule[~of_rule["among"].isin(["all", "one method"])].groupby("data_set").size()
    everywhere = of_rule[of_rule["among"] == "all"].set_index("data_set")
    expected = [
        [name, str(n_methods[name]), *(str(int(everywhere.loc[name, column])) for column in ("rows", "fits"))]
        for name in sets_of(published)
    ]
    rows = table_rows(marked(PAGE, "regret-sets"))
    assert [[row[0].strip("`"), *row[-3:]] for row in rows] == expected
