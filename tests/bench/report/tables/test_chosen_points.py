"""The chosen points of a search, as sentences, from search.csv."""

from collections.abc import Callable, Mapping

import pandas as pd
from msgspec.structs import replace

from bench.report.digest_csv import write_digest_csv
from bench.report.map_silhouettes import MapSilhouette, MapSilhouettes, write_map_silhouettes
from bench.report.tables.chosen_points import chosen_points
from bench.report.tables.search import write_search
from bench.store.records import Cell
from bench.store.store import Store

RULE = "by silhouette in one UMAP map of the data"


def measured(store: Store, values: Mapping[str, tuple[float | None, str]]) -> None:
    """Write map_silhouettes.csv; `values` has the value, or the reason that there is none, by the key of the fit."""
    records = [record for record in store.records() if record.key in values]
    scores = {record.key: MapSilhouette(record.arrays_digest, 1666, *values[record.key]) for record in records}
    write_map_silhouettes(store, MapSilhouettes("a-map", scores), records)


def searched(lab, scores, values: Mapping[object, float | None]) -> Store:
    """A search of K-Means over `n_init`; by value, the silhouette of both folds in the map."""
    found = {}
    for fold in range(2):
        for value, silhouette in values.items():
            params = {} if value is None else {"n_init": value}
            cell: Cell = replace(lab.cell("kmeans", fold, params), folds=2)
            lab.ok(cell, scores("kmeans", 0))
            found[cell.key] = (silhouette, "" if silhouette is not None else "fewer than two clusters")
    store = lab.done()
    measured(store, found)
    write_search(store)
    return store


def test_a_choice_a_truth_value_and_a_grid_without_a_choice(lab, scores: Callable) -> None:
    found = {}
    for fold in range(2):
        for params, silhouette in (({}, 0.2), ({"augment": True}, 0.3)):
            cell = replace(lab.cell("dec", fold, params), folds=2)
            lab.ok(cell, scores("dec", 0))
            found[cell.key] = (silhouette + 0.02 * fold, "")
        lab.failed(replace(lab.cell("kmeans", fold), folds=2), "loss is nan")
    store = lab.done()
    measured(store, found)
    write_search(store)
    assert chosen_points(store) == [
        f"Chosen for dec, without labels: augment=true, {RULE} (0.3100 ± 0.0141).",
        "No point is chosen for kmeans: no point has a value of the criterion for every fold.",
    ]


def test_the_default_can_be_chosen(lab, scores: Callable) -> None:
    store = searched(lab, scores, {None: 0.4, 3: 0.3})
    assert chosen_points(store) == [f"Chosen for kmeans, without labels: n_init=default, {RULE} (0.4000 ± 0.0000)."]


def test_equal_points_are_named_and_the_first_is_chosen(lab, scores: Callable) -> None:
    store = searched(lab, scores, {1: 0.3, 2: 0.4, 3: 0.4 + 1e-12, 4: 0.39})
    assert chosen_points(store) == [
        f"Chosen for kmeans, without labels: n_init=2, {RULE} (0.4000 ± 0.0000). Equal by the criterion, but later in "
        "the grid: n_init=3."
    ]


def test_a_search_of_an_earlier_version_keeps_its_criterion_and_has_no_value(lab, scores: Callable) -> None:
    store = searched(lab, scores, {1: 0.3})
    old = {"method": ["som"] * 2, "criterion": ["quantization error"] * 2, "sigma": [1.5, 2.0]}
    write_digest_csv(store.path("search.csv"), pd.DataFrame({**old, "folds": [3, 3], "chosen": [False, True]}))
    assert chosen_points(store) == ["Chosen for som, without labels: sigma=2, by quantization error."]


def test_without_a_search_there_is_no_line_and_a_damaged_one_is_a_warning(full) -> None:
    write_search(full)
    assert chosen_points(full) == []
    assert not full.path("search.md").exists()
    full.path("search.csv").write_text("method,criterion\n")
    assert chosen_points(full) == []
    assert any("search.csv" in warning for warning in full.warnings)
