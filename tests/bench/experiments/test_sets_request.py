"""What is run on each data set: the same rows, and a method that does not fit a data set is refused only there."""

import pytest

from bench.errors import UsageError
from bench.experiments.experiment import parse_experiment
from bench.experiments.request import Execution
from bench.experiments.sets_request import SetsRequest, parts_of
from bench.store.records import DataSummary


def data(name: str, shape: tuple[int, int, int] | None, n_features: int, n_classes: int | None) -> DataSummary:
    return DataSummary(
        name=name,
        source="test",
        revision="",
        split="all",
        digest=name,
        n_samples=100,
        n_features=n_features,
        image_shape=shape,
        class_names=None if n_classes is None else list(map(str, range(n_classes))),
    )


DIGITS = data("digits", (8, 8, 1), 64, 10)
SMALL = data("small", (2, 2, 1), 4, 3)


def request(names: list[str], preset: str | None = None, **options: object) -> SetsRequest:
    settings = {"methods": "kmeans,dec", "split": "all", "seeds": "2", "presets": preset, **options}
    experiments = {name: parse_experiment(dataset=name, **settings) for name in names}  # type: ignore[arg-type]
    return SetsRequest({name: parts_of([each], [preset is None]) for name, each in experiments.items()}, Execution())


def test_default_settings_are_the_same_row_though_their_values_differ() -> None:
    first, second = request(["digits", "ylecun/mnist"]).plans(
        {"digits": DIGITS, "ylecun/mnist": data("mnist", (28, 28, 1), 784, 7)}
    )
    assert [row.asked for row in first.entry.rows] == [row.asked for row in second.entry.rows]
    cells = [plan.entry.rows[1].cells[0] for plan in (first, second)]
    assert [(cell.preset, cell.n_clusters) for cell in cells] == [("small", 10), ("sha12", 7)]
    assert (first.entry.folder, second.entry.folder) == ("digits", "ylecun_mnist")


def test_settings_that_were_asked_for_are_in_the_row() -> None:
    (plan,) = request(["digits"], "small,mlp", n_clusters="4", latent_dims="3").plans({"digits": DIGITS})
    settings = [(row.asked.preset, row.asked.latent_dim, row.asked.n_clusters) for row in plan.entry.rows]
    assert settings == [(None, None, 4), ("small", 3, 4), ("mlp", 3, 4)]


def test_the_cells_of_a_set_are_those_of_a_run_on_it_alone() -> None:
    experiment = parse_experiment(methods="kmeans,dec", dataset="digits", split="all", seeds="2", presets="small,mlp")
    (plan,) = request(["digits"], "small,mlp").plans({"digits": DIGITS})
    assert plan.request.cells(DIGITS) == experiment.cells(DIGITS)


def test_a_method_that_does_not_fit_a_set_is_refused_there_and_the_others_run() -> None:
    plans = request(["digits", "a/small"]).plans({"digits": DIGITS, "a/small": SMALL})
    kmeans, dec = plans[1].entry.rows
    assert (len(kmeans.cells), dec.cells) == (2, [])
    assert dec.asked == plans[0].entry.rows[1].asked
    assert "is larger than the 4 features" in dec.refused
    assert [cell.method for cell in plans[1].request.cells(SMALL)] == ["kmeans", "kmeans"]
    assert plans[0].refusals == []
    assert len(plans[1].refusals) == 1
    assert plans[1].refusals[0].startswith("dec not run on a_small: latent size")


def test_a_set_without_any_method_is_refused() -> None:
    unlabelled = data("unlabelled", None, 64, None)
    with pytest.raises(UsageError, match="'unlabelled' has no labels"):
        request(["digits", "a/b"]).plans({"digits": DIGITS, "a/b": unlabelled})


def test_a_method_without_any_set_is_refused() -> None:
    with pytest.raises(UsageError, match="latent size"):
        request(["a/small"]).plans({"a/small": SMALL})
