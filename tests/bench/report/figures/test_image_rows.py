"""Figures that are rows of images: centres and reconstructions."""

import numpy as np

from bench.report.figures.centres import centres
from bench.report.figures.reconstructions import reconstructions

CENTRES = np.array([[0, 0, 0, 1], [1, 0, 0, 0]], np.float32)


def images(figure) -> list[list[float]]:
    return [ax.images[0].get_array().ravel().tolist() for ax in figure.axes]


def test_every_cluster_has_its_image_and_its_size(fit_view):
    arrays = {"labels": np.array([0, 1, 1, 1, -1, 1]), "prototypes": CENTRES, "cluster_centers": CENTRES}
    figure = centres(fit_view(arrays=arrays))
    assert figure is not None
    assert images(figure) == CENTRES.tolist()
    assert [ax.get_xlabel() for ax in figure.axes] == ["0: 1", "1: 4"]


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
    assert reconstructions(fit_view()) is None
