"""Figures that are rows of images: centres and reconstructions."""

import numpy as np
import pytest

from bench.report.figures.centres import centres
from bench.report.figures.image_rows import reduced
from bench.report.figures.reconstructions import reconstructions

CENTRES = np.array([[0, 0, 0, 1], [1, 0, 0, 0]], np.float32)


def images(figure) -> list[list[float]]:
    return [image.get_array().ravel().tolist() for image in figure.axes[0].images]


def texts(figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def test_every_cluster_has_its_image_and_its_size(fit_view):
    arrays = {"labels": np.array([0, 1, 1, 1, -1, 1]), "prototypes": CENTRES, "cluster_centers": CENTRES}
    figure = centres(fit_view(arrays=arrays))
    assert figure is not None
    assert images(figure) == CENTRES.tolist()
    assert texts(figure) == ["cluster 0\nn = 1", "cluster 1\nn = 4"]
    assert figure.get_suptitle().replace("\n", " ").endswith("n samples in each; in no cluster (noise): 1")


def test_of_many_clusters_the_first_100_are_drawn_in_rows_and_the_title_says_so(fit_view):
    prototypes = np.linspace(0, 1, 4 * 130, dtype=np.float32).reshape(130, 4)
    arrays = {"labels": np.arange(130), "prototypes": prototypes, "cluster_centers": prototypes}
    figure = centres(fit_view(arrays=arrays))
    assert figure is not None
    np.testing.assert_allclose(images(figure), prototypes[:100])
    assert texts(figure) == [f"cluster {k}\nn = 1" for k in range(100)]
    assert figure.get_suptitle().replace("\n", " ") == (
        "kmeans seed 0: the centres of the first 100 of 130 clusters, and n samples in each"
    )
    tops = [round(image.get_extent()[3], 2) for image in figure.axes[0].images]
    assert len(set(tops)) == 10
    boxes = {tuple(np.round(image.get_extent(), 6)) for image in figure.axes[0].images}
    assert len(boxes) == 100


def test_a_cluster_without_samples_says_so_and_a_white_centre_has_a_frame(fit_view):
    white = np.zeros((3, 4), np.float32)
    arrays = {"labels": np.array([0, 0, 2, 2, 2, 2]), "prototypes": white, "cluster_centers": white}
    figure = centres(fit_view(arrays=arrays))
    assert figure is not None
    assert texts(figure) == ["cluster 0\nn = 2", "cluster 1\nno sample", "cluster 2\nn = 4"]
    frames = [patch.get_bbox().bounds for patch in figure.axes[0].patches]
    extents = [image.get_extent() for image in figure.axes[0].images]
    np.testing.assert_allclose(frames, [(x0, y0, x1 - x0, y1 - y0) for x0, x1, y1, y0 in extents])
    assert all(sum(patch.get_edgecolor()[:3]) < 2.5 for patch in figure.axes[0].patches), "frames are seen on white"


@pytest.mark.parametrize("n", [1, 10, 11, 25, 41])
def test_the_rows_of_a_grid_are_full_and_there_is_no_gap_below_the_title(fit_view, n):
    prototypes = np.full((n, 4), 0.5, np.float32)
    figure = centres(fit_view(arrays={"labels": np.arange(6), "prototypes": prototypes, "cluster_centers": prototypes}))
    assert figure is not None
    (ax,) = figure.axes
    lefts = [round(image.get_extent()[0], 2) for image in ax.images]
    per_row = [lefts.count(left) for left in set(lefts)]
    assert max(per_row) - min(per_row) <= 1
    figure.draw_without_rendering()
    top = max(image.get_window_extent().y1 for image in ax.images)
    assert figure._suptitle.get_window_extent().y0 - top < 0.25 * figure.dpi


def test_a_large_image_is_reduced():
    image = np.arange(1000 * 900, dtype=np.float32).reshape(1000, 900, 1) / 900_000
    np.testing.assert_array_equal(reduced(image), image[::3, ::3, 0])
    assert reduced(image[:400, :400]).shape == (400, 400)


def test_prototypes_that_are_not_one_per_cluster_have_no_figure(fit_view):
    arrays = {"labels": np.zeros(6, np.int64), "prototypes": np.zeros((3, 4), np.float32), "cluster_centers": CENTRES}
    assert centres(fit_view(arrays=arrays)) is None
    assert centres(fit_view()) is None
    a_map = arrays | {"prototypes": CENTRES}
    assert centres(fit_view(arrays=a_map, hits=np.zeros((1, 2), np.int64))) is None


def test_an_original_stands_above_its_reconstruction(fit_view):
    view = fit_view(arrays={"reconstructions": CENTRES}, reconstructed_rows=np.array([1, 4]))
    figure = reconstructions(view)
    assert figure is not None
    assert images(figure) == [*view.features[[1, 4]].tolist(), *CENTRES.tolist()]
    assert texts(figure) == ["original", "reconstructed"]
    assert reconstructions(fit_view()) is None


def test_sixteen_reconstructions_stand_in_two_blocks_each_below_its_original(fit_view):
    pixels = np.linspace(0, 1, 64, dtype=np.float32).reshape(16, 4)
    view = fit_view(features=pixels, arrays={"reconstructions": 1 - pixels}, reconstructed_rows=np.arange(16))
    figure = reconstructions(view)
    assert figure is not None
    assert texts(figure) == ["original", "reconstructed"] * 2
    places = {tuple(np.round(image.get_extent(), 3)[[0, 3]]): image for image in figure.axes[0].images}
    assert len(places) == 32
    for (left, top), image in places.items():
        below = places.get((left, round(top + 1, 3)))
        if below is not None:
            np.testing.assert_allclose(image.get_array() + below.get_array(), 1, atol=1e-6)
