"""A plug-in whose class is a subclass of Clusterer has its own space, and its model is kept and loaded."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from commands import WITHOUT_FIGURES
from documents import ROOT
from plugin_packages import install

SOURCE = '''
from methods import PCAKMeans
from methods.options import options

@options
class Projected(PCAKMeans):
    """K-Means on principal components, by another package."""
'''
RUN = "run --methods projected,pca-kmeans --dataset digits --seeds 1 --jobs 2"
PREDICT = "predict digits --method projected --dataset digits --to labels.csv"


@pytest.fixture
def run(tmp_path: Path):
    """A command in a process of its own."""
    packages, work = tmp_path / "packages", tmp_path / "work"
    packages.mkdir()
    work.mkdir()
    install(packages, "projected", {"projected": SOURCE}, "[dec_bench.methods]\nprojected = projected:Projected\n")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(packages)]),
        "OMP_NUM_THREADS": "1",
        "DEC_BENCH_CACHE": str(tmp_path / "cache"),
    }

    def call(*arguments: str, without: bool = False) -> subprocess.CompletedProcess[str]:
        variables = {**environment, "PYTHONPATH": str(ROOT)} if without else environment
        return subprocess.run(
            [sys.executable, *arguments], cwd=work, env=variables, capture_output=True, text=True, timeout=300
        )

    return call


@pytest.mark.slow
def test_its_space_is_measured_and_its_model_predicts(run, tmp_path: Path):
    done = run("-c", WITHOUT_FIGURES, *RUN.split())
    assert done.returncode == 0, done.stderr + done.stdout
    results = tmp_path / "work" / "results" / "digits"
    scores = [json.loads(path.read_text()) for path in sorted((results / "scores").glob("*.json"))]
    assert len(scores) == 2
    first, second = [score["values"] for score in scores]
    assert first["effective_rank_own"] == second["effective_rank_own"] is not None

    code = (
        "import bench, methods; from sklearn.datasets import load_digits; X = load_digits().data / 16; "
        "loaded = bench.load('digits').model('projected'); assert (loaded.predict(X) == loaded.labels_).all(); "
        "print(type(loaded).__name__)"
    )
    loaded = run("-c", code)
    assert loaded.stdout == "Projected\n", loaded.stderr
    refused = run("-m", "bench", *PREDICT.split(), without=True)
    assert refused.returncode == 2
    assert "needs plug-in projected 1.0, which is not installed; install it." in refused.stderr


@pytest.mark.slow
def test_its_saved_model_is_checked(run):
    code = "from methods.checks import check_method; from projected import Projected; check_method(Projected, n_init=1)"
    done = run("-c", code)
    assert done.returncode == 0, done.stderr
    unequal = (
        "from methods import checks; from projected import Projected; "
        "Projected._restore = lambda self, state, device: self.__dict__.update("
        "state | {'cluster_centers_': state['cluster_centers_'][::-1].copy()}); checks.check_method(Projected)"
    )
    assert "Projected predicts otherwise after save and load" in run("-c", unequal).stderr


def test_a_class_named_by_its_path_is_not_adapted_if_it_is_a_clusterer(digits: np.ndarray):
    from methods import registry

    fitted = registry.create("methods.pca_kmeans:PCAKMeans", n_clusters=5, random_state=0, n_components=3).fit(digits)
    assert fitted.transform(digits).shape == (len(digits), 3)
