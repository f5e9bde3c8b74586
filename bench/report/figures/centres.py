"""The centre of each cluster as an image."""

import numpy as np
from matplotlib.figure import Figure

from bench.report.figures.image_rows import image_rows
from bench.report.figures.views import FitView


def centres(view: FitView) -> Figure | None:
    """One image for each cluster, with its number and its size; None without one prototype for each cluster.

    A self-organizing map has a figure of its own.
    """
    images = view.cluster_prototypes
    if images is None or view.hits is not None:
        return None
    sizes = np.bincount(view.labels[view.labels >= 0], minlength=len(images)).tolist()
    return image_rows([("centre", images)], view.title, [f"{k}: {size:,}" for k, size in enumerate(sizes)])
