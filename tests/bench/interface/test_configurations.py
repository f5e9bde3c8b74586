"""Names and estimators become the cells of the command; everything that a cell cannot keep is one line."""

from typing import Any

import numpy as np
import pytest
from sklearn import cluster
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from bench.errors import UsageError
from bench.experiments.experiment import parse_experiment
from bench.experiments.request import Execution, RunRequest
from bench.interface.configurations import experiments_of, shown_methods
from bench.store.reading import READ_PLAIN
from bench.store.records import Cell, DataSummary
from methods import DEC, SOM, KMeans

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


def cells_of(methods: Any, **arguments: Any) -> list[Cell]:
    """The cells of a call."""
    given = dict.fromkeys(("presets", "latent_dims", "n_clusters", "params"))
    call = {
        **given,
        "dataset": "digits",
        "split": "all",
        "reading": READ_PLAIN,
        "seeds": 2,
        "device": "auto",
        **arguments,
    }
    experiments, _ = experiments_of(methods, **call)
    return RunRequest(experiments[0], Execution(), further=tuple(experiments[1:])).cells(DATA)


def typed(methods: str, seeds: str = "2", **options: Any) -> list[Cell]:
    """The cells of a command."""
    return parse_experiment(methods=methods, dataset="digits", split="all", seeds=seeds, **options).cells(DATA)


@pytest.mark.parametrize(
    ("call", "command"),
    [
        (cells_of(["dec", "som", "kmeans"]), typed("dec,som,kmeans")),
        (cells_of("dec,som"), typed("dec,som")),
        (cells_of(["som"], seeds=[4, 0]), typed("som", "4,0")),
        (cells_of(["som"], seeds=np.array([4])), typed("som", "4,")),
        (
            cells_of(["dec"], presets=["small", "mlp"], latent_dims=[2, 5]),
            typed("dec", presets="small,mlp", latent_dims="2,5"),
        ),
        (cells_of("dec", latent_dims=5, presets="mlp"), typed("dec", presets="mlp", latent_dims="5")),
        (cells_of(["kmeans"], n_clusters=np.int64(4)), typed("kmeans", n_clusters="4")),
        (cells_of(["som"], params={"som.sigma": [1, 2.5]}), typed("som", params=["som.sigma=1,2.5"])),
        (cells_of("dec", params={"dec.balance": True}), typed("dec", params=["dec.balance=true"])),
        (cells_of(["sklearn.cluster:Birch"]), typed("sklearn.cluster:Birch")),
        (cells_of(KMeans(n_init=np.int64(4))), typed("kmeans", params=["kmeans.n_init=4"], n_clusters="10")),
        (cells_of([SOM(sigma=3, n_clusters=7)]), typed("som", params=["som.sigma=3"], n_clusters="7")),
        (cells_of([DEC(preset="mlp", lr=0.01)]), typed("dec", presets="mlp", params=["dec.lr=0.01"])),
        (cells_of([DEC(latent_dim=3)]), typed("dec", presets="sha12", latent_dims="3")),
        (
            cells_of([cluster.Birch(threshold=0.3, n_clusters=10)]),
            typed("sklearn.cluster:Birch", params=["sklearn.cluster:Birch.threshold=0.3"]),
        ),
        (
            cells_of([cluster.DBSCAN(eps=2.5)]),
            typed("sklearn.cluster:DBSCAN", params=["sklearn.cluster:DBSCAN.eps=2.5"]),
        ),
        (cells_of([GaussianMixture(4)]), typed("sklearn.mixture:GaussianMixture", n_clusters="4")),
        (
            cells_of([cluster.Birch(n_clusters=None)]),
            typed("sklearn.cluster:Birch", params=["sklearn.cluster:Birch.n_clusters=none"]),
        ),
        (cells_of([KMeans, cluster.Birch], n_clusters=3), typed("kmeans,sklearn.cluster:Birch", n_clusters="3")),
        (
            cells_of({"near": cluster.DBSCAN(eps=1.5), "far": cluster.DBSCAN}, params={"far.eps": [2, 3]}),
            typed(
                "near,far",
                params=["near.eps=1.5", "far.eps=2,3"],
                aliases=["near=sklearn.cluster:DBSCAN", "far=sklearn.cluster:DBSCAN"],
            ),
        ),
        (
            cells_of({"mine": "sklearn.cluster:Birch"}),
            typed("mine", aliases=["mine=sklearn.cluster:Birch"]),
        ),
    ],
)
def test_a_call_makes_the_cells_of_the_command(call: list[Cell], command: list[Cell]):
    assert [cell.key for cell in call] == [cell.key for cell in command]
    assert call == command


