"""The padding that fits images is chosen by their margins."""

import numpy as np
import pytest

from methods.dec.estimator import DEC
from methods.dec.padding import fitting_padding

QUICK = {"preset": "small", "pretrain_epochs": 1, "epochs": 1, "n_init": 1, "device": "cpu", "random_state": 0}


def framed(margin: int, background: float, channels: int = 1, n_samples: int = 100) -> np.ndarray:
    """Images of noise, 12 × 10, with a margin of so many pixels and of one value in each channel."""
    images = np.random.default_rng(0).random((n_samples, 12, 10, channels), dtype=np.float32)
    if margin:
        frame = np.ones((12, 10), dtype=bool)
        frame[margin:-margin, margin:-margin] = False
        images[:, frame] = background * np.arange(1, channels + 1) / channels
    return images


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("background", [0.0, 0.7])
def test_the_border_is_repeated_only_if_margins_are_empty(channels: int, background: float):
    shape = (12, 10, channels)
    assert fitting_padding(framed(1, background, channels).reshape(100, -1), shape) == "border"
    assert fitting_padding(framed(0, background, channels).reshape(100, -1), shape) == "reflection"


@pytest.mark.parametrize("side", [np.s_[0, 4], np.s_[-1, 4], np.s_[4, 0], np.s_[4, -1]])
def test_a_margin_has_four_sides(side: tuple):
    images = framed(1, 0.0)
    images[(slice(None), *side)] = 1.0
    assert fitting_padding(images.reshape(100, -1), (12, 10, 1)) == "reflection"


def test_few_images_may_touch_the_border_and_a_background_may_be_noisy():
    images = framed(1, 0.0)
    images[:5, 0, 4] = 1.0
    images[:, -1, 4] = 0.06
    assert fitting_padding(images.reshape(100, -1), (12, 10, 1)) == "border"
    images[5, 0, 4] = 1.0
    assert fitting_padding(images.reshape(100, -1), (12, 10, 1)) == "reflection"


@pytest.mark.filterwarnings("ignore::methods.fit_warnings.LostClustersWarning")  # short fits
@pytest.mark.parametrize(("margin", "chosen"), [(1, "border"), (0, "reflection")])
def test_a_fit_says_which_padding_it_chose(margin: int, chosen: str):
    X = framed(margin, 0.0)
    options = {**QUICK, "augment": True, "shift": 0.2, "padding": "auto"}
    fitted = DEC(3, **options).fit(X)
    assert fitted.augmentation_["padding"] == chosen
    same = DEC(3, **{**options, "padding": chosen}).fit(X)
    np.testing.assert_array_equal(fitted.embedding_, same.embedding_)
    assert fitted.augmentation_ == same.augmentation_
    assert DEC(3, **QUICK).fit(X).augmentation_ is None
