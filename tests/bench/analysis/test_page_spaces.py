"""Two coordinates of each sample."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from bench.analysis.page_spaces import principal_components, quantised, space_of


def test_the_coordinates_are_principal_components_and_the_share_is_theirs():
    points = (np.random.RandomState(0).randn(300, 8) * np.array([5, 3, 1, 1, 1, 1, 1, 1]) + 7).astype(np.float32)
    coordinates, explained = principal_components(points)
    exact = PCA(2, svd_solver="full").fit(points.astype(np.float64))
    expected = exact.transform(points)
    for column in range(2):
        assert abs(np.corrcoef(coordinates[:, column], expected[:, column])[0, 1]) == pytest.approx(1, abs=1e-4)
    assert explained == pytest.approx(exact.explained_variance_ratio_.sum(), abs=1e-4)


def test_a_line_has_one_coordinate_and_equal_points_none():
    coordinates, explained = principal_components(np.arange(6, dtype=np.float32)[:, None])
    assert coordinates[:, 1].tolist() == [0] * 6
    assert explained == pytest.approx(1)
    assert principal_components(np.ones((6, 3), np.float32))[1] is None


def test_quantised_coordinates_keep_the_proportions():
    points = np.array([[0.0, 0.0], [10.0, 1.0], [5.0, 0.5]])
    back = quantised(points) / 65535 * 10
    assert back[1] - back[0] == pytest.approx([10, 1], abs=1e-3)
    assert quantised(np.ones((3, 2))).tolist() == [[32768, 32768]] * 3


def test_numbers_that_are_not_finite_have_no_space():
    assert space_of(np.array([[1.0, np.nan]], np.float32), is_input=False) is None
