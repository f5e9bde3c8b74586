"""Views of finished fits."""

import numpy as np

from bench.analysis.views import fit_view
from bench.datasets.images import ImageData
from bench.store import arrays as names

X = np.arange(24, dtype=np.float32).reshape(6, 4)
DATA = ImageData(
    name="x",
    source="x",
    revision="1",
    split="all",
    features=X,
    labels=None,
    image_shape=(2, 2, 1),
    class_names=None,
    digest="d" * 64,
)


def test_arrays_with_numbers_that_are_not_finite_are_not_drawn_and_are_named(store, groups_of):
    odd = X[:, :2].copy()
    odd[3, 1] = np.nan
    arrays = {"labels": np.arange(6) % 2, "embedding": odd, "cluster_centers": X[:2], "prototypes": X[:2]}
    (group,) = groups_of([("dec", 0, arrays)])
    view = fit_view(store, group.records[0], DATA, "dec seed 0", 10, 1)
    assert set(view.arrays) == {names.LABELS, names.CLUSTER_CENTERS, names.PROTOTYPES}
    odd_numbers, no_assignments = store.warnings
    assert odd_numbers == "dec seed 0: not drawn, because some numbers are not finite: embedding."
    assert no_assignments.startswith("dec seed 0: no typical and uncertain images are drawn: ")


def test_centres_and_prototypes_are_left_out_together(store, groups_of):
    odd = X[:2].copy()
    odd[0, 0] = np.inf
    arrays = {"labels": np.arange(6) % 2, "cluster_centers": odd, "prototypes": X[:2]}
    (group,) = groups_of([("kmeans", 0, arrays)])
    view = fit_view(store, group.records[0], DATA, "kmeans seed 0", 10, 1)
    assert set(view.arrays) == {names.LABELS}
    assert view.prototypes is None
    assert "cluster_centers, prototypes" in store.warnings[0]
