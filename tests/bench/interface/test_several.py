"""Several data sets in one call: lists and dictionaries, refusals, and the results over all."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.utils import Bunch

import bench
from bench.cli.app import main
from bench.interface.several import several_data_sets
from methods import KMeans

RANDOM = np.random.default_rng(0)
X, Y = RANDOM.normal(size=(40, 5)), np.repeat(["x", "y"], 20)
SMALL = (RANDOM.normal(size=(30, 3)), np.repeat([0, 1, 2], 10))


@pytest.mark.parametrize("dataset", ["digits", Path("digits"), (X, Y), X, [[0.0], [1.0]], Bunch(data=X, target=Y)])
def test_one_data_set_stays_one(dataset: Any) -> None:
    assert several_data_sets(dataset) is None


def test_lists_of_names_and_dictionaries_are_several() -> None:
    assert several_data_sets(["digits", "mnist-5k"]) == {"digits": "digits", "mnist-5k": "mnist-5k"}
    assert several_data_sets(("digits",)) == {"digits": "digits"}
    given = several_data_sets({"mine": (X, Y), "easy": "digits"})
    assert given is not None
    assert list(given) == ["mine", "easy"]


@pytest.mark.parametrize(
    ("dataset", "message"),
    [
        (["digits", (X, Y)], "list of names and arrays; expected a dictionary"),
        (["digits", "digits"], "the same data set twice"),
        (["digits", "mnist5k"], "did you mean 'mnist-5k'"),
        ({}, "dataset is empty"),
        ([], "dataset is empty"),
        ({1: (X, Y)}, "the key 1"),
    ],
)
def test_wrong_use_is_one_line(dataset: Any, message: str) -> None:
    with pytest.raises(bench.UsageError, match=message):
        bench.run("kmeans", dataset=dataset, verbose=False)


def test_names_with_commas_propose_a_list() -> None:
    with pytest.raises(bench.UsageError, match=r"expected a list: \['digits', 'mnist-5k'\]"):
        bench.run("kmeans", dataset="digits,mnist-5k", verbose=False)


def test_the_same_arrays_under_two_names_are_refused(folder: Path) -> None:
    with pytest.raises(bench.UsageError, match="twice, as 'a' and 'b'"):
        bench.run("kmeans", dataset={"a": (X, Y), "b": (X, Y)}, results_dir=folder, verbose=False)


@pytest.mark.slow
def test_arrays_and_names_in_one_call(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    methods = ["kmeans", "instant:Instant", KMeans(n_clusters=4), "dec"]
    call: dict[str, Any] = {"seeds": 2, "name": "mine", "results_dir": folder, "threads": 1, "presets": "mlp"}
    call |= {"latent_dims": 4, "params": {"dec.pretrain_epochs": 1, "dec.epochs": 1}}
    refused = "dec not run on small: latent size 4 is larger than the 3 features of 'small'"
    with pytest.warns(UserWarning, match=refused), pytest.warns(RuntimeWarning, match="not all cells were run"):
        results = bench.run(methods, dataset={"mine": (X, Y), "small": SMALL}, verbose=False, **call)
    assert sorted(results.sets) == ["mine", "small"]
    assert [each.path.name for each in results.sets.values()] == ["mine-mine", "mine-small"]
    table = results.table.set_index(["set", "label"])
    assert table.loc["small"].index.tolist() == ["kmeans (k=classes)", "kmeans (k=4)", "instant:Instant"]
    assert table.loc[("small", "kmeans (k=classes)"), "n_clusters"] == 3
    assert table.loc[("mine", "kmeans (k=classes)"), "n_clusters"] == 2
    best = table.loc["mine"].sort_values("ari_mean").index[-1]
    assert table.loc[("mine", best), "ari_rank"] < 2
    assert "accuracy_rank" not in table, "on both sets the rows differ in k, and accuracy depends on k"
    assert len(results.cells) == 2 * (4 + 3)
    assert set(results.cells["set"]) == {"mine", "small"}
    assert results.failures.empty
    assert any("dec is not ranked on small: refused" in line for line in results.caveats)
    assert results.sets["mine"].labels("instant:Instant").shape == (40,)
    assert not any("Mean rank over the data sets" in line for line in results.caveats)
    assert any("Mean rank over the data sets" in line for line in results.facts)
    for method in (results.labels, results.embedding, results.assignments):
        with pytest.raises(bench.UsageError, match=r"results.sets\['mine'\].labels\('kmeans'\)"):
            method("kmeans")
    assert repr(results).startswith("mine, 2 data sets, 2 seeds: ranks\n")
    assert results._repr_html_().count("<table>") == 2
    loaded = bench.load("mine", folder)
    assert repr(loaded) == repr(results)
    assert loaded.ranks.query("label == 'dec' and metric == 'ari'")["n_sets"].tolist() == [1]
    assert main(["show", "mine", "--results-dir", str(folder)]) == 0
    assert "mine, 2 data sets, 2 seeds: ranks" in capsys.readouterr().out


@pytest.mark.slow
def test_one_data_set_has_itself_in_sets(folder: Path) -> None:
    results = bench.run("kmeans", dataset="digits", seeds=1, results_dir=folder, verbose=False)
    assert results.sets == {"digits": results}
