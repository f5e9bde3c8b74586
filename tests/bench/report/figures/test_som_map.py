"""The figure of a self-organizing map."""

import numpy as np
import pytest

from bench.report.figures.som_map import som_map, u_matrix


def test_the_u_matrix_is_the_mean_distance_to_all_neighbours():
    prototypes = np.random.default_rng(0).normal(size=(12, 5)).astype(np.float32)
    grid = prototypes.reshape(3, 4, 5)
    for row in range(3):
        for column in range(4):
            near = [
                np.linalg.norm(grid[row, column] - grid[i, j])
                for i in range(max(0, row - 1), min(3, row + 2))
                for j in range(max(0, column - 1), min(4, column + 2))
                if (i, j) != (row, column)
            ]
            assert u_matrix(prototypes, (3, 4))[row, column] == pytest.approx(np.mean(near), rel=1e-5)


def test_prototypes_and_hits_have_their_places_on_the_grid(fit_view):
    prototypes = np.repeat(np.arange(6, dtype=np.float32) / 10, 4).reshape(6, 4)
    figure = som_map(fit_view(arrays={"prototypes": prototypes}, hits=np.arange(6).reshape(2, 3)))
    assert figure is not None
    mosaic = figure.axes[0].images[0].get_array()
    np.testing.assert_allclose(mosaic[::2, ::2], [[0, 0.1, 0.2], [0.3, 0.4, 0.5]])
    assert [text.get_text() for text in figure.axes[1].texts] == ["0", "1", "2", "3", "4", "5"]


def test_a_method_without_a_map_has_no_figure(fit_view):
    assert som_map(fit_view(arrays={"prototypes": np.zeros((2, 4), np.float32)})) is None
