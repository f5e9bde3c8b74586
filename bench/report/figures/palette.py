"""The colour of each method and the style of each row, the same in every figure and page of an experiment.

The methods that are compared most often have the same colour in all experiments. This module imports no plotting
library, so a page can use the colours, too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, cycle
from math import lcm

COLOURS = ("#5291ff", "#a9061d", "#5b11fe", "#ff1c09", "#db71ab", "#5b4f6a", "#9e03b5", "#508a5c")
"""Colours that readers with each kind of colour blindness tell apart, on white with a contrast of at least 3 to 1.

They were found by a random search that made the smallest difference of two colours large, as seen with normal vision,
protanopia, deuteranopia and tritanopia (Machado et al. 2009). Each next colour differs most from those before it.
"""
COMMON = ("dec", "som", "kmeans", "umap-gmm", "ae-kmeans", "pca-kmeans", "ae-gmm", "umap-gmm-hidden")
"""Methods with a colour of their own in all experiments, in the order of `COLOURS`."""
DASHES: tuple[tuple[float, ...], ...] = ((), (5, 1.5), (1, 1.5), (6, 1.5, 1, 1.5), (9, 3), (6, 1.5, 1, 1.5, 1, 1.5))
"""Line styles: lengths of dash and gap, in turn, in widths of the line; the first one is solid."""
MARKERS = "osD^vPX*<>"
"""Markers, as matplotlib names them."""

_PERIOD = lcm(len(DASHES), len(MARKERS))
"""Number of rows of one colour after which the pairs of dash and marker would come again."""


@dataclass(frozen=True)
class Style:
    """The look of one row of a table in all figures."""

    colour: str
    """As `#rrggbb`; rows of one method share it."""
    dash: tuple[float, ...]
    """One of `DASHES`."""
    marker: str
    """One of `MARKERS`."""


def colours_of(names: Iterable[str]) -> dict[str, str]:
    """The colour of each name, as `#rrggbb`, in the order in which the names first appear.

    `names` are all methods of an experiment, in the order of its rows, also those that one figure does not show. A name
    that is not in `COMMON` gets a colour that no other name has. After 8 names the colours start again; `styles` tells
    such rows apart.

    >>> colours_of(["hdbscan", "dec", "dec"])
    {'hdbscan': '#a9061d', 'dec': '#5291ff'}
    """
    known = dict.fromkeys(names)
    own = {name: colour for name, colour in zip(COMMON, COLOURS, strict=True) if name in known}
    free = chain((colour for colour in COLOURS if colour not in own.values()), cycle(COLOURS))
    return {name: own.get(name) or next(free) for name in known}


def styles(rows: Mapping[str, str], methods: Iterable[str] = ()) -> dict[str, Style]:
    """The style of each row. `rows` has the method of each label, for all rows of an experiment, in their order.

    If `rows` are not those of the tables, `methods` are all methods of the experiment, in the order of the tables.
    Rows of one colour differ in dash and marker: the first 6 have different dashes, the first 10 different markers, and
    up to 60 are told apart.

    >>> [style.marker for style in styles({"dec (d=5)": "dec", "som": "som", "dec (d=9)": "dec"}).values()]
    ['o', 'o', 's']
    """
    colours = colours_of([*methods, *rows.values()])
    count = dict.fromkeys(COLOURS, 0)
    made = {}
    for label, method in rows.items():
        colour = colours[method]
        place = count[colour]
        shift = place // _PERIOD
        made[label] = Style(colour, DASHES[(place + shift) % len(DASHES)], MARKERS[place % len(MARKERS)])
        count[colour] += 1
    return made
