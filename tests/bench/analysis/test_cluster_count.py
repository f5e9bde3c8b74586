"""The proposed number of clusters is the known one where valleys separate the clusters."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from documents import ROOT

from bench.analysis.cluster_count import (
    LEVEL,
    N_START,
    CountFound,
    Maps,
    count_in_maps,
    counting_maps,
    first_valley,
    propose_count,
)
from bench.analysis.counting_space import OF_NETWORK
from bench.analysis.dip_merging import Merge
from bench.analysis.index_spaces import drawn
from bench.analysis.known_counts import N_KNOWN, N_NEAR, N_RIGHT
from bench.metrics.arrays import FloatArray
from methods import registry

EVEN, UNEVEN = (150, 150, 150, 150), (800, 400, 200, 120)
TABLE = ROOT / "results/benchmarks/number_of_clusters.csv"


def blobs(sizes: tuple[int, ...], n_features: int = 5, seed: int = 0) -> FloatArray:
    """Normal clouds with these sizes; any two centres are 14 standard deviations apart."""
    generator = np.random.default_rng(seed)
    centres = 10 * np.eye(max(len(sizes), n_features))[: len(sizes), :n_features]
    clouds = [generator.normal(centre, 1, (n, n_features)) for centre, n in zip(centres, sizes, strict=True)]
    return np.concatenate(clouds).astype(np.float32)


def count_in(positions: FloatArray) -> CountFound:
    """The number of clusters in one map."""
    return count_in_maps(Maps("a map", len(positions), (positions,)))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("sizes", [EVEN, UNEVEN, (500, 500)])
def test_the_known_number_is_proposed(sizes: tuple[int, ...], seed: int) -> None:
    found = count_in(blobs(sizes, seed=seed))
    assert found.n_clusters == len(sizes)
    assert [merge.n_clusters for merge in found.merges] == list(range(found.n_start, 1, -1))
    assert found.merges[found.n_start - found.n_clusters].valley >= LEVEL


def test_the_first_clusters_are_fewer_for_few_samples() -> None:
    assert count_in(blobs((75, 75))).n_start == 6
    assert count_in(blobs((800, 800))).n_start == N_START


def test_one_cluster_is_proposed_as_two_and_its_evidence_is_below_the_level() -> None:
    found = count_in(blobs((900,)))
    assert found.n_clusters == 2
    assert max(merge.valley for merge in found.merges) < LEVEL


def test_a_map_without_valleys_proposes_the_least() -> None:
    assert first_valley([Merge(4, 0.1), Merge(3, 0.2), Merge(2, 0.3)], 0.5) == 2
    assert first_valley([Merge(4, 0.9), Merge(3, 0.2), Merge(2, 0.3)], 0.5) == 4


def test_a_map_with_one_place_has_no_proposal() -> None:
    with pytest.raises(ValueError, match="all samples are at one place in the map"):
        count_in_maps(Maps("a space", 200, (np.zeros((200, 10), np.float32),)))


def test_too_few_samples_are_refused_in_one_line() -> None:
    with pytest.raises(ValueError, match=r"^99 samples are too few to propose a number of clusters; expected 100\.$"):
        propose_count(blobs((50, 49)), None)


@pytest.mark.slow
def test_clusters_of_many_features_are_counted_in_maps() -> None:
    shares: list[float] = []
    features = blobs((120, 120, 120), n_features=80)
    first, second = (propose_count(features, None, progress) for progress in (shares.append, lambda share: None))
    assert first == second
    assert (first.n_clusters, first.n_mapped, first.n_compared) == (3, 360, 360)
    assert first.space == "10-dimensional UMAP of PCA-50"
    assert all(before <= after for before, after in pairwise(shares))
    assert shares[-1] == pytest.approx(1)


def test_of_many_samples_some_are_mapped_and_fewer_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def mapped(points: FloatArray, seed: int) -> FloatArray:
        sizes.append(len(points))
        return points

    monkeypatch.setattr(registry, "umap_map", mapped)
    monkeypatch.setattr("bench.analysis.cluster_count.MOST_MAPPED", 60)
    monkeypatch.setattr("bench.analysis.cluster_count.MOST_COMPARED", 20)
    rows = np.arange(200.0, dtype=np.float32)[:, None]
    maps = counting_maps(rows, None)
    assert (sizes, maps.n_mapped) == ([60] * 3, 60)
    assert all(positions.ravel().tolist() == drawn(200, 20).tolist() for positions in maps.positions)


def test_images_are_counted_in_the_space_of_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.analysis.counting_space.PRESET", "small")
    monkeypatch.setattr(registry, "umap_map", lambda points, seed: points[:, :10])
    shares: list[float] = []
    images = np.random.default_rng(0).random((110, 64), dtype=np.float32)
    found = propose_count(images, (8, 8, 1), shares.append)
    assert found.space == f"10-dimensional UMAP of {OF_NETWORK}"
    assert all(before <= after for before, after in pairwise(shares))
    assert shares[-1] == pytest.approx(1)


def test_the_stated_numbers_are_those_of_the_published_table() -> None:
    table = pd.read_csv(TABLE)
    difference = (table["proposal"] - table["true_k"]).abs()
    assert (len(table), (difference == 0).sum(), (difference <= 1).sum()) == (N_KNOWN, N_RIGHT, N_NEAR)


def test_each_published_proposal_follows_from_its_published_evidence() -> None:
    evidence = pd.read_csv(TABLE.with_name("number_of_clusters_evidence.csv"))
    for row in pd.read_csv(TABLE).itertuples():
        own = evidence[evidence["set"] == row.set].sort_values("k", ascending=False)
        merges = [Merge(int(k), float(valley)) for k, valley in zip(own["k"], own["valley"], strict=True)]
        assert first_valley(merges, LEVEL) == row.proposal, row.set
