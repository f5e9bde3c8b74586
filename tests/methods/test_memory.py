"""The estimated memory of classes whose memory grows with the square of the number of samples."""

import json
import subprocess
import sys

import numpy as np
import pytest
from sklearn.cluster import (
    DBSCAN,
    HDBSCAN,
    OPTICS,
    AffinityPropagation,
    AgglomerativeClustering,
    Birch,
    KMeans,
    SpectralClustering,
)

from methods import neighbour_memory
from methods.memory import _TERMS, Need, needed
from methods.registry import memory_needed

X = np.random.default_rng(0).random((500, 3), dtype=np.float32)
WIDE = np.random.default_rng(0).random((500, 40), dtype=np.float32)


@pytest.mark.parametrize(
    ("cls", "params", "terms"),
    [
        (AgglomerativeClustering, {}, (1.05, 67)),
        (AgglomerativeClustering, {"linkage": "average"}, (1.05, 67)),
        (AgglomerativeClustering, {"linkage": "single"}, None),
        (AgglomerativeClustering, {"linkage": "single", "metric": "cosine"}, (0.65, 67)),
        (SpectralClustering, {}, (4.3, 70)),
        (SpectralClustering, {"affinity": "nearest_neighbors"}, None),
        (AffinityPropagation, {"damping": 0.9}, (4.6, 67)),
        (HDBSCAN, {}, None),
        (HDBSCAN, {"algorithm": "brute"}, (2.05, 68.5)),
        (HDBSCAN, {"metric": "cosine"}, (2.6, 70)),
        (OPTICS, {"metric": "cosine"}, (2.6, 70)),
        (DBSCAN, {"eps": 10, "metric": "chebyshev"}, None),
        (type("Mine", (AffinityPropagation,), {}), {}, (4.6, 67)),
        *((cls, {}, None) for cls in (OPTICS, KMeans, Birch, type("DBSCAN", (), {}))),
    ],
)
def test_the_options_of_a_class_decide_how_much_it_needs(
    cls: type, params: dict[str, object], terms: tuple[float, float] | None
):
    need = needed(cls, X, params)
    assert (need and (need.matrices, need.per_sample)) == terms


def test_the_neighbours_of_dbscan_decide_how_much_it_needs():
    everything, nothing = 1.1 * (1.15 + 2**17 / 500**2), 1.1 * 1.15 / 500
    assert needed(DBSCAN, X, {"eps": 10}).matrices == pytest.approx(everything)
    assert needed(DBSCAN, X, {"eps": 1e-9}).matrices == pytest.approx(nothing, rel=1)
    lists = 1.1 * (2 * 512 / 500 + 2**17 / 500**2)
    for params, data in (({}, WIDE), ({"algorithm": "brute"}, X)):
        assert needed(DBSCAN, data, {"eps": 10, **params}).matrices == pytest.approx(lists)
    assert needed(DBSCAN, WIDE, {"eps": 10, "algorithm": "kd_tree"}).matrices == pytest.approx(everything)
    assert needed(DBSCAN, WIDE, {"eps": 10, "metric": "cosine"}).matrices == pytest.approx(
        1.1 * (1.65 + 2**17 / 500**2)
    )
    assert needed(DBSCAN, WIDE, {"eps": 1.5, "metric": "manhattan"}).matrices < 0.01


def test_as_many_samples_as_are_proposed_fit():
    for per_sample in (0, 900):
        for n_bytes in (10**6, 10**8, 32 * 10**9):
            n_samples = Need(4.25, 10**6, per_sample).samples_in(n_bytes)
            assert Need(4.25, n_samples, per_sample).n_bytes <= n_bytes
            assert n_bytes < Need(4.25, n_samples * 2 + 1, per_sample).n_bytes
    assert Need(1, 5).samples_in(7) == Need(1, 5).samples_in(0) == 0


def test_of_dbscan_as_many_samples_as_are_proposed_fit_also_where_vectors_have_doubled():
    for algorithm in ("brute", "kd_tree"):
        for radius in (0.3, 10):
            need = needed(DBSCAN, X, {"eps": radius, "algorithm": algorithm})
            for n_bytes in range(10**5, need.n_bytes, 10**5):
                n_samples = need.samples_in(n_bytes)
                again = needed(DBSCAN, X[:n_samples], {"eps": radius, "algorithm": algorithm})
                assert again.n_bytes <= 1.1 * n_bytes  # the first samples may have a few more neighbours


def test_neighbours_are_counted_on_some_rows():
    points = np.random.default_rng(0).random((3000, 2), dtype=np.float32)
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    for radius in (0.1, 0.4):
        counts = neighbour_memory.neighbour_counts(points, radius)
        assert counts.tolist() == (distances[::30] <= radius).sum(axis=1).tolist()


def test_pieces_of_distances_are_bounded():
    many = np.broadcast_to(X[:1], (10**6, 3))
    assert needed(OPTICS, many, {"metric": "cosine"}).matrices * 8 * 10**12 == pytest.approx(2.6 * 2**30)


def test_methods_of_the_project_are_not_estimated():
    assert memory_needed("kmeans", X, {}) is None
    assert memory_needed("sklearn.cluster:SpectralClustering", X, {}) == Need(4.3, 500, 70)


CODE = """
import json, resource, sys, numpy as np
from pathlib import Path
from sklearn.cluster import *
from methods.memory import needed
n_features, estimator = int(sys.argv[1]), eval(sys.argv[2])
X = np.random.default_rng(0).random((2000, n_features), dtype=np.float32)
def peak():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) * 1024
need = needed(type(estimator), X, estimator.get_params())
type(estimator)(**estimator.get_params()).fit(X[:60])
Path("/proc/self/clear_refs").write_text("5")
before = peak()
estimator.fit(X)
print(json.dumps([peak() - before, need.n_bytes]))
"""
MEASURED = [
    "AgglomerativeClustering()",
    "SpectralClustering()",
    "AffinityPropagation(max_iter=15)",
    "HDBSCAN(algorithm='brute')",
    "DBSCAN(eps=100)",
    "OPTICS(metric='cosine')",
]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the peak of one part of a program is measured on Linux")
@pytest.mark.parametrize("n_features", [10, 40])
@pytest.mark.parametrize("estimator", [*MEASURED, "HDBSCAN(metric='cosine')", "DBSCAN(eps=3, metric='cosine')"])
def test_the_estimate_is_not_below_the_measured_peak_and_below_twice_the_peak(estimator: str, n_features: int):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CODE, str(n_features), estimator], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    measured, estimated = json.loads(done.stdout)
    assert measured <= estimated <= 2 * measured


def test_every_class_of_the_table_is_measured():
    assert {text.partition("(")[0] for text in MEASURED} == set(_TERMS)
