"""Each cluster's most typical and least certain images, with the names of their rows."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure
from rich.cells import cell_len

from bench.report.assignments import KINDS, shown_name
from bench.report.examples import examples
from bench.report.figures.canvas import plain
from bench.report.figures.image_rows import image_table
from bench.report.figures.limits import MAX_EXAMPLES
from bench.report.figures.views import FitView, Images
from bench.store import arrays as names
from bench.text import visible

COUNT = 5
"""Largest number of typical, and of uncertain images of a cluster."""
_NARROWEST = 2
"""Places below a heading, which is wider than one image."""
_WIDEST = 12  # cells of a name below an image, which is not wider; some letters need two


def cluster_examples(view: FitView) -> Figure | None:
    """One row for each cluster: typical images on the left, uncertain ones on the right.

    Of more than 30 clusters, the first 30 are drawn, and the title says so.
    None for a table, without the assignments of the fit, and if all samples are noise.
    """
    frame = view.assignments
    if frame is None or view.image_shape is None or not view.clusters:
        return None
    found = examples(frame["cluster"].to_numpy(), frame["strength"].to_numpy(), view.arrays.get(names.MARGIN), COUNT)
    shown = found[:MAX_EXAMPLES]
    part = f"the first {len(shown)} of {len(found):,} clusters" if len(shown) < len(found) else "clusters"
    width = max(_NARROWEST, *(len(each.typical) for each in shown))
    rows = []
    for each in shown:
        left, right = (_places(view, frame, chosen, width) for chosen in (each.typical, each.uncertain))
        rows.append((f"cluster {each.cluster}\nn = {each.size:,}", [*left, None, *right]))
    kind = str(frame["strength_kind"].iat[0])
    headings = [(0, f"most typical: highest {kind}"), (width + 1, f"least certain: lowest {kind}")]
    return image_table(rows, headings, f"{view.title}: {part}, n samples in each. {KINDS[kind]}")


def _places(view: FitView, frame: pd.DataFrame, chosen: Sequence[int], width: int) -> list[tuple[Images, str] | None]:
    """The images of these rows with their names, filled with empty places up to `width`."""
    images = view.images(view.features[list(chosen)])
    assert images is not None, "only image data have this figure"
    shown: list[tuple[Images, str] | None] = [
        (image, _short(shown_name(frame, place))) for image, place in zip(images, chosen, strict=True)
    ]
    return shown + [None] * (width - len(shown))


def _short(name: str) -> str:
    """The folder of a file, which may be its class, above its name; of each, the end if it is long.

    >>> _short("flowers/rose/IMG_2041.jpg"), _short("花の名前の写真.png")
    ('rose\\nIMG_2041.jpg', '…の写真.png')
    """
    folder, slash, file = visible(name).rpartition("/")
    if slash:
        return f"{_end(folder.rpartition('/')[2])}\n{_end(file)}"
    return _end(file)


def _end(shown: str) -> str:
    if cell_len(shown) <= _WIDEST:
        return plain(shown)
    end = shown[-_WIDEST:]
    while cell_len(end) >= _WIDEST:
        end = end[1:]
    return plain(f"…{end}")
