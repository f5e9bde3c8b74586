"""The layer of a network that is only pretrained is the layer that a fit maps, whatever the number of clusters is."""

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from methods.dec.umap_gmm_hidden import UMAPGMMHidden
from methods.progress import Progress
from methods.registry import pretrained_space

QUICK = {"preset": "small", "pretrain_epochs": 2, "image_shape": (8, 8, 1), "random_state": 0, "device": "cpu"}


def test_it_is_the_layer_of_a_fit_with_another_number_of_clusters(
    digits: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapped: list[np.ndarray] = []

    def first_columns(layer: np.ndarray, size: int, **others: object) -> np.ndarray:
        mapped.append(layer)
        return layer[:, :size]

    monkeypatch.setattr("methods.dec.manifold_mixture.umap_embedding", first_columns)
    UMAPGMMHidden(7, **QUICK).fit(digits)
    layer = UMAPGMMHidden(2, **QUICK).pretrained_layer(digits)
    assert layer.shape == (300, 50)
    np.testing.assert_array_equal(layer, mapped[0])


def test_the_estimator_stays_unfitted_and_its_pretraining_is_reported(digits: np.ndarray) -> None:
    estimator, reports = UMAPGMMHidden(2, **QUICK), list[Progress]()
    estimator.pretrained_layer(digits, progress=reports.append)
    assert {report.phase for report in reports} == {"pretrain"}
    assert reports[-1].done == reports[-1].total
    with pytest.raises(NotFittedError):
        estimator.predict(digits)


def test_wrong_samples_are_refused_as_by_a_fit(digits: np.ndarray) -> None:
    with pytest.raises(ValueError, match="must be at least n_clusters=400"):
        UMAPGMMHidden(400, **QUICK).pretrained_layer(digits)


def test_the_space_of_a_preset_is_that_layer(digits: np.ndarray) -> None:
    options = {**QUICK, "random_state": 3, "pretrain_epochs": None}
    expected = UMAPGMMHidden(2, **options).pretrained_layer(digits)
    np.testing.assert_array_equal(pretrained_space("small", digits, (8, 8, 1), 3), expected)
