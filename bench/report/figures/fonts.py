"""Installed fonts that have the letters which the usual font of a figure lacks."""

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from functools import cache


def families_for(letters: Collection[int]) -> list[str]:
    """The fewest families of installed fonts, found greedily, that have `letters` (code points); empty if none has one.

    The fonts are looked for once in a process, also those that were installed after matplotlib made its list.
    """
    return chosen(letters, _installed(), _letters)


def chosen(letters: Collection[int], fonts: Mapping[str, str], letters_of: Callable[[str], Iterable[int]]) -> list[str]:
    """Of `fonts`, paths by family, those that together have the most of `letters`; the font with the most comes first.

    >>> chosen({1, 2, 3}, {"A": "a", "B": "b", "C": "c"}, {"a": {1}, "b": {1, 2}, "c": {3}}.__getitem__)
    ['B', 'C']
    """
    left = set(letters)
    covered = {family: left.intersection(letters_of(path)) for family, path in sorted(fonts.items())}
    families = []
    while left and covered:
        best = max(covered, key=lambda family: len(covered[family] & left))
        if not covered[best] & left:
            break
        families.append(best)
        left -= covered.pop(best)
    return families


@cache
def _installed() -> dict[str, str]:
    """The paths of the upright fonts by family; a font of the usual weight stands for its family."""
    from matplotlib.font_manager import findSystemFonts, fontManager

    known = {font.fname for font in fontManager.ttflist}
    for path in findSystemFonts():
        if path not in known:
            with suppress(Exception):  # a font of a kind that matplotlib cannot read
                fontManager.addfont(path)
    upright = [
        font for font in fontManager.ttflist if font.style == "normal" and not font.name.startswith("Last Resort")
    ]
    upright.sort(key=lambda font: (font.weight not in (400, "normal", "regular"), font.fname), reverse=True)
    return {font.name: font.fname for font in upright}


@cache
def _letters(path: str) -> frozenset[int]:
    """The code points that a font has; none if it cannot be read."""
    from matplotlib.font_manager import get_font

    with suppress(Exception):  # such as a font of coloured pictures
        return frozenset(get_font(path).get_charmap())
    return frozenset()
