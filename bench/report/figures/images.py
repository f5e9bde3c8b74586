"""Rows of images: originals over reconstructions, and centres decoded to images."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from bench.report.figures.canvas import look, panels, titled
from bench.report.figures.thumbnails import Images, show_image


def originals_over_reconstructions(originals: Images, reconstructions: Images, title: str) -> Figure:
    """Two rows, an original above what comes back of it."""
    return _rows([("original", originals), ("reconstructed", reconstructions)], title)


def centres(images: Images, sizes: Sequence[int], title: str) -> Figure:
    """One image a cluster, with its number and its size."""
    return _rows([("centre", images)], title, [f"{k}: {size:,}" for k, size in enumerate(sizes)])


def _rows(rows: Sequence[tuple[str, Images]], title: str, captions: Sequence[str] = ()) -> Figure:
    columns = len(rows[0][1])
    with look():
        figure, axes = panels(len(rows), columns, 1.0 + 0.8 * columns, 0.7 + 0.85 * len(rows) + 0.2 * bool(captions))
        for row, (name, images) in enumerate(rows):
            for column, image in enumerate(images):
                ax = axes[row * columns + column]
                show_image(ax, image)
                if captions:
                    ax.set_xlabel(captions[column], fontsize="x-small")
            axes[row * columns].set_ylabel(name, fontsize="small")
        titled(figure, title)
    return figure
