"""A range of augmented images is used only if it leaves images in their neighbourhood; no label is needed."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

import methods
from methods.dec.augmentation import Augmentation
from methods.dec.estimator import DEC
from methods.dec.fitting_ranges import fitting_ranges, problems_of
from methods.fit_warnings import SmallerAugmentationWarning

SHAPE = (12, 12, 1)
NONE = {"shift": 0.0, "rotation": 0.0, "zoom": 0.0, "shear": 0.0}
QUICK = {"preset": "small", "pretrain_epochs": 1, "epochs": 1, "n_init": 1, "device": "cpu", "random_state": 0}
pytestmark = pytest.mark.filterwarnings("ignore::methods.fit_warnings.LostClustersWarning")  # short fits


def blobs(columns: tuple[float, ...], n_samples: int = 400) -> np.ndarray:
    """Noisy images with one blob at one of the columns, in any row, of any brightness and size. (n_samples, 144)."""
    random = np.random.default_rng(0)
    row, bright, size = (random.uniform(*ends, (n_samples, 1, 1)) for ends in ((2, 9), (0.3, 0.9), (1.0, 2.0)))
    squares = (np.arange(12)[:, None] - row) ** 2 + (np.arange(12) - random.choice(columns, (n_samples, 1, 1))) ** 2
    noise = random.uniform(0, 0.005, (n_samples, 12, 12))
    return (bright * np.exp(-squares / size**2) + noise).reshape(n_samples, -1).astype(np.float32)


def used(X: np.ndarray, shape: tuple[int, int, int] = SHAPE, **ranges: float) -> dict[str, float]:
    return {each.name: each.used for each in fitting_ranges(Augmentation(shape, **{**NONE, **ranges}), X)}


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return (load_digits().data / 16).astype(np.float32)


def test_a_flip_to_another_class_is_left_out_and_a_flip_inside_a_class_is_kept():
    """Left and right are the two classes of the first set. In the second, a blob is where its mirror image is."""
    assert used(blobs((2, 9)), flip=0.5) == {"flip": 0.0}
    assert used(blobs((5.5,)), flip=0.5) == {"flip": 0.5}


def test_a_range_is_kept_halved_or_left_out(digits: np.ndarray):
    rotations = [used(digits, (8, 8, 1), rotation=float(angle))["rotation"] for angle in (10, 120, 180)]
    assert rotations == [10.0, 60.0, 0.0]


def test_each_kind_of_change_is_judged_alone_and_only_if_it_is_asked_for(digits: np.ndarray):
    alone = {**used(digits, (8, 8, 1), rotation=120.0), **used(digits, (8, 8, 1), shift=0.1, zoom=0.1)}
    together = used(digits, (8, 8, 1), rotation=120.0, shift=0.1, zoom=0.1)
    assert together == alone == {"shift": 0.1, "rotation": 60.0, "zoom": 0.1}


def test_the_verdict_is_the_same_for_colour_images_and_any_order(digits: np.ndarray):
    asked = Augmentation((8, 8, 1), 0.1, 120.0, 0.1, 10.0, flip=0.5, intensity=0.5, crop=0.3)
    grey = {each.name: each.used for each in fitting_ranges(asked, digits)}
    colour = Augmentation((8, 8, 3), 0.1, 120.0, 0.1, 10.0, flip=0.5, intensity=0.5, crop=0.3)
    for X, each in ((np.repeat(digits, 3, axis=1), colour), (digits[::-1].copy(), asked)):
        assert {verdict.name: verdict.used for verdict in fitting_ranges(each, X)} == grey


def test_problems_name_what_is_not_used_and_say_if_nothing_is_left():
    problems = problems_of(fitting_ranges(Augmentation(SHAPE, **NONE, flip=0.5), blobs((2, 9))))
    assert problems[0].startswith("flip=0.5 is too much for these images, so it is left out: 0 % of the images")
    assert problems[1:] == ["no change of the images is left, so augmented images are equal to the original images."]
    assert problems_of(fitting_ranges(Augmentation(SHAPE, **NONE, flip=0.5), blobs((5.5,)))) == []


def test_a_fit_that_checks_is_the_fit_with_the_ranges_that_it_names(tmp_path: Path):
    X = blobs((2, 9)).reshape(-1, 12, 12)
    asked = {**QUICK, **NONE, "augment": True, "augment_pretraining": True, "zoom": 0.01, "flip": 0.5}
    with pytest.warns(SmallerAugmentationWarning, match=r"flip=0\.5 is too much for these images") as caught:
        fitted = DEC(2, **asked, check_augmentation=True).fit(X)
    assert len([each for each in caught if each.category is SmallerAugmentationWarning]) == 1
    expected = {**NONE, "zoom": 0.01, "flip": 0.0, "intensity": 0.0, "crop": 0.0, "padding": "border"}
    assert fitted.augmentation_ == expected
    by_hand = DEC(2, **{**asked, "flip": 0.0}).fit(X)
    np.testing.assert_array_equal(fitted.embedding_, by_hand.embedding_)
    assert by_hand.augmentation_ == expected
    fitted.save(tmp_path / "model")
    assert methods.load(tmp_path / "model").augmentation_ == expected


def test_pretraining_in_a_file_has_the_checked_ranges(tmp_path: Path):
    X = blobs((2, 9)).reshape(-1, 12, 12)
    options = {**QUICK, **NONE, "augment_pretraining": True, "zoom": 0.01, "flip": 0.5, "check_augmentation": True}
    with pytest.warns(SmallerAugmentationWarning):
        DEC(2, **options).pretrain(X, tmp_path / "weights")
    with pytest.warns(SmallerAugmentationWarning):
        reused = DEC(2, **options, pretrained=str(tmp_path / "weights")).fit(X)
    with pytest.warns(SmallerAugmentationWarning):
        fresh = DEC(2, **options).fit(X)
    np.testing.assert_array_equal(reused.embedding_, fresh.embedding_)
