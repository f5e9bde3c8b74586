"""Letters that the usual font lacks are drawn with an installed font that has them."""

import pytest

from bench.report.figures import rendering
from bench.report.figures.canvas import panels, titled
from bench.report.figures.fonts import _installed, _letters, chosen, families_for
from bench.report.figures.rendering import NO_GLYPHS, render

JAPANESE = "猫 ねこ"
FONTS = {"latin": {65, 66}, "both": {66, 67, 68}, "greek": {68, 69}}


@pytest.mark.parametrize(
    ("letters", "families"),
    [(set(), []), ({65}, ["latin"]), ({66, 67, 68, 65}, ["both", "latin"]), ({67, 69}, ["both", "greek"]), ({1}, [])],
)
def test_the_font_with_the_most_letters_comes_first(letters: set[int], families: list[str]):
    assert chosen(letters, {name: name for name in FONTS}, FONTS.__getitem__) == families


def test_the_font_of_boxes_is_no_font_for_letters():
    assert not any(name.startswith("Last Resort") for name in _installed())
    assert ord("a") in _letters(_installed()["DejaVu Sans"])
    assert _letters("/no/such/font.ttf") == frozenset()


def test_a_figure_is_drawn_again_with_the_fonts_that_were_found(monkeypatch: pytest.MonkeyPatch):
    asked = []
    monkeypatch.setattr(rendering, "families_for", lambda letters: asked.append(letters) or ["DejaVu Serif"])
    figure, _ = panels(1, 1, 4.0, 3.0)
    titled(figure, JAPANESE)
    _, _, notes = render(figure)
    assert asked == [{ord(letter) for letter in JAPANESE if letter != " "}]
    assert notes == [NO_GLYPHS]


def test_japanese_is_drawn_where_a_font_has_it():
    if not families_for({ord(letter) for letter in JAPANESE if letter != " "}):
        pytest.skip("no installed font has Japanese letters")
    figure, _ = panels(1, 1, 4.0, 3.0)
    titled(figure, JAPANESE)
    assert render(figure)[2] == []