def test_all_methods_take_turns_seed_by_seed_also_with_different_options():
    cells = cells_of([KMeans(n_clusters=3), "som", KMeans(n_clusters=4, n_init=1), "kmeans"], n_clusters=5)
    turn = [("kmeans", 3, {}), ("som", 5, {}), ("kmeans", 4, {"n_init": 1}), ("kmeans", 5, {})]
    assert [(cell.method, cell.n_clusters, cell.params) for cell in cells] == turn * 2
    assert [cell.seed for cell in cells] == [0] * 4 + [1] * 4


def test_the_same_cell_by_name_and_by_estimator_is_there_once():
    assert [cell.key for cell in cells_of(["kmeans", KMeans()])] == [cell.key for cell in typed("kmeans")]


class Local(cluster.KMeans):
    """A class of a program."""


class Plain:
    """A class without get_params."""

    def __init__(self, k: int = 2, size: float = 1.0) -> None:
        self.k, self.size = k, size

    def fit_predict(self, X: Any) -> Any: ...


class Secretive(Plain):
    """A class that does not keep its arguments."""

    def __init__(self, k: int = 2, size: float = 1.0) -> None:
        self.k = k


class Open(Plain):
    """A class that takes any option."""

    def __init__(self, k: int = 2, **options: Any) -> None:
        super().__init__(k)
        self.__dict__.update(options)


def nested() -> Any:
    class Hidden(cluster.KMeans):
        pass

    return Hidden()


