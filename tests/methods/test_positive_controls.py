"""The presets that repeat published protocols: their numbers, and the scale of their input."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import methods
from methods import DEC
from methods.dec.presets import PRESETS, pretraining_settings
from methods.dec.training import batch_sizes

SHORT = {"pretrain_epochs": 3, "epochs": 2, "tol": 0.0, "n_init": 2, "device": "cpu", "random_state": 0}


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    """60 images of 8 × 8 pixels whose mean square is far from 1."""
    return np.random.default_rng(0).random((60, 8, 8), dtype=np.float32) / 4


@pytest.mark.parametrize("name", ["xie2016", "idec2017"])
def test_clustering_has_at_most_20_000_steps_on_mnist(name: str):
    """As `maxiter` in the code of both reimplementations."""
    training = PRESETS[name].training
    per_epoch = len(batch_sizes(70_000, training.batch_size))
    assert 0 <= 20_000 - training.epochs * per_epoch < per_epoch


def test_both_controls_have_the_same_pretraining():
    one, other = (PRESETS[name].training for name in ("xie2016", "idec2017"))
    shared = ("pretrain_epochs", "optimizer", "momentum", "lr", "batch_size", "input_scale", "dropout", "weight_decay")
    assert [getattr(one, name) for name in shared] == [getattr(other, name) for name in shared]


@pytest.mark.parametrize("name", ["xie2016", "idec2017"])
def test_a_short_fit(name: str, images: np.ndarray, tmp_path: Path):
    """The features are scaled to a mean square of 1; what is decoded has the scale of the data again."""
    fitted = DEC(3, preset=name, **SHORT).fit(images)
    widths = [layer.out_features for layer in fitted.network_.encoder if hasattr(layer, "out_features")]
    assert widths == [500, 500, 2000, 10]
    assert fitted.network_.scale is not None
    assert (images**2).mean() * float(fitted.network_.scale) ** 2 == pytest.approx(1, rel=1e-5)
    assert fitted.is_invertible == (name == "idec2017")
    if fitted.is_invertible:
        assert np.abs(fitted.prototypes_ - images.mean()).mean() < 0.1
    fitted.save(tmp_path)
    again = methods.load(tmp_path)
    np.testing.assert_array_equal(again.transform(images), fitted.transform(images))
    np.testing.assert_array_equal(again.predict(images), fitted.labels_)


def test_the_scale_of_the_data_does_not_matter(images: np.ndarray):
    """Only rounding differs: 4 is a power of two, and the factor of the network is a quarter of the other."""
    one, other = (DEC(3, preset="xie2016", **SHORT).fit(X) for X in (images, 4 * images))
    np.testing.assert_allclose(one.transform(images), other.transform(4 * images), rtol=1e-4, atol=1e-6)


def test_a_new_sample_has_the_scale_of_the_training_data(images: np.ndarray):
    fitted = DEC(3, preset="xie2016", **SHORT).fit(images)
    np.testing.assert_allclose(fitted.transform(images[:1]), fitted.embedding_[:1], rtol=1e-4, atol=1e-6)


def test_data_of_zeros_keep_their_scale():
    zeros = np.zeros((20, 8, 8), dtype=np.float32)
    with pytest.warns(methods.fit_warnings.LostClustersWarning):
        fitted = DEC(2, preset="xie2016", **SHORT).fit(zeros)
    assert float(fitted.network_.scale) == 1


def test_pretrained_weights_have_the_scale(images: np.ndarray, tmp_path: Path):
    DEC(3, preset="xie2016", **SHORT).pretrain(images, tmp_path / "weights")
    reused = DEC(3, preset="xie2016", pretrained=str(tmp_path / "weights"), **SHORT).fit(images)
    fresh = DEC(3, preset="xie2016", **SHORT).fit(images)
    np.testing.assert_array_equal(reused.embedding_, fresh.embedding_)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_options_of_clustering_leave_the_weights_from_which_ae_kmeans_starts(name: str):
    """So a `dec` and the `ae-kmeans` of its preset share one pretraining, and their differences are paired."""
    clustering = {"epochs": 1, "cluster_lr": 0.5, "cluster_optimizer": "sgd", "cluster_dropout": 0.5, "tol": 0.5}
    clustering["update_interval"] = 7
    assert pretraining_settings(PRESETS[name], clustering) == pretraining_settings(PRESETS[name], {})


def test_each_layer_of_both_controls_is_that_of_mlp():
    for one, other in pairwise(("mlp", "xie2016", "idec2017")):
        assert (PRESETS[one].hidden, PRESETS[one].latent_dim) == (PRESETS[other].hidden, PRESETS[other].latent_dim)


def test_idec2017_starts_from_the_weights_of_xie2016(images: np.ndarray, tmp_path: Path):
    """Another network or another schedule makes other weights; the name of the preset does not."""
    settings = {name: pretraining_settings(PRESETS[name], {}) for name in ("mlp", "xie2016", "idec2017", "sha12")}
    assert settings["xie2016"] == settings["idec2017"]
    assert settings["mlp"] != settings["xie2016"]
    assert all(settings[name]["hidden"] == [500, 500, 2000] for name in ("mlp", "xie2016"))
    assert settings["sha12"]["blocks"] == [[32, True, 1], [64, True, 1], [128, False, 1]]
    DEC(3, preset="xie2016", **SHORT).pretrain(images, tmp_path / "weights")
    reused = DEC(3, preset="idec2017", pretrained=str(tmp_path / "weights"), **SHORT).fit(images)
    fresh = DEC(3, preset="idec2017", **SHORT).fit(images)
    np.testing.assert_array_equal(reused.embedding_, fresh.embedding_)
