"""The centre of each cluster as an image."""

from matplotlib.figure import Figure

from bench.report.figures.image_rows import image_grid
from bench.report.figures.limits import MAX_CENTRES
from bench.report.figures.views import FitView


def centres(view: FitView) -> Figure | None:
    """One image for each cluster, with its number and its size; None without one prototype for each cluster.

    Of more than 100 clusters, the first 100 are drawn, and the title says so. A self-organizing map has a figure of its
    own.
    """
    images = view.cluster_prototypes
    if images is None or len(images) == 0 or view.hits is not None:
        return None
    shown = images[:MAX_CENTRES]
    captions = [f"cluster {k}\n{_size(int((view.labels == k).sum()))}" for k in range(len(shown))]
    part = f"the first {len(shown)} of {len(images):,} clusters" if len(shown) < len(images) else "clusters"
    return image_grid(shown, f"{view.title}: the centres of {part}, and n samples in each{_noise(view)}", captions)


def _size(n_samples: int) -> str:
    return f"n = {n_samples:,}" if n_samples else "no sample"


def _noise(view: FitView) -> str:
    n_noise = int((view.labels < 0).sum())
    return f"; in no cluster (noise): {n_noise:,}" if n_noise else ""
