"""How sure a fit is, without labels: `certainty_`."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from methods.dec.augmentation import Augmentation
from methods.dec.estimator import DEC
from methods.dec.view_agreement import N_IMAGES, view_agreement
from methods.fit_warnings import UncertainStartWarning

STILL = Augmentation((4, 4, 1), shift=0, rotation=0, zoom=0, shear=0)
MIRRORED = Augmentation((4, 4, 1), shift=0, rotation=0, zoom=0, shear=0, flip=0.5)
SMALL = {"preset": "small", "pretrain_epochs": 2, "epochs": 1, "random_state": 0}


@pytest.fixture
def sides() -> tuple[np.ndarray, np.ndarray]:
    """Images with a light left or right half, and the half."""
    labels = np.arange(400) % 2
    images = np.zeros((400, 4, 4), dtype=np.float32)
    images[labels == 0, :, :2] = 1
    images[labels == 1, :, 2:] = 1
    return images.reshape(400, -1), labels


def _half(X: np.ndarray) -> np.ndarray:
    return (X.reshape(-1, 4, 4)[:, :, 2:].mean(axis=(1, 2)) > 0.5).astype(np.int64)


def test_changes_that_leave_every_cluster_have_an_index_of_one(sides: tuple[np.ndarray, np.ndarray]) -> None:
    X, labels = sides
    assert view_agreement(_half, X, labels, STILL) == 1.0


def test_changes_that_move_images_to_another_cluster_warn(sides: tuple[np.ndarray, np.ndarray]) -> None:
    """Half of the images are mirrored, so half of them change their half."""
    X, labels = sides
    with pytest.warns(UncertainStartWarning, match=r"the clusters of 400 images .* have an ARI of only -?0\.0"):
        assert view_agreement(_half, X, labels, MIRRORED) < 0.05


def test_a_part_of_many_images_is_changed() -> None:
    seen = []

    def one(X: np.ndarray) -> np.ndarray:
        seen.append(len(X))
        return np.zeros(len(X), dtype=np.int64)

    X = np.zeros((N_IMAGES + 5, 16), dtype=np.float32)
    assert view_agreement(one, X, np.zeros(len(X), dtype=np.int64), STILL) == 1.0
    assert sum(seen) == N_IMAGES


@pytest.mark.filterwarnings("ignore::methods.fit_warnings.UncertainStartWarning")
def test_a_fit_has_the_values_of_what_it_compares(tmp_path) -> None:
    images = load_digits().images[:200] / 16
    state = torch.random.get_rng_state()
    several = DEC(10, **SMALL, augment=True, n_networks=2, vote_epochs=1, init="gmm", warmup_epochs=1).fit(images)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert set(several.certainty_) == {"starts", "networks", "vote", "views"}
    assert all(-1 < value <= 1 for value in several.certainty_.values())
    several.save(tmp_path / "model")
    assert DEC.load(tmp_path / "model").certainty_ == several.certainty_
    assert set(DEC(10, **SMALL, augment=True).fit(images).certainty_) == {"views"}
    plain = DEC(10, **SMALL).fit(images)
    assert plain.certainty_ == {}
    several.set_params(warm_start=True)
    assert set(several.fit(images).certainty_) == {"views"}


def test_a_warning_names_the_line_that_fits() -> None:
    images = load_digits().images[:100] / 16
    with pytest.warns(UncertainStartWarning, match="with and without changes") as caught:
        DEC(10, **SMALL, augment=True).fit(images)
    assert {warning.filename for warning in caught} == {__file__}
