"""UMAP and a mixture: positions of samples on the map."""

import numpy as np
import pytest

from methods.umap_gmm import UMAPGMM


@pytest.mark.slow
def test_equal_samples_have_equal_positions_in_fit_and_transform(digits: np.ndarray):
    X = np.concatenate([digits, digits[:200]])  # so many that products of rows are rounded in more than one way
    model = UMAPGMM(n_init=1, random_state=0).fit(X)
    np.testing.assert_array_equal(model.embedding_[:200], model.embedding_[300:])
    np.testing.assert_array_equal(model.transform(X), model.embedding_)
    np.testing.assert_array_equal(model.predict(X), model.labels_)
    assert len(np.unique(model.embedding_, axis=0)) == 300
