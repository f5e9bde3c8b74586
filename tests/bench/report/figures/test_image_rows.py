"""Figures that are rows of images: centres and reconstructions."""

import numpy as np

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
    assert texts(figure) == ["centre", "0: 1", "1: 4"]


def test_of_many_clusters_the_first_100_are_drawn_in_rows_and_the_title_says_so(fit_view):
    prototypes = np.linspace(0, 1, 4 * 130, dtype=np.float32).reshape(130, 4)
    arrays = {"labels": np.arange(130), "prototypes": prototypes, "cluster_centers": prototypes}
    figure = centres(fit_view(arrays=arrays))
    assert figure is not None
    np.testing.assert_allclose(images(figure), prototypes[:100])
    assert texts(figure) == ["centre", *(f"{k}: 1" for k in range(100))]
    assert figure.get_suptitle().replace("\n", " ") == "kmeans seed 0: the first 100 of 130 clusters"
    tops = [round(image.get_extent()[3], 2) for image in figure.axes[0].images]
    assert len(set(tops)) == 5
    boxes = {tuple(np.round(image.get_extent(), 6)) for image in figure.axes[0].images}
    assert len(boxes) == 100


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
