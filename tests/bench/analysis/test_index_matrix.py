"""The matrix has each index of each partition in each space; the true labels are only a row."""

from collections.abc import Callable

import numpy as np
import pytest

from bench.analysis import index_spaces
from bench.analysis.index_matrix import INDICES, index_matrices
from bench.analysis.index_spaces import INPUT, REFERENCE, UMAP, IndexSpaces, drawn
from bench.analysis.partitions import TRUTH, Partition, noise_notes, partitions_of
from bench.metrics.fit import Fit
from bench.metrics.internal import calinski_harabasz_of, davies_bouldin_of, silhouette_of
from bench.metrics.reference import reference_space
from methods import registry

rng = np.random.default_rng(0)
X = rng.normal(size=(90, 60)).astype(np.float32)
A, B = np.arange(90) % 3, rng.integers(0, 4, 90)
CODES = rng.normal(size=(90, 2)).astype(np.float32)


@pytest.fixture(autouse=True)
def quick_umap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "umap_map", lambda points, seed: points[:, :2] * 2)


def test_each_value_is_that_of_the_metric_in_the_space(store, groups_of: Callable) -> None:
    groups = groups_of([("kmeans", 0, {"labels": A}), ("dec", 0, {"labels": B, "embedding": CODES})])
    partitions, notes = partitions_of(store, groups)
    spaces = IndexSpaces(store, groups, X, None)
    shares: list[float] = []
    found = index_matrices([*partitions, Partition(TRUTH, None, A)], spaces, shares.append)
    assert (notes, spaces.notes) == ([], [])
    assert list(found.spaces) == [INPUT, REFERENCE, UMAP, "space of dec"]
    assert spaces.own == {"kmeans": INPUT, "dec": "space of dec"}
    assert found.p_values.shape == (4,)
    assert (shares[-1], shares) == (1, sorted(shares))
    functions = (silhouette_of, davies_bouldin_of, calinski_harabasz_of)
    for column, points in ((0, X), (1, reference_space(X)), (3, CODES)):
        for row, labels in enumerate((A, B, A)):
            for index, function in zip(INDICES, functions, strict=True):
                expected = function(Fit(labels=labels, features=points), "input")
                assert found.values[index][row, column] == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_a_partition_of_one_cluster_has_no_index(store, groups_of: Callable) -> None:
    groups = groups_of([("kmeans", 0, {"labels": np.zeros(90, int)}), ("som", 0, {"labels": A})])
    partitions, _ = partitions_of(store, groups)
    values = index_matrices(partitions, IndexSpaces(store, groups, X, None)).values
    assert np.isnan(values["silhouette"][0]).all()
    assert np.isfinite(values["silhouette"][1]).all()


def test_collapsed_spaces_and_samples_that_are_not_used_are_named(store, groups_of: Callable) -> None:
    groups = groups_of([("dec", 2, {"labels": A, "embedding": np.ones((90, 2), np.float32)})])
    spaces = IndexSpaces(store, groups, X[:, :5], 40)
    assert [(space.name, len(space.rows)) for space in spaces] == [(INPUT, 40), (UMAP, 40)]
    assert spaces.notes == [
        "40 of 90 samples are used, drawn at random.",
        "The data have at most 50 features: PCA-50 is the input.",
        "space of dec (seed 2) is left out: it has collapsed.",
    ]


def test_umap_has_a_part_of_many_samples(store, groups_of: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_spaces, "UMAP_SAMPLES", 30)
    spaces = IndexSpaces(store, groups_of([("kmeans", 0, {"labels": A})]), X, 50)
    found = {space.name: space for space in spaces}
    assert np.array_equal(found[UMAP].rows, drawn(90, 30))
    part = np.isin(drawn(90, 50), drawn(90, 30))
    assert np.array_equal(found[UMAP].points, 2 * reference_space(X[drawn(90, 50)])[part, :2])
    assert "UMAP of PCA-50 has 30 samples" in spaces.notes[1]


def test_without_umap_its_column_is_left_out_with_the_remedy(
    store, groups_of: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(points: np.ndarray, seed: int) -> np.ndarray:
        raise registry.MethodError("the UMAP space needs umap: pip install")

    monkeypatch.setattr(registry, "umap_map", missing)
    spaces = IndexSpaces(store, groups_of([("kmeans", 0, {"labels": A})]), X, None)
    assert [space.name for space in spaces] == [INPUT, REFERENCE]
    assert spaces.notes == ["UMAP of PCA-50 is left out: the UMAP space needs umap: pip install."]


def test_fits_of_a_cross_validation_are_left_out_and_noise_is_named(store, groups_of: Callable) -> None:
    folds = groups_of([("kmeans", 0, {"labels": A[:30]})], folds=3)
    noisy = groups_of([("som", 1, {"labels": np.where(A == 2, -1, A)})])
    partitions, notes = partitions_of(store, [*folds, *noisy])
    assert [each.name for each in partitions] == ["som, seed 1"]
    assert [note.partition(":")[0] for note in [*notes, *noise_notes(partitions)]] == ["kmeans", "som, seed 1"]
    assert noise_notes(partitions_of(store, groups_of([("dec", 2, {"labels": A})]))[0]) == []
