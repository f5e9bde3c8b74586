"""K-Means with restarts: a GPU with CUDA is used where the device is one, and scikit-learn elsewhere."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from sklearn import cluster

from methods import device, device_kmeans
from methods.base import means_of
from methods.dec import start, umap_gmm_hidden
from methods.dec.ae_kmeans import AEKMeans
from methods.dec.estimator import DEC
from methods.dec.umap_gmm_hidden import UMAPGMMHidden
from methods.device_kmeans import device_k_means
from methods.kmeans import KMeans
from methods.pca_kmeans import PCAKMeans
from methods.restarts import k_means

CPU, CUDA = torch.device("cpu"), torch.device("cuda")
QUICK = {"preset": "mlp", "pretrain_epochs": 0, "n_init": 1, "device": "cpu", "random_state": 0}


@pytest.mark.parametrize("on", [None, CPU, torch.device("mps")])
@pytest.mark.parametrize("algorithm", ["lloyd", "elkan"])
def test_the_bits_of_scikit_learn(on: torch.device | None, algorithm: str, digits: np.ndarray):
    centers, labels, inertia, n_iter = k_means(digits, 5, n_init=2, seed=3, device=on, algorithm=algorithm)
    theirs = cluster.KMeans(5, n_init=2, random_state=3, algorithm=algorithm).fit(digits)
    assert centers.tobytes() == theirs.cluster_centers_.tobytes()
    assert (labels.tobytes(), inertia, n_iter) == (theirs.labels_.tobytes(), theirs.inertia_, theirs.n_iter_)


@pytest.fixture
def pretended_gpu(monkeypatch: pytest.MonkeyPatch) -> list[torch.device]:
    """The device cuda is here, and the processor computes for it. The list has the devices that were used."""
    used: list[torch.device] = []

    def on_cpu(X: np.ndarray, n_clusters: int, *, device: torch.device, **options: object):
        used.append(device)
        return device_k_means(X, n_clusters, device=CPU, **options)

    monkeypatch.setattr(device_kmeans, "device_k_means", on_cpu)
    monkeypatch.setattr(device, "choose_device", torch.device)
    return used


@pytest.mark.parametrize("make", [KMeans, PCAKMeans])
@pytest.mark.parametrize("name", ["cpu", "mps"])
def test_without_cuda_scikit_learn_computes(make: type, name: str, digits: np.ndarray, pretended_gpu: list):
    fitted = make(5, device=name, random_state=0).fit(digits)
    assert (fitted.device_, fitted.precision_, pretended_gpu) == ("cpu", "float32", [])
    np.testing.assert_array_equal(
        fitted.cluster_centers_, make(5, device="cpu", random_state=0).fit(digits).cluster_centers_
    )


def test_the_estimator_uses_the_gpu_that_it_is_given(digits: np.ndarray, pretended_gpu: list):
    options = {"n_init": 3, "init": "random", "max_iter": 7, "tol": 0.0, "random_state": 4}
    fitted = KMeans(10, device="cuda:1", **options).fit(digits)
    assert (fitted.device_, fitted.precision_, pretended_gpu) == ("cuda:1", "float64", [torch.device("cuda:1")])
    centers, labels, sum_of_squares, n_iter = device_k_means(
        digits, 10, n_init=3, init="random", max_iter=7, tol=0.0, seed=4, device=CPU
    )
    np.testing.assert_array_equal(fitted.labels_, fitted.predict(digits))
    np.testing.assert_array_equal(fitted.labels_, labels)
    np.testing.assert_array_equal(fitted.cluster_centers_, centers)
    assert (fitted.inertia_, fitted.n_iter_) == (sum_of_squares, n_iter)


def test_a_batch_after_a_fit_on_a_gpu_is_computed_on_the_processor(digits: np.ndarray, pretended_gpu: list):
    fitted = KMeans(10, device="cuda", random_state=0).fit(digits).partial_fit(digits[:50])
    assert (fitted.device_, fitted.precision_, len(pretended_gpu)) == ("cpu", "float32", 1)


def test_a_device_that_is_not_here_is_refused(digits: np.ndarray):
    for make in (KMeans, PCAKMeans):
        with pytest.raises(ValueError, match="device='cuda:99' is not available here"):
            make(5, device="cuda:99").fit(digits)
        with pytest.raises(ValueError, match="unknown device 'gpu'"):
            make(5, device="gpu").fit(digits)


@pytest.mark.slow
def test_the_processor_needs_no_torch():
    program = (
        "import sys, numpy as np, methods; X = np.eye(9, 3); "
        "methods.KMeans(2, device='cpu').fit(X); methods.PCAKMeans(2, device='cpu').fit(X); "
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_the_start_of_dec_uses_the_gpu(digits: np.ndarray, pretended_gpu: list):
    centers = start.codes_kmeans(digits, 5, 3, 0, device=CUDA)
    np.testing.assert_array_equal(centers, device_k_means(digits, 5, n_init=3, seed=0, device=CPU)[0])
    labels = np.arange(len(digits)) % 4
    centers = start.codes_kmeans(digits, 5, 3, 0, labels, device=CUDA)
    means = means_of(digits, labels)
    np.testing.assert_array_equal(centers, device_k_means(digits, 4, n_init=1, seed=0, device=CPU, init=means)[0])
    assert pretended_gpu == [CUDA, CUDA]


def test_clusterers_of_codes_give_k_means_their_device(digits: np.ndarray, monkeypatch: pytest.MonkeyPatch):
    used = []

    def recorded(*arguments: object, device: torch.device | None = None, **options: object):
        used.append(device)
        return k_means(*arguments, **options)

    monkeypatch.setattr(start, "k_means", recorded)
    AEKMeans(5, **QUICK).fit(digits)
    DEC(5, epochs=0, init="kmeans", final_assignment="kmeans", **QUICK).fit(digits)
    assert used == [CPU] * 3


def test_clusterers_of_codes_give_principal_components_their_device(
    digits: np.ndarray, monkeypatch: pytest.MonkeyPatch
):
    class Reached(Exception):  # noqa: N818
        """The map of the components would take long."""

    def recorded(hidden: np.ndarray, seed: int, device: torch.device | None = None):
        raise Reached(device)

    monkeypatch.setattr(start, "hidden_pca", recorded)
    monkeypatch.setattr(umap_gmm_hidden, "hidden_pca", recorded)
    with pytest.raises(Reached, match=r"^cpu$"):
        UMAPGMMHidden(5, **QUICK).fit(digits)
    with pytest.raises(Reached, match=r"^cpu$"):
        DEC(5, epochs=0, init="hidden-manifold", **QUICK).fit(digits)


@pytest.mark.cuda
def test_the_estimators_on_cuda(digits: np.ndarray):
    """Their clusters are those of the same algorithm on the processor."""
    for make in (KMeans, PCAKMeans):
        fitted = make(10, device="cuda", random_state=0).fit(digits)
        assert (fitted.device_, fitted.precision_) == ("cuda", "float64")
        points = digits if fitted.embedding_ is None else fitted.embedding_
        centers, labels, _, n_iter = device_k_means(points, 10, n_init=10, seed=0, device=CPU)
        np.testing.assert_array_equal(fitted.labels_, labels)
        np.testing.assert_allclose(fitted.cluster_centers_, centers, atol=1e-5)
        assert fitted.n_iter_ == n_iter
