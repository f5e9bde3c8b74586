"""The space in which clusters are counted: that of a pretrained network for images, else principal components."""

from collections.abc import Callable
from math import prod

import numpy as np

from bench.metrics.arrays import FloatArray
from bench.metrics.reference import reference_space
from bench.metrics.spaces import COMPONENTS
from methods import registry
from methods.registry import Progress

ImageShape = tuple[int, int, int]
PRESET = "consensus"
"""The preset of `dec` whose pretraining makes the network."""
SEED = 0
OF_NETWORK = f"PCA-{COMPONENTS} of the hidden layer of a network, pretrained as in preset {PRESET}"
OF_INPUT = f"PCA-{COMPONENTS}"
_SECONDS = 30
"""Of the start of the libraries and, for the smallest images, of the pretraining, on one core of an AMD EPYC."""
_SECONDS_PER_PIXEL = 0.28
"""Of the pretraining there, for each number of an image; the number of steps hardly depends on the number of samples.
"""
_SECONDS_PER_SAMPLE = 0.005
"""Of three maps there."""


def is_learnt(features: FloatArray, image_shape: ImageShape | None) -> bool:
    """Whether `counting_space` pretrains a network: `features`, (n_samples, n_features), are images that it can take.

    These have at least 8 × 8 pixels, and values from 0 to 1.
    """
    if image_shape is None:
        return False
    try:
        registry.check_image_shape(PRESET, image_shape)
    except registry.MethodError:
        return False
    return bool(features.min() >= 0 and features.max() <= 1)


def counting_space(
    features: FloatArray, image_shape: ImageShape | None, progress: Callable[[float], None] = lambda share: None
) -> tuple[str, FloatArray]:
    """The name of the space, and the samples in it, (n_samples, at most 50), float32.

    `features`, (n_samples, n_features); `image_shape`: None if they are not images. `progress` gets the share of the
    pretraining that is done. Raises FloatingPointError if the pretraining diverges.
    """
    if not is_learnt(features, image_shape):
        return OF_INPUT, np.ascontiguousarray(reference_space(features), np.float32)
    assert image_shape is not None

    def report(done: Progress) -> None:
        progress(done.done / done.total)

    return OF_NETWORK, registry.pretrained_space(PRESET, np.asarray(features), image_shape, SEED, report)


def expected_minutes(n_samples: int, image_shape: ImageShape | None) -> int:
    """About how many minutes `counting_space` and three maps of it take on one idle core, at least 1.

    `n_samples` are mapped. `image_shape`: None if no network is pretrained.
    """
    pretraining = _SECONDS_PER_PIXEL * prod(image_shape) if image_shape is not None else 0.0
    return max(1, round((_SECONDS + pretraining + _SECONDS_PER_SAMPLE * n_samples) / 60))
