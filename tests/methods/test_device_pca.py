"""Principal components on a torch device are those of scikit-learn, here on the device cpu."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from methods import device_pca, pca_kmeans
from methods.dec import start
from methods.pca_kmeans import fit_pca

CPU, CUDA = torch.device("cpu"), torch.device("cuda")
N_COMPONENTS = 20


def ours(X: np.ndarray, n_components: int = N_COMPONENTS, on: torch.device = CPU) -> tuple[np.ndarray, np.ndarray]:
    return device_pca.device_pca(X, n_components, on)


def exact(X: np.ndarray, n_components: int = N_COMPONENTS) -> PCA:
    return PCA(n_components, svd_solver="full").fit(X.astype(np.float64))


@pytest.mark.parametrize("offset", [0, 1e4, -1e4])
def test_equals_scikit_learn(offset: float, digits: np.ndarray):
    X = digits + np.float32(offset)
    mean, components = ours(X)
    theirs = exact(X)
    assert (mean.dtype, components.dtype) == (np.float32, np.float32)
    np.testing.assert_allclose(mean, theirs.mean_, rtol=1e-7)
    np.testing.assert_allclose(components, theirs.components_, atol=1e-6)


def test_codes_equal_those_of_fit_pca(digits: np.ndarray, pretended_gpu: list):
    on_gpu = fit_pca(digits, N_COMPONENTS, 0, torch.device("cuda:1"))
    assert pretended_gpu == [torch.device("cuda:1")]
    on_cpu = fit_pca(digits, N_COMPONENTS, 0, CPU)
    np.testing.assert_allclose(on_gpu.transform(digits), on_cpu.transform(digits), atol=1e-5)
    assert on_gpu.components.flags.f_contiguous
    assert on_gpu.components.dtype == on_cpu.components.dtype


def test_fewer_samples_than_features(digits: np.ndarray):
    X = digits[:12]
    _, components = ours(X, 11)
    np.testing.assert_allclose(components, exact(X, 11).components_, atol=1e-6)


def test_all_components(digits: np.ndarray):
    X = np.ascontiguousarray(digits[:, digits.std(axis=0) > 0])
    mean, components = ours(X, X.shape[1])
    np.testing.assert_allclose(components @ components.T, np.eye(X.shape[1]), atol=1e-6)
    np.testing.assert_allclose((X - mean) @ components.T @ components + mean, X, atol=1e-5)


def test_features_that_never_change():
    X = np.zeros((9, 3), np.float32)
    X[:, 1] = np.arange(9)
    mean, components = ours(X, 1)
    np.testing.assert_allclose(mean, [0, 4, 0])
    np.testing.assert_allclose(components, [[0, 1, 0]])


def check_same_bits(X: np.ndarray, on: torch.device) -> None:
    one, other = ours(X, on=on), ours(X, on=on)
    assert [array.tobytes() for array in one] == [array.tobytes() for array in other]


def test_the_same_bits_twice(digits: np.ndarray):
    check_same_bits(digits, CPU)


@pytest.fixture
def pretended_gpu(monkeypatch: pytest.MonkeyPatch) -> list[torch.device]:
    """The processor computes what a GPU would. The list has the devices that were used."""
    used: list[torch.device] = []
    real = device_pca.device_pca

    def on_cpu(X: np.ndarray, n_components: int, on: torch.device):
        used.append(on)
        return real(X, n_components, CPU)

    monkeypatch.setattr(device_pca, "device_pca", on_cpu)
    return used


def test_too_many_features_are_left_to_scikit_learn(
    digits: np.ndarray, pretended_gpu: list, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pca_kmeans, "_MOST_FEATURES", 63)
    fitted = fit_pca(digits, N_COMPONENTS, 0, CUDA)
    assert not pretended_gpu
    np.testing.assert_array_equal(fitted.components, fit_pca(digits, N_COMPONENTS, 0).components)


def test_the_start_of_dec_uses_the_gpu(digits: np.ndarray, pretended_gpu: list):
    assert start.hidden_pca(digits, 0, CUDA).components.shape == (start.HIDDEN_COMPONENTS, 64)
    start.hidden_pca(digits, 0, CPU)
    assert pretended_gpu == [CUDA]


@pytest.mark.cuda
def test_on_cuda(digits: np.ndarray):
    check_same_bits(digits, CUDA)
    for on_cuda, on_cpu in zip(ours(digits, on=CUDA), ours(digits), strict=True):
        np.testing.assert_allclose(on_cuda, on_cpu, atol=1e-6)
