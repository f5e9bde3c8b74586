"""`warm_start`: a second `fit` continues; the default begins from scratch."""

from pathlib import Path

import numpy as np
import pytest
from minisom import MiniSom

import bench
import methods
from methods import registry
from methods.base import mean_distance
from methods.dec.estimator import DEC
from methods.som import SOM, presentation_order

pytestmark = pytest.mark.filterwarnings("ignore::methods.fit_warnings.LostClustersWarning")  # short fits
QUICK = {
    "preset": "small",
    "image_shape": (8, 8, 1),
    "pretrain_epochs": 5,
    "epochs": 3,
    "n_init": 3,
    "tol": 0.0,
    "device": "cpu",
    "random_state": 0,
}


def small_map(**options: object) -> SOM:
    return SOM(5, rows=3, columns=4, n_steps=700, device="cpu", random_state=7, **options)


def network(**options: object) -> DEC:
    return DEC(5, **{**QUICK, **options})


def test_methods_with_a_warm_start_and_none_of_them_as_a_param():
    able = {name for name, method in registry.METHODS.items() if "warm_start" in method.estimator().get_params()}
    assert able == {"dec", "som"}
    for name in able:
        assert registry.method(name).estimator().warm_start is False
        assert "warm_start" not in {parameter.name for parameter in registry.method(name).parameters}


