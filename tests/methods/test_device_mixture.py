"""The mixture on a device: scikit-learn's results from the same starts, also on degenerate data, and the same bits."""

import warnings
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest
import torch
from no_sync import no_host_sync
from sklearn.datasets import load_digits, make_blobs
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from methods import device_mixture
from methods.dec.ae_gmm import AEGMM
from methods.dec.estimator import DEC
from methods.dec.n2d import N2D
from methods.dec.start import find_start
from methods.device_mixture import BatchedEM, MixtureFit, fit_mixture
from methods.mixture import Mixture
from methods.umap_gmm import UMAPGMM

CPU = torch.device("cpu")


class Recorded(GaussianMixture):
    """scikit-learn's mixture, which keeps the labels from which its restarts begin."""

    def _initialize(self, X, resp, **others):
        vars(self).setdefault("starts", []).append(resp.argmax(axis=1))
        super()._initialize(X, resp, **others)


def regularisation(X: np.ndarray) -> float:
    return max(1e-6 * X.var(axis=0).mean(), 1e-12)


def of_sklearn(X: np.ndarray, n_components: int, n_init: int = 4) -> Recorded:
    model = Recorded(n_components, n_init=n_init, max_iter=500, reg_covar=regularisation(X), random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # about K-Means on equal samples
        return model.fit(X)


def of_device(X: np.ndarray, starts: np.ndarray, n_components: int, device: torch.device = CPU) -> MixtureFit:
    return fit_mixture(X, starts, n_components, regularisation(X), device, max_iter=500, tol=1e-3)


def labels(fit: MixtureFit, X: np.ndarray) -> np.ndarray:
    model = GaussianMixture(len(fit.weights))
    model.weights_, model.means_, model.precisions_cholesky_ = fit.weights, fit.means, fit.precisions_cholesky
    return model.predict(X)


def assert_as_sklearn(X: np.ndarray, n_components: int, rtol: float = 1e-6) -> None:
    theirs = of_sklearn(X, n_components)
    ours = of_device(X, np.stack(theirs.starts), n_components)
    assert (labels(ours, X) == theirs.predict(X)).mean() >= 0.9999
    assert ours.lower_bound == pytest.approx(theirs.lower_bound_, abs=1e-6)
    assert (ours.n_iter, ours.converged) == (theirs.n_iter_, theirs.converged_)
    np.testing.assert_allclose(ours.weights, theirs.weights_, rtol, 1e-9)
    np.testing.assert_allclose(ours.means, theirs.means_, rtol, rtol * np.abs(X).max())
    largest = np.abs(theirs.precisions_cholesky_).max()
    np.testing.assert_allclose(ours.precisions_cholesky, theirs.precisions_cholesky_, rtol, rtol * largest)


def blobs(n_samples: int = 3000, n_features: int = 4) -> np.ndarray:
    return make_blobs(n_samples, n_features, centers=6, cluster_std=2.0, random_state=1)[0].astype(np.float32)


def reduced_digits() -> np.ndarray:
    return PCA(10, random_state=0).fit_transform(load_digits().data / 16).astype(np.float32)


def with_outlier() -> np.ndarray:
    X = blobs()
    X[17] = 1e5
    return X


def with_constant_columns() -> np.ndarray:
    return np.column_stack([np.full(3000, 0.1), blobs(), np.full(3000, -7.0)])


SETS = {
    "digits": (reduced_digits, 10),
    "blobs": (blobs, 6),
    "one component": (blobs, 1),
    "one column": (lambda: blobs()[:, :1], 3),
    "fewer samples than a tile": (lambda: blobs(70), 3),
    "tiles and one sample": (lambda: blobs(2049), 3),
    "duplicates": (lambda: np.repeat(blobs(150), 20, axis=0), 6),
    "as many components as different samples": (lambda: np.repeat(5 * np.eye(4), 30, axis=0), 4),
    "constant columns": (with_constant_columns, 6),
    "equal samples": (lambda: np.full((50, 3), 0.1), 1),
    "an outlier": (with_outlier, 6),
    "tiny": (lambda: blobs() * 1e-6, 6),
    "huge": (lambda: blobs() * 1e6, 6),
    "far from the origin": (lambda: blobs() + np.float32(1e5), 6),
    "columns of all scales": (lambda: blobs(3000, 5) * 10.0 ** np.array([-6, -3, 0, 3, 6]), 6),
    "many columns": (lambda: blobs(400, 60), 6),
}


@pytest.mark.parametrize("name", SETS)
def test_the_results_are_those_of_scikit_learn_from_the_same_starts(name: str):
    data, n_components = SETS[name]
    assert_as_sklearn(np.asarray(data(), dtype=np.float64), n_components)


def test_clusters_of_all_scales_have_the_labels_of_scikit_learn():
    rng = np.random.default_rng(0)
    scales = np.repeat(10.0 ** np.arange(-6, 7, 3), 500)[:, None]
    X = scales * (rng.standard_normal((2500, 3)) + 30 * np.sign(rng.standard_normal((2500, 1))))
    assert_as_sklearn(X, 5)


def test_a_component_without_samples_stays_at_the_origin_as_in_scikit_learn():
    X = blobs().astype(np.float64) + 50
    start = (np.arange(3000) % 3)[None] + np.array([[0]])
    ours = of_device(X, start, 5)
    assert np.sort(ours.weights)[:2].max() < 1e-15
    np.testing.assert_allclose(ours.means[3:], 0, atol=1e-9)
    of_three = of_device(X, start, 3)
    assert ours.lower_bound == pytest.approx(of_three.lower_bound, abs=1e-9)
    np.testing.assert_allclose(ours.means[:3], of_three.means, rtol=1e-9)


def test_the_likeliest_restart_is_returned():
    X = reduced_digits().astype(np.float64)
    starts = np.stack([np.arange(len(X)) % 10, *of_sklearn(X, 10).starts])
    alone = [of_device(X, start[None], 10) for start in starts]
    best = max(alone, key=lambda fit: fit.lower_bound)
    assert len({fit.n_iter for fit in alone}) > 1
    together = of_device(X, starts, 10)
    assert together.n_iter == best.n_iter
    assert together.lower_bound == pytest.approx(best.lower_bound, abs=1e-9)
    np.testing.assert_allclose(together.means, best.means, atol=1e-7)


def test_a_restart_that_has_converged_does_not_change():
    X = reduced_digits().astype(np.float64)
    starts = np.stack([np.arange(len(X)) % 10, load_digits().target])
    em = BatchedEM(X, 10, regularisation(X), CPU)
    state, kept = em.begin(starts), None
    while state.active.any():
        state = em.step(state, 1e-3)
        if kept is None and not state.active.all():
            kept = int(state.active.long().argmin()), state
    number, then = kept
    assert state.n_iter[number] == then.n_iter[number] < state.n_iter[1 - number]
    assert torch.equal(state.moments[number], then.moments[number])
    assert state.lower_bound[number] == then.lower_bound[number]
    assert torch.equal(em.step(state, 1e-3).moments, state.moments)


def test_the_size_of_the_tiles_changes_only_the_rounding(monkeypatch: pytest.MonkeyPatch):
    X = blobs(5000).astype(np.float64)
    starts = np.stack(of_sklearn(X, 6).starts)
    fits = []
    for rows, numbers in ((1024, 2**25), (100, 1), (5000, 2**30)):
        monkeypatch.setattr(device_mixture, "_ROWS", rows)
        monkeypatch.setattr(device_mixture, "_NUMBERS", numbers)
        fits.append(of_device(X, starts, 6))
    for fit in fits[1:]:
        np.testing.assert_allclose(fit.means, fits[0].means, rtol=1e-9)
        assert fit.n_iter == fits[0].n_iter


def test_the_same_start_gives_the_same_bits():
    X = reduced_digits().astype(np.float64)
    starts = np.stack(of_sklearn(X, 10).starts)
    first, second = (astuple(of_device(X, starts, 10)) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


def test_in_an_iteration_the_host_waits_for_nothing():
    """On `meta` there are no values, and any other device is another device."""
    meta = torch.device("meta")
    em = BatchedEM(np.zeros((3000, 4)), 6, 1e-6, meta)
    before = em.begin(np.zeros((5, 3000), dtype=np.int64))
    with no_host_sync():
        state = em.step(before, 1e-3)
    assert state.moments.shape == (5, 6, 15)
    assert {each.device for each in state} == {meta}
    assert {each.shape for each in state[1:]} == {(5,)}


def test_a_fit_ends_after_the_last_iteration():
    X = reduced_digits().astype(np.float64)
    fit = fit_mixture(X, load_digits().target[None], 10, regularisation(X), CPU, max_iter=3, tol=1e-3)
    assert (fit.n_iter, fit.converged) == (3, False)


def test_a_covariance_that_has_no_inverse_is_an_error_in_one_line():
    X = np.column_stack([blobs(), np.ones(3000)]).astype(np.float64)
    with pytest.raises(ValueError, match=r"covariance of the mixture is not positive definite; .*n_clusters") as error:
        fit_mixture(X, (np.arange(3000) % 3)[None], 3, 0.0, CPU, max_iter=500, tol=1e-3)
    assert "\n" not in str(error.value)


def test_a_restart_whose_covariance_has_no_inverse_ends_at_once():
    em = BatchedEM(np.zeros((30, 2)), 1, 0.0, CPU)
    state = em.step(em.begin(np.zeros((1, 30), dtype=np.int64)), 1e-3)
    assert state.lower_bound.isnan().all()
    assert not state.active.any()


# the mixture of the methods: the processor stands for a device that fits mixtures


@pytest.fixture
def on_device(monkeypatch: pytest.MonkeyPatch) -> list[torch.device]:
    """The devices on which mixtures were fitted; the processor may be one of them."""
    devices = []

    def fit(*arguments, **options):
        devices.append(arguments[4])
        return fit_mixture(*arguments, **options)

    monkeypatch.setattr("methods.mixture.is_gpu", lambda device: device is not None)
    monkeypatch.setattr(device_mixture, "fit_mixture", fit)
    return devices


@pytest.mark.parametrize("of_labels", [False, True])
def test_a_mixture_on_a_device_is_the_mixture_of_the_processor(on_device, of_labels: bool):
    X = reduced_digits()
    start = load_digits().target if of_labels else None
    host = Mixture(X, 10, 5, 3, start_labels=start)
    assert on_device == []
    device = Mixture(X, 10, 5, 3, start_labels=start, device=CPU)
    assert on_device == [CPU]
    assert device.labels.tolist() == host.labels.tolist() == device.predict(X).tolist()
    assert (device.n_iter, device.n_parameters) == (host.n_iter, host.n_parameters)
    np.testing.assert_allclose(device.posteriors, host.posteriors, atol=1e-6)
    np.testing.assert_allclose(device.means, host.means, atol=1e-6)
    again = Mixture.of_state(device.state())
    np.testing.assert_array_equal(again.shares(X), device.shares(X))


def test_fewer_different_samples_than_components_on_a_device(on_device):
    X = np.repeat(np.eye(3, dtype=np.float32), 5, axis=0)
    mixture = Mixture(X, 8, 2, 0, device=CPU)
    assert sorted(set(mixture.labels)) == [0, 1, 2]
    np.testing.assert_allclose(mixture.means[mixture.labels], X, atol=1e-5)


@pytest.mark.parametrize("device", [None, CPU])
def test_a_mixture_that_does_not_converge_is_a_warning(on_device, monkeypatch: pytest.MonkeyPatch, device):
    monkeypatch.setattr("methods.mixture._MAX_ITER", 2)
    with pytest.warns(ConvergenceWarning, match="did not converge"):
        Mixture(reduced_digits(), 10, 1, 0, device=device)


@pytest.mark.parametrize("kind", ["cpu", "mps", "cuda"])
def test_only_cuda_fits_mixtures(monkeypatch: pytest.MonkeyPatch, kind: str):
    def fit(*arguments, **options):
        raise ZeroDivisionError

    monkeypatch.setattr(device_mixture, "fit_mixture", fit)
    with pytest.raises(ZeroDivisionError) if kind == "cuda" else warnings.catch_warnings():
        Mixture(blobs(50), 2, 1, 0, device=torch.device(kind))


SMALL = {"preset": "small", "pretrain_epochs": 1, "device": "cpu", "random_state": 0}


@pytest.mark.filterwarnings("ignore::methods.fit_warnings.LostClustersWarning")
@pytest.mark.parametrize(
    "method",
    [
        AEGMM(5, n_init=1, **SMALL),
        pytest.param(N2D(5, n_init=1, **SMALL), marks=pytest.mark.slow),
        DEC(5, init="gmm", n_starts=1, epochs=1, **SMALL),
    ],
    ids=lambda method: type(method).__name__,
)
def test_methods_fit_their_mixture_where_they_train(on_device, digits: np.ndarray, method):
    method.fit(digits.reshape(-1, 8, 8))
    assert on_device == [CPU]


def test_the_starts_of_dec_are_fitted_on_the_device(on_device, digits: np.ndarray):
    host, device = (find_start(digits[:, 20:30], "gmm", 5, 1, 0, n_starts=2, device=each) for each in (None, CPU))
    assert on_device == [CPU, CPU]
    np.testing.assert_array_equal(host.labels, device.labels)


def test_a_mixture_on_umap_is_fitted_on_its_device(
    on_device, digits: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """So few samples are not mapped."""
    with monkeypatch.context() as patch:
        patch.setattr("methods.umap_gmm.gpu", torch.device)
        fitted = UMAPGMM(3, device="cpu", n_init=1, random_state=0).fit(digits[:11])
    assert on_device == [CPU]
    assert fitted.device_ == "cpu"
    fitted.save(tmp_path / "model")
    assert UMAPGMM.load(tmp_path / "model").device_ == "cpu"
    UMAPGMM._check_attributes(fitted._state().keys() - {"device_"})  # as earlier versions have saved it
    with pytest.raises(ValueError, match="unknown device"):
        UMAPGMM(3, device="gpu", n_init=1, random_state=0).fit(digits[:11])


@pytest.mark.cuda
def test_a_gpu_gives_the_same_bits_twice_and_the_labels_of_the_processor():
    X = reduced_digits().astype(np.float64)
    starts = np.stack(of_sklearn(X, 10).starts)
    processor, first, second = (of_device(X, starts, 10, torch.device(kind)) for kind in ("cpu", "cuda", "cuda"))
    for one, other in zip(astuple(first), astuple(second), strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(labels(first, X), labels(processor, X))
    assert first.lower_bound == pytest.approx(processor.lower_bound, abs=1e-6)
    assert first.n_iter == processor.n_iter


@pytest.mark.cuda
def test_an_iteration_does_not_wait_for_the_gpu():
    X = blobs().astype(np.float64)
    em = BatchedEM(X, 6, regularisation(X), torch.device("cuda"))
    state = em.step(em.begin((np.arange(3000) % 6)[None]), 1e-3)  # the first one loads kernels
    try:
        torch.cuda.set_sync_debug_mode("error")
        em.step(state, 1e-3)
    finally:
        torch.cuda.set_sync_debug_mode("default")
