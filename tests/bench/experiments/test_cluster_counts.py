"""Methods that get no number of clusters: one cell for each seed, and a line that says so."""

import pytest
from msgspec.structs import replace

from bench.errors import UsageError
from bench.experiments.experiment import Experiment, parse_experiment
from bench.experiments.sets_request import parts_of
from bench.store.records import DataSummary

DATA = DataSummary(
    name="digits",
    source="s",
    revision="r",
    split="all",
    digest="d",
    n_samples=100,
    n_features=64,
    image_shape=(8, 8, 1),
    class_names=[str(digit) for digit in range(10)],
)
DBSCAN, MIXTURE, TREE = "sklearn.cluster:DBSCAN", "sklearn.mixture:GaussianMixture", "sklearn.cluster:Birch"


def experiment(methods: str, n_clusters: str | None = None, *params: str) -> Experiment:
    return parse_experiment(
        methods=methods, dataset="digits", split="all", seeds="2", n_clusters=n_clusters, params=list(params)
    )


def counts(asked: Experiment, data: DataSummary = DATA) -> list[tuple[str, int, int | None]]:
    return [(cell.method, cell.seed, cell.n_clusters) for cell in asked.cells(data)]


def test_a_class_that_takes_no_number_of_clusters_runs_once_for_each_seed():
    assert counts(experiment(f"kmeans,{DBSCAN},{MIXTURE}", "5,10")) == [
        (method, seed, k)
        for seed in (0, 1)
        for method, k in [("kmeans", 5), ("kmeans", 10), (DBSCAN, None), (MIXTURE, 5), (MIXTURE, 10)]
    ]


def test_options_that_the_user_sets_take_the_place_of_the_number_of_clusters():
    asked = experiment(f"{MIXTURE},{TREE}", "5,10", f"{MIXTURE}.n_components=3", f"{TREE}.n_clusters=none")
    assert counts(asked)[:2] == [(MIXTURE, 0, None), (TREE, 0, None)]
    assert len(asked.cells(DATA)) == 4


def test_the_user_is_told_which_methods_get_no_number_of_clusters():
    lines = experiment(f"kmeans,{DBSCAN},{MIXTURE}", "5,10", f"{MIXTURE}.n_components=3").remarks(DATA)
    assert lines == [
        f"{DBSCAN} takes no number of clusters (its constructor has none of n_clusters, num_clusters, n_components, k, "
        "n_clusters_init), so it finds its own; it runs once for each seed, and not for each of --n-clusters 5,10.",
        f"{MIXTURE} gets no number of clusters, because --param sets its n_components; it runs once for each seed, and "
        "not for each of --n-clusters 5,10.",
    ]
    (line,) = experiment(f"kmeans,{DBSCAN}").remarks(DATA)
    assert line.endswith("so it finds its own.")


def test_data_without_labels_need_a_number_of_clusters_only_for_methods_that_take_it():
    unlabelled = replace(DATA, class_names=None)
    assert counts(experiment(DBSCAN), unlabelled) == [(DBSCAN, 0, None), (DBSCAN, 1, None)]
    with pytest.raises(
        UsageError, match="has no labels; give the number of clusters with --n-clusters, or the"
    ) as caught:
        experiment(f"{DBSCAN},kmeans").cells(unlabelled)
    assert "--label-column COLUMN for a table, --labels FILE.csv for a folder of images" in str(caught.value)
    with pytest.raises(UsageError, match="has too few samples, 1; expected 2 or more"):
        experiment(DBSCAN).cells(replace(DATA, n_samples=1))


def test_a_table_over_several_data_sets_has_one_row_for_it():
    (part, other) = parts_of([experiment(f"{DBSCAN},kmeans", "5,10")], [True])
    assert [row.asked.n_clusters for row in part.rows(DATA)] == [None]
    assert [row.asked.n_clusters for row in other.rows(DATA)] == [5, 10]


def test_a_number_that_is_to_be_proposed_is_the_same_for_all_methods_that_take_one():
    asked = experiment(f"kmeans,{DBSCAN}", "auto")
    with pytest.raises(RuntimeError, match="not proposed yet"):
        asked.cells(DATA)
    assert {number for _, _, number in counts(asked.with_count(7))} == {7, None}
    assert asked.remarks(DATA) == asked.with_count(7).remarks(DATA)


def test_a_given_number_is_not_replaced_by_a_proposal():
    asked = experiment("kmeans", "5")
    assert asked.with_count(7) is asked


def test_a_proposal_needs_no_labels():
    without = replace(DATA, class_names=None)
    assert counts(experiment("kmeans", "auto").with_count(3), without) == [("kmeans", 0, 3), ("kmeans", 1, 3)]
