"""The estimated memory of classes whose memory grows with the square of the number of samples."""

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

from methods.memory import _MATRICES, Need, needed, share_of_neighbours
from methods.registry import memory_needed

X = np.random.default_rng(0).random((500, 3), dtype=np.float32)


@pytest.mark.parametrize(
    ("cls", "params", "matrices"),
    [
        (AgglomerativeClustering, {}, 1),
        (AgglomerativeClustering, {"linkage": "average"}, 1),
        (AgglomerativeClustering, {"linkage": "single"}, None),
        (SpectralClustering, {}, 4.25),
        (SpectralClustering, {"affinity": "nearest_neighbors"}, None),
        (AffinityPropagation, {"damping": 0.9}, 4.5),
        (HDBSCAN, {}, None),
        (HDBSCAN, {"algorithm": "brute"}, 2),
        (DBSCAN, {"eps": 10}, 1.5),
        (DBSCAN, {"eps": 1e-9}, 1.5 / 500),
        (DBSCAN, {"eps": 10, "metric": "cosine"}, None),
        (type("Mine", (AffinityPropagation,), {}), {}, 4.5),
        *((cls, {}, None) for cls in (OPTICS, KMeans, Birch, type("DBSCAN", (), {}))),
    ],
)
def test_the_options_of_a_class_decide_how_many_matrices_it_needs(
    cls: type, params: dict[str, object], matrices: float | None
):
    need = needed(cls, X, params)
    assert need == (None if matrices is None else Need(pytest.approx(matrices), 500))


def test_as_many_samples_as_are_proposed_fit():
    for n_bytes in (10**6, 10**8, 32 * 10**9):
        n_samples = Need(4.25, 10**6).samples_in(n_bytes)
        assert Need(4.25, n_samples).n_bytes <= n_bytes < Need(4.25, n_samples * 2).n_bytes
    assert Need(1, 5).samples_in(7) == 0


def test_neighbours_are_counted_on_some_rows():
    points = np.random.default_rng(0).random((3000, 2), dtype=np.float32)
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    for radius in (0.1, 0.4):
        assert share_of_neighbours(points, radius) == pytest.approx((distances <= radius).mean(), rel=0.1)


def test_methods_of_the_project_are_not_estimated():
    assert memory_needed("kmeans", X, {}) is None
    assert memory_needed("sklearn.cluster:SpectralClustering", X, {}) == Need(4.25, 500)


CODE = """
import sys, numpy as np
from pathlib import Path
from sklearn.cluster import *
X = np.random.default_rng(0).random((2000, 5), dtype=np.float32)
def peak():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) * 1024
estimator = eval(sys.argv[1])
type(estimator)(**estimator.get_params()).fit(X[:60])
Path("/proc/self/clear_refs").write_text("5")
before = peak()
estimator.fit(X)
print((peak() - before) / (8 * len(X) ** 2))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the peak of one part of a program is measured on Linux")
@pytest.mark.parametrize(
    "estimator",
    [
        "AgglomerativeClustering()",
        "SpectralClustering()",
        "AffinityPropagation(max_iter=15)",
        "HDBSCAN(algorithm='brute')",
        "DBSCAN(eps=100)",
    ],
)
def test_the_estimate_is_near_the_measured_peak(estimator: str):
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", CODE, estimator], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    made = eval(estimator)
    need = needed(type(made), X, made.get_params())
    assert need is not None
    assert need.matrices == pytest.approx(float(done.stdout), rel=0.25)


def test_every_class_of_the_table_is_measured():
    marks = test_the_estimate_is_near_the_measured_peak.pytestmark
    (measured,) = [mark.args[1] for mark in marks if mark.name == "parametrize"]
    assert {text.partition("(")[0] for text in measured} == set(_MATRICES)
