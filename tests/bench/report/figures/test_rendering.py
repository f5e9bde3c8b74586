"""Figures as bytes: bounded in size, and without warnings about fonts."""

import io
import warnings

from hypothesis import given
from hypothesis import strategies as st
from matplotlib.image import imread

from bench.report.figures.canvas import panels, plain, titled, wrapped
from bench.report.figures.limits import WIDEST
from bench.report.figures.rendering import DPI, MAX_PIXELS, MAX_SIDE, NO_GLYPHS, dots_per_inch, render

EVIL = "\x1b[31m $x$ $\\frac{$ _a & <b> ]]> \x00\n\u202e\ufffe\udc80 --"


@given(st.floats(0.5, 1e6), st.floats(0.5, 1e6))
def test_a_figure_of_any_size_has_a_bounded_number_of_pixels(width: float, height: float):
    dpi = dots_per_inch(width, height)
    assert width * height * dpi**2 <= MAX_PIXELS * 1.001
    assert height * dpi <= MAX_SIDE * 1.001
    assert width * dpi <= WIDEST * DPI * 1.001
    assert dpi == DPI or width * height * DPI**2 > MAX_PIXELS or height * DPI > MAX_SIDE or width > WIDEST


def test_a_large_figure_has_fewer_dots_per_inch():
    figure, (ax,) = panels(1, 1, 2.0, 400.0)
    ax.plot([1, 2])
    png, svg, _ = render(figure)
    height, width = imread(io.BytesIO(png)).shape[:2]
    assert (width, height) == (MAX_SIDE * 2 // 400, MAX_SIDE)
    assert b"<svg" in svg


def test_texts_are_drawn_as_they_are_and_give_valid_xml():
    from xml.etree import ElementTree

    figure, (ax,) = panels(1, 1, 16.0, 9.0)
    titled(figure, EVIL)
    ax.set_title(wrapped(EVIL * 3))
    ax.set_xticks([0, 1], [plain(EVIL), plain("$")])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _, svg, notes = render(figure)
    assert notes == []
    ElementTree.fromstring(svg)
    assert svg.isascii()
    assert not any(byte < 32 and byte != 10 for byte in svg)


def test_a_title_is_broken_into_lines_without_breaking_an_escape():
    figure, _ = panels(1, 1, 3.0, 3.0)
    titled(figure, "$" * 101)
    assert figure.get_suptitle().replace("\n", "") == "\\$" * 101
    assert all(len(line) % 2 == 0 for line in figure.get_suptitle().splitlines())


def test_characters_without_a_glyph_and_warnings_are_notes():
    figure, _ = panels(1, 1, 4.0, 3.0)
    titled(figure, "\U00012000")  # cuneiform
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert render(figure)[2] == [NO_GLYPHS]
        figure, _ = panels(1, 1, 0.1, 0.1)  # too small for its own margins
        (note,) = render(figure)[2]
    assert note.startswith("may be hard to read (constrained_layout not applied")


def test_a_rendered_figure_holds_nothing():
    figure, (ax,) = panels(1, 1, 4.0, 3.0)
    ax.plot([1, 2])
    render(figure)
    assert figure.axes == []
