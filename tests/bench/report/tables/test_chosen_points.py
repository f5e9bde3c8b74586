"""The chosen points of a search, as sentences, from search.csv."""

from pathlib import Path

from msgspec.structs import replace

from bench.report.tables.chosen_points import chosen_points
from bench.report.tables.search import write_search
from bench.store.store import Store

CRITERIA = {"dec": ("silhouette_own", "kl_divergence"), "kmeans": ("silhouette_input",)}
PUBLISHED = Path(__file__).parents[4] / "results"


def test_the_published_search_names_its_points_criteria_and_values() -> None:
    criteria = {"ae-kmeans": ("reconstruction_error",), "dec": CRITERIA["dec"]}
    assert chosen_points(Store(PUBLISHED, "search-sha12-x0.2"), criteria) == [
        "Chosen for ae-kmeans, without labels: lr=0.001, batch_size=64, by reconstruction error, input space "
        "(Reconstruction error 0.0104 ± 0.0002).",
        "Chosen for dec, without labels: latent_dim=64, kl_weight=1, by the sum of ranks by silhouette, own space and "
        "by KL(P‖Q), own space (Silhouette 0.6190 ± 0.0034, KL(P‖Q) 0.2239 ± 0.0070).",
    ]


def test_a_default_a_truth_value_and_a_grid_without_a_choice(lab, scores) -> None:
    for fold in range(2):
        for params, better in (({}, 0.0), ({"augment": True}, 0.1)):
            cell = replace(lab.cell("dec", fold, params), folds=2)
            values = scores("dec", 0)
            lab.ok(cell, values | {"silhouette_own": values["silhouette_own"] + better})
        lab.failed(replace(lab.cell("kmeans", fold), folds=2), "loss is nan")
    store = lab.done()
    write_search(store, 2, CRITERIA)
    assert chosen_points(store, CRITERIA) == [
        "Chosen for dec, without labels: augment=true, by the sum of ranks by silhouette, own space and by KL(P‖Q), "
        "own space (Silhouette 0.8770 ± 0.0000, KL(P‖Q) 0.1423 ± 0.0000).",
        "No point is chosen for kmeans: no point has a value of the criterion for every fold.",
    ]


def test_the_default_can_be_chosen(lab, scores) -> None:
    for fold in range(2):
        for params, worse in (({}, 0.0), ({"lr": 0.1}, 0.1)):
            values = scores("kmeans", 0)
            cell = replace(lab.cell("kmeans", fold, params), folds=2)
            lab.ok(cell, values | {"silhouette_input": values["silhouette_input"] - worse})
    store = lab.done()
    write_search(store, 2, CRITERIA)
    (line,) = chosen_points(store, CRITERIA)
    assert line.startswith(
        "Chosen for kmeans, without labels: lr=default, by silhouette, input space (Silhouette 0.0600"
    )


def test_without_a_search_there_is_no_line_and_a_damaged_one_is_a_warning(full) -> None:
    assert chosen_points(full, CRITERIA) == []
    full.path("search.csv").write_text("method,criterion\n")
    assert chosen_points(full, CRITERIA) == []
    assert any("search.csv" in warning for warning in full.warnings)
