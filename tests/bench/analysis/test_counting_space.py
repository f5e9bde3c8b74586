"""Clusters of images are counted in the space of a network; other data are counted in their principal components."""

from itertools import pairwise

import numpy as np
import pytest

from bench.analysis.counting_space import (
    OF_INPUT,
    OF_NETWORK,
    PRESET,
    ImageShape,
    counting_space,
    expected_minutes,
    is_learnt,
)
from bench.metrics.arrays import FloatArray
from bench.metrics.reference import reference_space
from methods.registry import MethodError, pretrained_space


def samples(n_samples: int, n_features: int) -> FloatArray:
    return np.random.default_rng(0).random((n_samples, n_features), dtype=np.float32)


@pytest.mark.parametrize(
    ("image_shape", "scale", "expected"),
    [
        ((8, 8, 1), 1, True),
        ((8, 9, 3), 1, True),
        (None, 1, False),
        ((7, 8, 1), 1, False),
        ((8, 8, 1), 2, False),
        ((8, 8, 1), -1, False),
    ],
)
def test_a_network_takes_images_of_enough_pixels_from_0_to_1(
    image_shape: ImageShape | None, scale: float, expected: bool
) -> None:
    features = scale * samples(20, 64 if image_shape is None else int(np.prod(image_shape)))
    assert is_learnt(features, image_shape) is expected


@pytest.mark.parametrize("image_shape", [None, (4, 15, 1)])
def test_vectors_and_too_small_images_stay_in_their_principal_components(image_shape: ImageShape | None) -> None:
    features = samples(200, 60)
    name, points = counting_space(features, image_shape)
    assert name == OF_INPUT
    assert points == pytest.approx(reference_space(features))


def test_images_are_in_the_hidden_layer_of_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.analysis.counting_space.PRESET", "small")
    shares: list[float] = []
    name, points = counting_space(samples(120, 64), (8, 8, 1), shares.append)
    assert name == OF_NETWORK
    assert PRESET in name
    assert points.shape == (120, 50)
    assert all(before < after for before, after in pairwise(shares))
    assert shares[-1] == 1
    assert np.array_equal(points, counting_space(samples(120, 64), (8, 8, 1))[1])


def test_images_that_a_preset_cannot_take_are_refused_in_one_line() -> None:
    with pytest.raises(MethodError, match=r"^preset consensus: image_shape=4×15×1 is not valid"):
        pretrained_space(PRESET, samples(20, 60), (4, 15, 1), 0)


def test_a_network_and_more_samples_take_longer() -> None:
    assert expected_minutes(100, None) == 1
    assert expected_minutes(100, (8, 8, 1)) == 1
    minutes = [expected_minutes(20_000, shape) for shape in (None, (28, 28, 1), (64, 64, 3))]
    assert minutes == sorted(set(minutes))
