"""The figures of a large run with difficult names: as wide as a page, and all text can be read."""

import io
from collections.abc import Mapping
from itertools import combinations

import large_run
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Text
from matplotlib.transforms import BboxBase

from bench.report.figures.architecture import Box, block_diagram
from bench.report.figures.declarations import FIGURES, FigureDeclaration, View
from bench.report.figures.limits import WIDEST
from bench.report.figures.rendering import DPI, dots_per_inch, render

pytestmark = pytest.mark.draws

WIDEST_PIXELS = 1600
SMALLEST = 10.0
"""Smallest height of a letter of a PNG file, with its room above and below, in pixels."""


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[View]]:
    return large_run.views(tmp_path_factory.mktemp("results"))


def drawn(declared: FigureDeclaration, views: Mapping[str, list[View]]) -> list[Figure]:
    shown = [view for view in views[declared.view.__name__] if declared.can_draw(view)]
    made = [declared.draw(view) for view in shown if not any(limit.note(view) for limit in declared.limits)]
    return [figure for figure in made if figure is not None]


def texts(figure: Figure) -> list[Text]:
    """All texts that are seen."""
    outside = [text for ax in figure.findobj(Axes) for text in _ticks_outside(ax)]
    return [t for t in figure.findobj(Text) if t.get_text().strip() and t.get_visible() and t not in outside]


def _ticks_outside(ax: Axes) -> list[Text]:
    """Labels of ticks that lie outside the limits, and all of an axis that is not shown: matplotlib keeps them."""
    hidden = []
    for axis, (low, high) in ((ax.xaxis, sorted(ax.get_xlim())), (ax.yaxis, sorted(ax.get_ylim()))):
        ticks = [*axis.get_major_ticks(), *axis.get_minor_ticks()]
        off = not ax.axison or not axis.get_visible()
        hidden += [t.label1 for t in ticks if off or not low <= t.get_loc() <= high or not t.label1.get_visible()]
        hidden += [axis.label] if off else []
    return hidden


def inside(box: BboxBase, outer: BboxBase, slack: float) -> bool:
    return bool(
        box.x0 >= outer.x0 - slack
        and box.x1 <= outer.x1 + slack
        and box.y0 >= outer.y0 - slack
        and box.y1 <= outer.y1 + slack
    )


def test_the_widest_figure_is_a_page() -> None:
    assert WIDEST * DPI == WIDEST_PIXELS


@pytest.mark.parametrize("declared", FIGURES, ids=lambda declared: declared.name)
def test_no_figure_of_a_large_run_is_too_wide_or_has_text_that_is_cut_covered_or_too_small(
    declared: FigureDeclaration, views: Mapping[str, list[View]]
) -> None:
    figures = drawn(declared, views)
    assert figures
    for figure in figures:
        figure.draw_without_rendering()
        shown = texts(figure)
        assert [text.get_text() for text in shown if not inside(text.get_window_extent(), figure.bbox, 1.0)] == []
        dpi = dots_per_inch(*figure.get_size_inches())
        assert [text.get_text() for text in shown if float(text.get_fontsize()) * dpi / 72 < SMALLEST] == []
        assert covered(figure, shown) == []
        png, _, _ = render(figure)
        assert imread(io.BytesIO(png)).shape[1] <= WIDEST_PIXELS


def covered(figure: Figure, shown: list[Text]) -> list[tuple[str, str]]:
    """Titles and names of rows and columns that lie on each other or on a panel."""
    panels = [ax.get_window_extent() for ax in figure.axes if ax.axison and ax.spines["bottom"].get_visible()]
    around = [text for ax in figure.axes for text in (ax.title, *ax.get_xticklabels(), *ax.get_yticklabels())]
    around = [text for text in [*around, *figure.texts] if text in shown]
    boxes = {t: t.get_window_extent().padded(-1.0) for t in around if not t.get_rotation() % 90}
    on_panels = [(t.get_text(), "a panel") for t, box in boxes.items() if any(box.overlaps(panel) for panel in panels)]
    pairs = combinations(boxes.items(), 2)
    return on_panels + [(a.get_text(), b.get_text()) for (a, one), (b, other) in pairs if one.overlaps(other)]


def test_the_block_diagram_of_a_deep_network_is_folded_and_its_texts_lie_in_their_boxes() -> None:
    layers = [Box("ConvTranspose2d", "128×128×256", 12_345_678) for _ in range(20)]
    figure = block_diagram([("encoder", layers), ("decoder", layers[:7])], "deep")
    assert figure.get_figwidth() <= WIDEST
    figure.draw_without_rendering()
    (ax,) = figure.axes
    boxes = [patch.get_window_extent() for patch in ax.patches if isinstance(patch, type(ax.patches[0]))]
    of_layers = [text for text in ax.texts if text.get_text() in ("ConvTranspose2d", "128×128×256", "12,345,678")]
    assert len(of_layers) == 3 * 27
    for text in of_layers:
        assert any(inside(text.get_window_extent(), box, slack=0.5) for box in boxes)
