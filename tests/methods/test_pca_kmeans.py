"""Principal components: the formulas are those of scikit-learn."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from methods.pca_kmeans import fit_pca


@pytest.mark.parametrize(("n_copies", "solver"), [(1, "full"), (12, "randomized")])
def test_a_projection_equals_scikit_learn(digits: np.ndarray, n_copies: int, solver: str):
    X = np.tile(digits, (4 * n_copies - 3, n_copies))[:1500]
    expected = PCA(20, random_state=0).fit(X)
    assert expected._fit_svd_solver == solver
    projection = fit_pca(X, 20, 0)
    components = projection.transform(X)
    np.testing.assert_array_equal(components, expected.transform(X.astype(float)).astype(np.float32))
    np.testing.assert_allclose(
        projection.inverse_transform(components), expected.inverse_transform(components), atol=1e-6
    )


def test_components_lie_in_one_piece_of_memory(digits: np.ndarray):
    """Otherwise a saved model would have them in another order, in which sums differ."""
    for n_components in (3, 64):
        components = fit_pca(np.tile(digits, (5, 12)), n_components, 0).components
        assert components.flags.f_contiguous or components.flags.c_contiguous
