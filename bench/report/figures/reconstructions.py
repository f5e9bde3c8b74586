"""Images above their reconstructions by the method."""

from matplotlib.figure import Figure

from bench.report.figures.image_rows import image_rows
from bench.report.figures.views import FitView
from bench.store import arrays as names

N_IMAGES = 16
"""Largest number of images in the figure."""
ROW = 8
"""Largest number of images in one row."""


def reconstructions(view: FitView) -> Figure | None:
    """Two rows of images, or two times two; None if the method has no reconstructions, or for a table."""
    if names.RECONSTRUCTIONS not in view.arrays:
        return None
    originals = view.images(view.features[view.reconstructed_rows[:N_IMAGES]])
    reconstructed = view.images(view.arrays[names.RECONSTRUCTIONS][:N_IMAGES])
    if originals is None or reconstructed is None:
        return None
    blocks = [
        [("original", originals[first : first + ROW]), ("reconstructed", reconstructed[first : first + ROW])]
        for first in range(0, len(originals), ROW)
    ]
    return image_rows(blocks, f"{view.title}: samples above their reconstructions")
