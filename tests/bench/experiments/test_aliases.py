"""Short names of classes: what is valid, and the cells that they make."""

import pytest

from bench.errors import UsageError
from bench.experiments.experiment import Experiment, parse_experiment
from bench.store.records import Cell, DataSummary

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
DBSCAN = "sklearn.cluster:DBSCAN"


def experiment(methods: str, *aliases: str, params: list[str] | None = None) -> Experiment:
    return parse_experiment(
        methods=methods, dataset="digits", split="all", seeds="1", params=params or [], aliases=list(aliases)
    )


def test_a_class_may_have_two_names_with_options_of_their_own():
    cells = experiment(
        "near,far,kmeans", f"near={DBSCAN}", f"far={DBSCAN}", params=["near.eps=1", "far.eps=2,3"]
    ).cells(DATA)
    assert [(cell.method, cell.implementation, cell.params) for cell in cells] == [
        ("near", DBSCAN, {"eps": 1}),
        ("far", DBSCAN, {"eps": 2}),
        ("far", DBSCAN, {"eps": 3}),
        ("kmeans", "kmeans", {}),
    ]
    assert [cell.is_third_party for cell in cells] == [True, True, True, False]
    assert len({cell.key for cell in cells}) == 4


def test_the_key_of_a_cell_without_alias_is_that_of_earlier_versions():
    assert Cell(method="kmeans", seed=0, n_clusters=10).key == "kmeans-s0-fe7c297d9c"


@pytest.mark.parametrize(
    ("methods", "aliases", "message"),
    [
        ("mine", ["mine"], "--alias mine is not valid; expected NAME=package.module:Class"),
        ("mine", ["mine="], "--alias mine=: '' is not valid; expected package.module:Class"),
        ("mine", ["mine=sklearn.cluster.DBSCAN"], "is not valid; .* did you mean 'sklearn.cluster:DBSCAN'"),
        ("mine", ["mine=kmeans"], "'kmeans' is not valid; expected package.module:Class"),
        ("mine", [f"mine={DBSCAN}", "mine=a:B"], f"'mine' is an alias of {DBSCAN} already; choose another name"),
        ("kmeans", [f"kmeans={DBSCAN}"], "'kmeans' is a method of this project already; choose another name"),
        ("a.b", [f"a.b={DBSCAN}"], "the name 'a.b' is not valid; expected letters, digits, - and _"),
        ("1st", [f"1st={DBSCAN}"], "the first one a letter"),
        ("kmeans", [f"mine={DBSCAN}"], "is not used: 'mine' is not in --methods .kmeans"),
        ("mine,min", [f"mine={DBSCAN}"], "unknown method 'min'"),
    ],
)
def test_an_alias_that_is_not_valid_is_one_line(methods: str, aliases: list[str], message: str):
    with pytest.raises(UsageError, match=message) as raised:
        experiment(methods, *aliases)
    assert "\n" not in str(raised.value)


def test_an_option_of_an_alias_is_checked_like_that_of_its_class():
    with pytest.raises(UsageError, match=r"--param mine\.random_state=3: random_state is given by --seeds"):
        experiment("mine", f"mine={DBSCAN}", params=["mine.random_state=3"])
    with pytest.raises(UsageError, match=f"method '{DBSCAN}' is not in --methods"):
        experiment("mine", f"mine={DBSCAN}", params=[f"{DBSCAN}.eps=3"])
