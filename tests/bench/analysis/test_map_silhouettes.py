"""A search measures all fits in one map of the data, each on the samples that it has not seen."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import silhouette_score
from stored import record_of

from bench.analysis import map_silhouettes as module
from bench.analysis.map_silhouettes import NO_PARTITION, NOISE, SearchMap, map_silhouettes
from bench.experiments.folds import fold_of
from bench.metrics.reference import reference_space
from bench.report.map_silhouettes import NO_MAP
from bench.store.records import Cell, Record
from bench.store.store import Store
from methods import registry

rng = np.random.default_rng(0)
X = rng.normal(size=(90, 60)).astype(np.float32)
FOLDS = 3


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """The samples of each map that was made; a map has the first two components."""
    maps: list[np.ndarray] = []

    def quick(points: np.ndarray, seed: int) -> np.ndarray:
        assert seed == 0
        maps.append(points)
        return points[:, :2]

    monkeypatch.setattr(registry, "umap_map", quick)
    return maps


def data(features: np.ndarray = X) -> Any:
    return SimpleNamespace(features=features, digest="d" * 64)


def fits(store: Store, labels: Mapping[tuple[int, int], np.ndarray]) -> list[Record]:
    """One fit for each number of restarts and fold, with its held-out labels."""
    records = []
    for (n_init, fold), own in labels.items():
        cell = Cell(method="kmeans", seed=fold, n_clusters=2, folds=FOLDS, params={"n_init": n_init})
        store.write(record_of(cell), {"labels": np.asarray(own, np.int64)})
        record = store.finished(cell)
        assert record is not None
        records.append(record)
    return records


def held_out(record: Record, n_samples: int = len(X)) -> np.ndarray:
    return np.asarray(fold_of(record.cell, n_samples).measured)


def test_each_silhouette_is_that_of_the_held_out_samples_in_one_map(store: Store, made: list) -> None:
    labels = {(n, fold): rng.integers(0, 3, 30) for n in (1, 2) for fold in range(FOLDS)}
    records = fits(store, labels)
    found, measured = map_silhouettes(store, records, SearchMap(data()))
    assert measured == records
    assert len(made) == 1
    points = reference_space(X)[:, :2]
    for record, own in zip(records, labels.values(), strict=True):
        each = found.by_key[record.key]
        assert each.value == pytest.approx(silhouette_score(points[held_out(record)], own), abs=1e-5)
        assert (each.n_samples, each.why, each.arrays_digest) == (30, "", record.arrays_digest)
    assert found.has_all(records, SearchMap(data()).digest)
    assert not found.has_all(records[1:], SearchMap(data()).digest)
    assert not found.has_all(records, "another map")


def test_only_the_held_out_samples_in_the_map_are_measured(
    store: Store, made: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "UMAP_SAMPLES", 60)
    the_map = SearchMap(data())
    assert len(the_map.rows) == 60
    own = np.arange(30) % 3
    (record,) = fits(store, {(1, 0): own})
    found, _ = map_silhouettes(store, [record], the_map)
    rows = held_out(record)
    is_in = np.isin(rows, the_map.rows)
    points = reference_space(X)[:, :2]
    each = found.by_key[record.key]
    assert each.n_samples == is_in.sum() < 30
    assert each.value == pytest.approx(silhouette_score(points[rows[is_in]], own[is_in]), abs=1e-5)
    assert len(made[0]) == 60


def test_noise_and_a_single_cluster_have_no_silhouette(store: Store, made: list) -> None:
    own = np.arange(30) % 3
    noisy = np.where(own == 0, -1, own)
    records = fits(store, {(1, 0): noisy, (2, 0): np.zeros(30), (3, 0): own})
    found, _ = map_silhouettes(store, records, SearchMap(data()))
    assert [found.by_key[record.key].why for record in records] == [NOISE, NO_PARTITION, ""]
    assert [found.by_key[record.key].value is None for record in records] == [True, True, False]


def test_the_map_does_not_depend_on_labels_and_is_made_once(store: Store, made: list) -> None:
    the_map = SearchMap(data())
    records = fits(store, {(1, fold): np.arange(30) % 2 for fold in range(FOLDS)})
    map_silhouettes(store, records, the_map)
    map_silhouettes(store, records[:1], the_map)
    assert len(made) == 1


def test_too_few_samples_have_no_map(store: Store) -> None:
    the_map = SearchMap(data(X[:9]))
    assert the_map.problem() == "the UMAP space needs 12 samples or more; the data have 9"
    records = fits(store, {(1, 0): np.arange(3) % 2})
    found, _ = map_silhouettes(store, records, the_map)
    assert (found.map, found.no_map) == (NO_MAP, the_map.problem())
    assert not found.has_all(records, the_map.digest)


def test_a_map_with_numbers_that_are_not_finite_is_no_map(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "umap_map", lambda points, seed: np.full((len(points), 10), np.nan))
    found, _ = map_silhouettes(store, fits(store, {(1, 0): np.arange(30) % 2}), SearchMap(data()))
    assert found.no_map == "some of the positions on the UMAP map are not finite"


def test_a_fit_with_damaged_arrays_is_left_out_and_named(store: Store, made: list) -> None:
    records = fits(store, {(1, fold): np.arange(30) % 2 for fold in range(2)})
    path = store.path("cells", f"{records[0].key}.npz")
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    found, measured = map_silhouettes(store, records, SearchMap(data()))
    assert measured == records[1:]
    assert list(found.by_key) == [records[1].key]
    assert any("damaged" in warning for warning in store.warnings)


def test_the_finished_share_ends_at_one(store: Store, made: list) -> None:
    shares: list[float] = []
    progress: Callable[[float], None] = shares.append
    map_silhouettes(store, fits(store, {(1, 0): np.arange(30) % 2}), SearchMap(data()), progress)
    assert shares == sorted(shares)
    assert shares[-1] == 1
