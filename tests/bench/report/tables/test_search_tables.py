"""search.md and search.csv: the silhouette in one map chooses, whatever the labels and the other indices say."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest
from msgspec.structs import replace

from bench.report.map_silhouettes import (
    FILE,
    NO_MAP,
    MapSilhouette,
    MapSilhouettes,
    read_map_silhouettes,
    write_map_silhouettes,
)
from bench.report.tables.search import write_search
from bench.report.tables.write import write_tables
from bench.store.store import Store

FOLDS = 3
POINTS = {
    "a": {"map": 0.5, "silhouette_own": 0.1, "kl_divergence": 0.9, "ari": 0.60},
    "b": {"map": 0.4, "silhouette_own": 0.9, "kl_divergence": 0.1, "ari": 0.50},
    "c": {"map": 0.3, "silhouette_own": 0.2, "kl_divergence": 0.5, "ari": 0.75},
}
"""The map chooses a, the indices in the own space b, and the labels c."""


@pytest.fixture
def searched(lab, scores: Callable) -> Callable[..., Store]:
    """A function that writes a search of dec; by point and fold, `map` replaces the silhouette and says why."""

    def write(
        changed: Mapping[tuple[str, int], tuple[float | None, str]] | None = None, labelled: bool = True
    ) -> Store:
        lab.class_names = lab.class_names if labelled else None
        silhouettes = {}
        for fold in range(FOLDS):
            for name, values in POINTS.items():
                cell = replace(lab.cell("dec", fold, {"point": name}), folds=FOLDS)
                own = {**values, "ari": values["ari"] + 0.01 * fold}
                metrics = {metric: value for metric, value in own.items() if metric != "map"}
                known = scores("dec", 0) | metrics
                lab.ok(cell, known if labelled else {m: v for m, v in known.items() if m != "ari"}, labels=[0, 1, fold])
                record = lab.store.finished(cell)
                value, why = (changed or {}).get((name, fold), (values["map"], ""))
                silhouettes[cell.key] = MapSilhouette(record.arrays_digest, 1666, value, why)
        store = lab.done()
        write_map_silhouettes(store, MapSilhouettes("a-map", silhouettes), store.records())
        write_search(store)
        return store

    return write


def marks(store: Store) -> dict[str, str]:
    """By the mark in search.csv, the points that have it."""
    points = pd.read_csv(store.path("search.csv"))
    columns = ("chosen", "equal", "chosen_by_own_indices", "best_by_labels")
    return {column: "".join(points[points[column]]["point"]) for column in columns}


def test_each_rule_chooses_its_own_point(searched: Callable[..., Store]) -> None:
    store = searched()
    assert marks(store) == {
        "chosen": "a",
        "equal": "",
        "chosen_by_own_indices": "b",
        "best_by_labels": "c",
    }
    points = pd.read_csv(store.path("search.csv")).set_index("point")
    assert points.loc["a", "silhouette_map_mean"] == 0.5
    assert points["cost"].to_dict() == pytest.approx({"a": 0.15, "b": 0.25, "c": 0})


def test_the_table_of_costs_has_the_rules_beside_each_other(searched: Callable[..., Store]) -> None:
    text = searched().path("search.md").read_text()
    cells = [cell.strip() for cell in text.rstrip().splitlines()[-1].split("|")[1:-1]]
    best, ours, own, none = "0.760 ± 0.010", "0.150 ± 0.000", "0.250 ± 0.000", "0.133"
    assert cells[:6] == ["dec", "3", best, ours, own, none]
    assert cells[6] == "the sum of ranks by silhouette, own space and by KL(P‖Q), own space"


def test_without_labels_nothing_is_said_about_costs(searched: Callable[..., Store]) -> None:
    store = searched(labelled=False)
    text = store.path("search.md").read_text()
    assert marks(store)["chosen"] == "a"
    assert "What the choice costs" not in text
    assert "ARI" not in text


def test_a_point_without_a_silhouette_on_one_fold_is_never_chosen(searched: Callable[..., Store]) -> None:
    store = searched({("a", 1): (None, "fewer than two clusters")})
    assert marks(store)["chosen"] == "b"
    text = store.path("search.md").read_text()
    assert "1 of 3 points cannot be chosen" in text
    assert "not compared: fewer than two clusters" in text


def test_equal_points_are_named(searched: Callable[..., Store]) -> None:
    store = searched({("c", fold): (0.5, "") for fold in range(FOLDS)})
    assert (marks(store)["chosen"], marks(store)["equal"]) == ("a", "c")
    assert "Equal by the rule, so the first is chosen: point=a; point=c." in store.path("search.md").read_text()


def test_the_silhouette_of_an_earlier_fit_does_not_count(searched: Callable[..., Store]) -> None:
    store = searched()
    found = read_map_silhouettes(store)
    old = {key: replace_digest(each) if "s1" in key else each for key, each in found.by_key.items()}
    write_map_silhouettes(store, MapSilhouettes("a-map", old), store.records())
    write_search(store)
    assert marks(store)["chosen"] == ""
    text = store.path("search.md").read_text()
    assert "No point is chosen: no point has a silhouette in the map for every fold." in text
    assert "not compared: not measured on the map yet" in text


def replace_digest(each: MapSilhouette) -> MapSilhouette:
    return MapSilhouette("e" * 64, each.n_samples, each.value)


def test_without_a_map_no_point_is_chosen_and_the_reason_is_said_once(searched: Callable[..., Store]) -> None:
    store = searched()
    none = {record.key: MapSilhouette(record.arrays_digest, 0, None, "too few") for record in store.records()}
    write_map_silhouettes(store, MapSilhouettes(NO_MAP, none), store.records())
    write_search(store)
    assert marks(store)["chosen"] == ""
    text = store.path("search.md").read_text()
    assert text.count("No point is chosen, because the map of the data cannot be made: too few.") == 1


def test_a_damaged_file_is_set_aside_and_chooses_nothing(searched: Callable[..., Store]) -> None:
    store = searched()
    path = store.path(FILE)
    path.write_text(path.read_text().replace("0.5", "0.6", 1))
    write_search(store)
    assert marks(store)["chosen"] == ""
    assert any(FILE in warning and "measures the fits again" in warning for warning in store.warnings)


def published(store: Store, to: Path) -> Store:
    """A copy of the tables without the records."""
    write_tables(store)
    (to / store.name).mkdir(parents=True)
    for path in store.path().iterdir():
        if path.is_file():
            shutil.copy(path, to / store.name / path.name)
    return Store(to, store.name)


def test_published_tables_are_written_again_from_the_silhouettes(searched: Callable, tmp_path: Path) -> None:
    copy = published(searched(), tmp_path / "copy")
    before = {name: copy.path(name).read_bytes() for name in ("search.md", "search.csv")}
    for name in before:
        copy.path(name).unlink()
    write_search(copy)
    assert {name: copy.path(name).read_bytes() for name in before} == before


def test_published_tables_without_the_silhouettes_stay_as_they_are(searched: Callable, tmp_path: Path) -> None:
    copy = published(searched(), tmp_path / "copy")
    copy.path(FILE).unlink()
    copy.path("search.md").write_text("as it was")
    assert write_search(copy) == []
    assert copy.path("search.md").read_text() == "as it was"
    (line,) = copy.warnings
    assert "search.md and search.csv stay as they are, because map_silhouettes.csv is missing" in line