WRONG: dict[str, tuple[Any, dict[str, Any], str]] = {
    "nothing": ([], {}, "methods is empty; expected names of methods or estimators"),
    "twice": (["som", "som"], {}, "methods has 'som' twice"),
    "the same estimator twice": ([KMeans(), KMeans()], {}, r"methods has KMeans\(\) twice"),
    "an unknown name": (["kmean"], {}, "unknown method 'kmean'; did you mean 'kmeans'?"),
    "a number": ([3], {}, "methods has 3 of type int; expected the name of a method, or a class that clusters or an"),
    "a transformer": ([StandardScaler()], {}, "class StandardScaler has no fit_predict, and its fit sets no labels_"),
    "a class of a function": ([nested().__class__], {}, "class nested.<locals>.Hidden of .* cannot be imported"),
    "one component": ([GaussianMixture()], {}, "n_components=1 is not valid; expected an integer of at least 2"),
    "a name with a colon": ({"a:b": cluster.DBSCAN()}, {}, "methods has the key 'a:b': the name 'a:b' is not valid"),
    "a name of ours": ({"som": cluster.DBSCAN()}, {}, "'som' is a method of this project already"),
    "a short name of ours": ({"small": KMeans(5)}, {}, "methods has kmeans under the name 'small'; expected a list"),
    "no names": ({}, {}, "methods is empty"),
    "an option of no short name": (
        {"mine": cluster.DBSCAN},
        {"params": {"min.eps": 1}},
        "params has 'min.eps'; expected .* methods: mine",
    ),
    "a pipeline": (
        [make_pipeline(StandardScaler(), cluster.KMeans())],
        {},
        r"Pipeline.steps=\[.*expected a finite number",
    ),
    "an array": ([cluster.KMeans(init=np.eye(8))], {}, r"sklearn.cluster:KMeans.init=array.*expected a finite number"),
    "not finite": ([cluster.DBSCAN(eps=float("inf"))], {}, "sklearn.cluster:DBSCAN.eps=inf is not valid"),
    "a wrong option": ([KMeans(n_init=0)], {}, "kmeans.n_init=0 is not valid; expected an integer, 1 ≤ n_init"),
    "a nested class": ([nested()], {}, "class nested.<locals>.Hidden of .* cannot be imported by other processes"),
    "weights": ([DEC(pretrained="x")], {}, "expected pretrained=None"),
    "a device": ([DEC(device="cuda")], {}, r"one device; expected device='auto' here, and run\(…, device=…\)"),
    "an unknown preset": ([DEC(preset="smal")], {}, "unknown preset 'smal'; did you mean 'small'?"),
    "a wrong code": ([DEC(latent_dim=0)], {}, "latent_dim=0 is not valid; expected an integer, 1 or more, or None"),
    "one cluster": ([KMeans(n_clusters=1)], {}, "n_clusters=1 is not valid; expected an integer of at least 2"),
    "no seeds": (["som"], {"seeds": 0}, r"seeds=0 is not valid; .*; \[0\] means only seed 0"),
    "an empty list of seeds": (["som"], {"seeds": []}, "seeds is empty; expected a number of seeds, or a list such"),
    "no presets": (["dec"], {"presets": []}, "presets is empty; expected at least one value, or None"),
    "a truth value": (["som"], {"seeds": True}, "seeds=True"),
    "negative": (["som"], {"seeds": [-1]}, "seeds -1"),
    "a text of seeds": (
        ["som"],
        {"seeds": "3"},
        "seeds='3' is not valid; expected a number of seeds, at least 1, or a list",
    ),
    "clusters as text": (["som"], {"n_clusters": "3"}, "n_clusters='3' is not valid; expected an integer"),
    "clusters as truth value": (["som"], {"n_clusters": True}, "n_clusters=True is not valid; expected an integer"),
    "an option without method": (["som"], {"params": {"sigma": 1}}, "params has 'sigma'; expected METHOD.NAME"),
    "an option of another method": (
        ["som"],
        {"params": {"dec.lr": 1}},
        "params has 'dec.lr'; expected .* methods: som",
    ),
    "an option for an estimator": ([SOM()], {"params": {"som.sigma": 1}}, "there is none. An estimator has its own"),
    "an unknown option": (
        ["som"],
        {"params": {"som.sigm": 1}},
        "params: unknown parameter of som 'sigm'; did you mean",
    ),
    "a value of another type": (
        ["som"],
        {"params": {"som.rows": 2.5}},
        "params: som.rows=2.5 is not valid; expected an integer",
    ),
    "a list of lists": (["som"], {"params": {"som.rows": [[2]]}}, r"params: som.rows=\[2\] is not valid"),
    "a value twice": (["som"], {"params": {"som.rows": [2, 2]}}, "expected each value once"),
    "no values": (["som"], {"params": {"som.rows": []}}, "expected each value once, at least one"),
    "not a dictionary": (["som"], {"params": ["som.rows=2"]}, "expected a dictionary such as"),
    "a contradiction": ([DEC(epochs=10, warmup_epochs=12)], {}, "warmup_epochs=12 must be at most epochs=10"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_argument_is_one_line(case: str):
    methods, arguments, message = WRONG[case]
    with pytest.raises(UsageError, match=message) as raised:
        cells_of(methods, **arguments)
    assert "\n" not in str(raised.value)


def test_a_class_at_the_top_of_a_module_is_named_by_its_module():
    (cell, _) = cells_of([Local(n_clusters=3)])
    assert (cell.method, cell.n_clusters, cell.params) == (f"{__name__}:Local", 3, {})


def test_the_options_of_a_class_without_get_params_are_its_attributes():
    (cell, _) = cells_of([Plain(3, size=2.0)])
    assert (cell.method, cell.n_clusters, cell.params) == (f"{__name__}:Plain", 3, {"size": 2.0})
    with pytest.raises(
        UsageError, match=r"Secretive\(\): the class has no get_params, .* attribute size; expected self"
    ):
        cells_of([Secretive()])
    with pytest.raises(UsageError, match=r"Open\(\): .* its constructor does not name all of its options, as with"):
        cells_of([Open(speed=5)])
    (cell, _) = cells_of([Open], params={f"{__name__}:Open.speed": 5}, n_clusters=3)
    assert (cell.n_clusters, cell.params) == (3, {"speed": 5})


def test_the_five_lines_of_a_class_are_a_note_of_the_error():
    with pytest.raises(UsageError) as raised:
        cells_of([StandardScaler()])
    (note,) = raised.value.__notes__
    assert note.startswith("class StandardScaler:\n")
    assert note.count("\n") == 4


def test_methods_are_shown_without_addresses():
    assert shown_methods({"mine": Plain(), "far": cluster.DBSCAN}) == "{'mine': Plain(), 'far': DBSCAN}"
    assert shown_methods(["som", KMeans(n_clusters=3)]) == "['som', KMeans(n_clusters=3)]"
    assert shown_methods("som") == "'som'"
