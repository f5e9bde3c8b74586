"""The figure of a self-organizing map."""

import numpy as np
import pytest
from contrasts import contrast

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


@pytest.mark.parametrize("shape", [(2, 3), (7, 4), (1, 12), (30, 30)])
@pytest.mark.parametrize("image_shape", [(2, 2, 1), (4, 1, 1)])
def test_a_unit_has_the_same_place_in_all_panels(fit_view, shape, image_shape):
    n = shape[0] * shape[1]
    arrays = {"prototypes": np.linspace(0, 1, n * 4, dtype=np.float32).reshape(n, 4)}
    figure = som_map(fit_view(arrays=arrays, hits=np.arange(n).reshape(shape), image_shape=image_shape))
    assert figure is not None
    figure.draw_without_rendering()
    prototypes, hits, distances, _ = figure.axes
    sizes = [ax.get_window_extent().size for ax in (prototypes, hits, distances)]
    np.testing.assert_allclose(sizes, [sizes[0]] * 3, atol=0.5)
    for ax in (prototypes, hits, distances):
        assert tuple(ax.images[0].get_extent()) == (-0.5, shape[1] - 0.5, shape[0] - 0.5, -0.5)
        assert sorted(ax.get_xlim()) == [-0.5, shape[1] - 0.5]
    width, height = (size / count for size, count in zip(sizes[0], shape[::-1], strict=True))
    assert height / width == pytest.approx(image_shape[0] / image_shape[1], rel=0.02), "pixels are square"


def test_the_numbers_of_samples_are_read_on_every_colour_and_empty_units_are_counted(fit_view):
    hits = np.arange(100).reshape(10, 10) * 12
    hits[0, :3] = 0
    prototypes = np.zeros((100, 4), np.float32)
    figure = som_map(fit_view(arrays={"prototypes": prototypes}, hits=hits))
    assert figure is not None
    ax = figure.axes[1]
    image = ax.images[0]
    for text in ax.texts:
        column, row = text.get_position()
        assert text.get_text() == f"{hits[row, column]:,}"
        assert contrast(text.get_color(), image.cmap(image.norm(hits[row, column]))[:3]) >= 4.5
    assert "3 of 100 units have no sample" in figure.axes[3].texts[0].get_text()
    assert len(figure.axes[0].lines) == 18, "white prototypes are told apart by lines"


def test_a_method_without_a_map_has_no_figure(fit_view):
    assert som_map(fit_view(arrays={"prototypes": np.zeros((2, 4), np.float32)})) is None
