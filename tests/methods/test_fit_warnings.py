"""A bad fit warns where it happens: lost clusters, scales, and values that a network cannot output."""

import warnings

import numpy as np
import pytest
from sklearn.datasets import load_iris, load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import StandardScaler

from methods import registry
from methods.base import Clusterer
from methods.dec.ae_kmeans import AEKMeans
from methods.dec.estimator import DEC
from methods.fit_warnings import LostClustersWarning, of_pixels
from methods.kmeans import KMeans
from methods.som import SOM

SCALES = "very different scales: the standard deviation of feature 12 is 314 and the median of all is 0.81"


def warned(clusterer: Clusterer, X: np.ndarray) -> list[str]:
    """The warnings of this project in a fit."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        clusterer.fit(X)
    return [str(each.message) for each in caught if each.filename == __file__]


@pytest.mark.slow
def test_dec_on_the_wine_data_says_that_all_samples_are_in_one_cluster():
    with (
        pytest.warns(ConvergenceWarning, match=r"1 of 3 clusters has samples"),
        pytest.warns(UserWarning, match=SCALES),
        pytest.warns(UserWarning, match=r"preset sha12 has convolutions, but X is a table of shape \(178, 13\)"),
    ):
        fitted = DEC(3, device="cpu", random_state=0).fit(load_wine().data)
    assert set(fitted.labels_) == {0}


@pytest.mark.parametrize("clusterer", [KMeans(3, random_state=0), SOM(3, rows=4, columns=4, n_steps=500)])
def test_the_remedy_ends_the_warning_about_scales(clusterer: Clusterer):
    wine = load_wine().data
    assert any("sklearn.preprocessing.StandardScaler" in text and SCALES in text for text in warned(clusterer, wine))
    assert warned(clusterer, StandardScaler().fit_transform(wine)) == []
    assert warned(clusterer, load_iris().data) == []


def test_pixels_have_one_scale_although_some_are_nearly_constant(digits: np.ndarray):
    deviations = digits.std(axis=0)
    assert deviations.min() == 0
    assert deviations.max() > 20 * deviations[deviations > 0].min()
    for X in (digits, 255 * digits, (255 * digits).reshape(-1, 8, 8)):
        assert warned(KMeans(5, n_init=1, random_state=0), X) == []


def test_images_are_never_compared_by_scale(digits: np.ndarray):
    X = digits * np.geomspace(1, 1e-4, 64, dtype=np.float32)
    assert len(warned(KMeans(2, random_state=0), X)) == 1
    assert warned(KMeans(2, random_state=0), X.reshape(-1, 8, 8)) == []


@pytest.mark.parametrize(
    ("preset", "factor", "message"),
    [
        (
            "small",
            255,
            "output of preset small (sigmoid) only reaches values from 0 to 1; scale X to this range: divide",
        ),
        ("tanh128", 255, "X has values from 0 to 255, but the output of preset tanh128 (tanh) only reaches"),
        ("small", -1, "X has values from -1 to -0, but the output of preset small"),
        ("small", 1, None),
        ("mlp", 255, None),
    ],
)
def test_values_that_the_network_cannot_output(preset: str, factor: float, message: str | None, digits: np.ndarray):
    clusterer = AEKMeans(2, preset=preset, pretrain_epochs=0, device="cpu", random_state=0)
    texts = [text for text in warned(clusterer, factor * digits.reshape(-1, 8, 8)) if "clusters" not in text]
    assert len(texts) == (message is not None)
    assert message is None or message in texts[0]


PIXELS = (
    "the 64 features are whole numbers from 0 to 255, so they look like pixels; if they are, divide X by 255 and give "
    "image_shape=(8, 8, 1)."
)


def test_pixels_in_a_table_without_a_range_of_the_network(digits: np.ndarray):
    clusterer = AEKMeans(2, preset="mlp", latent_dim=2, pretrain_epochs=0, device="cpu", random_state=0)
    pixels = np.rint(255 * digits)
    assert [text for text in warned(clusterer, pixels) if "pixels" in text] == [PIXELS]
    for X in (digits, pixels - 128, pixels + 0.5, 2 * pixels, np.rint(digits), load_wine().data, load_iris().data):
        assert not [text for text in warned(clusterer, X) if "pixels" in text]


def test_a_very_small_cluster_is_lost():
    X = np.concatenate([np.zeros((99, 1)), np.ones((100, 1)), np.full((1, 1), 50.0)])
    with pytest.warns(
        LostClustersWarning, match="the smallest of 3 clusters has 1 of 200 samples, and an equal share is 66"
    ):
        KMeans(3, random_state=0).fit(X)
    assert warned(KMeans(2, random_state=0), X[:199]) == []


def test_another_number_of_clusters_than_asked_for_is_no_loss_for_a_third_party_class(digits: np.ndarray):
    """It may have no option for it, and may scale the features itself."""
    X = digits * np.geomspace(1, 1e-4, 64, dtype=np.float32)
    adapted = registry.create("sklearn.cluster:DBSCAN", n_clusters=7, random_state=0, eps=1.0, min_samples=4)
    assert warned(adapted, digits) == []
    assert len(adapted.cluster_centers_) == 5
    assert warned(registry.create("sklearn.cluster:Birch", n_clusters=2, random_state=0), X) == []
    lone = np.concatenate([np.zeros((99, 1)), np.full((1, 1), 50.0)])
    assert len(warned(registry.create("sklearn.cluster:Birch", n_clusters=2, random_state=0), lone)) == 1


def test_counts_of_words_are_not_taken_for_pixels():
    from sklearn.datasets import load_digits

    generator = np.random.default_rng(0)
    words = generator.poisson(np.sort(generator.exponential(0.5, 200))[::-1], (500, 200)).astype(np.float32)
    assert words.max() > 1
    assert of_pixels(words) == []
    assert len(of_pixels(load_digits().data.astype(np.float32))) == 1