def test_a_run_refuses_a_warm_start_because_a_cell_is_one_fit(
    digits: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(bench.UsageError, match="warm_start=True cannot be kept by a run; expected warm_start=False"):
        bench.run([SOM(5, warm_start=True)], dataset=(digits, np.arange(300) % 5), seeds=1)


@pytest.mark.parametrize("value", ["x", 2, None])
def test_a_value_that_is_not_true_or_false_is_refused(digits: np.ndarray, value: object):
    with pytest.raises(ValueError, match=f"^warm_start={value!r} is not valid; expected true or false"):
        small_map(warm_start=value).fit(digits)


@pytest.mark.parametrize("make", [small_map, pytest.param(network, marks=pytest.mark.slow)])
def test_the_default_begins_from_scratch_and_the_first_warm_fit_too(make, digits: np.ndarray):
    once, twice, warm = make().fit(digits), make().fit(digits[:100]).fit(digits), make(warm_start=True).fit(digits)
    for other in (twice, warm):
        assert other.cluster_centers_.tobytes() == once.cluster_centers_.tobytes()
        assert other.transform(digits).tobytes() == once.transform(digits).tobytes()
        assert other.n_iter_ == once.n_iter_
        assert other.history_ == once.history_


def test_a_second_fit_of_a_map_is_a_second_training_of_minisom(digits: np.ndarray):
    ours = small_map(warm_start=True).fit(digits)
    theirs = MiniSom(3, 4, 64, sigma=2.0, learning_rate=0.25, decay_function="linear_decay_to_zero")
    theirs.get_weights()[:] = ours.prototypes_.reshape(3, 4, -1)
    theirs.train(digits[presentation_order(len(digits), 700, 7)], 700)
    np.testing.assert_array_equal(ours.fit(digits).prototypes_, theirs.get_weights().reshape(12, -1).astype(np.float32))


def test_two_warm_fits_of_a_batch_map_are_no_worse_than_one(digits: np.ndarray):
    fitted = small_map(training="batch", epochs=2, warm_start=True).fit(digits)
    once = mean_distance(digits, fitted.prototypes_)
    assert mean_distance(digits, fitted.fit(digits).prototypes_) < once


def test_a_warm_map_may_have_other_clusters_but_not_other_units(digits: np.ndarray):
    fitted = small_map(warm_start=True).fit(digits).set_params(n_clusters=3)
    assert set(fitted.fit(digits).labels_) == {0, 1, 2}
    fitted.set_params(columns=5)
    with pytest.raises(ValueError, match=r"^rows=3, columns=5, but the map that is continued has \(3, 4\); expected"):
        fitted.fit(digits)
    fitted.set_params(warm_start=False).fit(digits)
    assert fitted.grid_shape_ == (3, 5)


@pytest.mark.parametrize("make", [small_map, pytest.param(network, marks=pytest.mark.slow)])
def test_a_warm_fit_of_other_features_is_refused(make, digits: np.ndarray):
    fitted = make(warm_start=True).fit(digits.reshape(-1, 8, 8))
    with pytest.raises(ValueError, match=r"X has 63 features, but .* is expecting 64 features"):
        fitted.fit(digits[:, 1:])
    with pytest.raises(ValueError, match=r"images of shape \(4, 16, 1\) .* training data is \(8, 8, 1\)"):
        fitted.fit(digits.reshape(-1, 4, 16))
    with pytest.raises(ValueError, match="n_samples=4 must be at least n_clusters=5"):
        fitted.fit(digits[:4])


@pytest.mark.parametrize("make", [small_map, pytest.param(network, marks=pytest.mark.slow)])
def test_a_sequence_of_warm_fits_gives_equal_bits_also_after_saving(make, digits: np.ndarray, tmp_path: Path):
    first, second = make(warm_start=True), make(warm_start=True)
    for number in range(3):
        first.fit(digits)
        second.fit(digits).save(tmp_path / str(number))
        second = methods.load(tmp_path / str(number))
        assert second.cluster_centers_.tobytes() == first.cluster_centers_.tobytes()
        assert second.transform(digits).tobytes() == first.transform(digits).tobytes()
        assert second.labels_.tobytes() == first.labels_.tobytes()


@pytest.mark.slow
class TestDEC:
    """A warm fit continues the clustering phase."""

    def test_two_warm_fits_reconstruct_better_and_assign_more_surely_than_one(self, digits: np.ndarray):
        """KL(P‖Q) itself need not fall: P depends on Q, and is nearly Q while Q is nearly even."""

        def error_and_share(fitted: DEC) -> tuple[float, float]:
            reconstruction = fitted.inverse_transform(fitted.transform(digits))
            return float(np.square(reconstruction - digits).mean()), float(fitted.predict_proba(digits).max(1).mean())

        fitted = network(warm_start=True).fit(digits)
        error, share = error_and_share(fitted)
        further_error, further_share = error_and_share(fitted.fit(digits))
        assert further_error < 0.97 * error
        assert further_share > 1.03 * share

    def test_history_and_epochs_continue_without_pretraining(self, digits: np.ndarray):
        fitted = network(warm_start=True, keep_labels=True).fit(digits)
        before, epochs = fitted.history_, fitted.n_iter_
        phases = set()
        fitted.set_params(epochs=2).fit(digits, progress=lambda report: phases.add(report.phase))
        assert phases == {"cluster"}
        assert fitted.phase_seconds_.keys() == {"centres", "cluster", "final"}
        assert (epochs, fitted.n_iter_) == (8, 10)
        assert fitted.history_["pretrain/reconstruction"] == before["pretrain/reconstruction"]
        assert fitted.history_["cluster/kl"][:3] == before["cluster/kl"]
        assert len(fitted.history_["cluster/kl"]) == 5
        assert fitted.history_["cluster/round"] == [1, 1, 1, 2, 2]
        assert len(fitted.trace_.labels) == 4  # the start, two updates, the end

    def test_no_epochs_change_nothing(self, digits: np.ndarray):
        fitted = network(warm_start=True).fit(digits)
        centers, codes = fitted.cluster_centers_, fitted.transform(digits)
        fitted.set_params(epochs=0).fit(digits)
        np.testing.assert_array_equal(fitted.cluster_centers_, centers)
        np.testing.assert_array_equal(fitted.transform(digits), codes)

    def test_the_centres_of_the_clustering_layer_continue_under_final_kmeans(self, digits: np.ndarray):
        fitted = network(warm_start=True, final_assignment="kmeans").fit(digits)
        shares = fitted.predict_proba(digits)
        fitted.set_params(epochs=0).fit(digits)
        np.testing.assert_array_equal(fitted.predict_proba(digits), shares)

    def test_the_target_is_of_the_samples_of_the_call(self, digits: np.ndarray):
        fitted = network(warm_start=True).fit(digits[:200])
        fitted.fit(digits[200:])
        assert fitted.soft_assignments_.shape == (100, 5)
        np.testing.assert_array_equal(fitted.labels_, fitted.predict(digits[200:]))

    def test_other_random_numbers_than_in_the_last_fit(self, digits: np.ndarray):
        """With a rate near 0 the network stays, and only the order of the samples could change a loss."""
        fitted = network(warm_start=True, epochs=1, lr=1e-12, dropout=0.5).fit(digits)
        fitted.fit(digits)
        first, second = fitted.history_["cluster/kl"]
        assert first != second

    def test_rounds_and_warm_up_belong_to_the_first_fit(self, digits: np.ndarray):
        fitted = network(warm_start=True, epochs=3, rounds=2, warmup_epochs=2).fit(digits)
        fitted.set_params(epochs=1).fit(digits)
        assert len(fitted.history_["cluster/kl"]) == 2 + 3 + 1
        fitted.set_params(warm_start=False)
        with pytest.raises(ValueError, match="warmup_epochs=2 must be at most epochs=1"):
            fitted.fit(digits)

    def test_dropout_of_a_warm_fit_is_the_present_option(self, digits: np.ndarray):
        fitted = network(warm_start=True).fit(digits)
        fitted.set_params(dropout=0.4).fit(digits)
        assert fitted.network_.dropout.p == 0.4

    @pytest.mark.parametrize(
        ("changed", "message"),
        [
            (
                {"preset": "convdec"},
                "^preset='convdec', latent_dim=10, but the last fit has preset='small', latent_dim=10",
            ),
            ({"latent_dim": 4}, "^preset='small', latent_dim=4, but the last fit has preset='small', latent_dim=10; "),
            ({"n_clusters": 6}, r"^n_clusters=6, but the last fit has 5 centres, .*; expected n_clusters=5, or warm_"),
        ],
    )
    def test_another_network_or_number_of_clusters_is_refused(self, digits: np.ndarray, changed: dict, message: str):
        fitted = network(warm_start=True).fit(digits).set_params(**changed)
        with pytest.raises(ValueError, match=message):
            fitted.fit(digits)

    def test_a_fit_that_lost_clusters_continues_with_the_others(self, digits: np.ndarray):
        fitted = network(warm_start=True, reconstruction_weight=0.0).fit(digits)
        n_found = len(fitted.cluster_centers_)
        assert 1 < n_found < fitted.n_clusters
        message = f"but the last fit has {n_found} centres, because clusters without samples"
        with pytest.raises(ValueError, match=message):
            fitted.fit(digits)
        assert len(set(fitted.set_params(n_clusters=n_found).fit(digits).labels_)) <= n_found
