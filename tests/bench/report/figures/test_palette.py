"""The colours are told apart by readers with each kind of colour blindness, and rows of one colour by their style."""

import subprocess
import sys
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from bench.report.figures.palette import COLOURS, COMMON, DASHES, MARKERS, colours_of, styles
from methods.registry import METHODS

Colours = NDArray[np.float64]

VISIONS = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
"""By kind of vision: the matrix of severity 1 for linear RGB (Machado et al. 2009, Table 1)."""
SMALLEST = {"normal": 16.0, "protanopia": 10.0, "deuteranopia": 10.0, "tritanopia": 10.0}
"""Smallest allowed distance of two colours. The colours of Okabe & Ito (2008) reach 15.6, 9.6, 7.6 and 8.5."""


def linear(colours: tuple[str, ...]) -> Colours:
    """sRGB as `#rrggbb` → linear RGB, (n, 3), in [0, 1] (IEC 61966-2-1)."""
    values = np.array([[int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)] for colour in colours])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def distances(colours: tuple[str, ...], vision: str) -> list[float]:
    """Distance of each two colours as they are seen: 100 × the Euclidean distance in Oklab (Ottosson 2020)."""
    seen = np.clip(linear(colours) @ np.transpose(VISIONS[vision]), 0, 1)
    cones = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    axes = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    points = np.cbrt(seen @ np.transpose(cones)) @ np.transpose(axes)
    return [100 * float(np.linalg.norm(a - b)) for a, b in combinations(points, 2)]


def test_the_measure_of_colours_knows_which_pairs_are_confused() -> None:
    """White is at lightness 1 and has no hue; red and green of equal lightness differ for a normal reader only."""
    assert distances(("#000000", "#ffffff"), "normal") == [pytest.approx(100, abs=0.01)]
    red_and_green = ("#b06050", "#6e7f32")
    assert distances(red_and_green, "normal")[0] > 10
    assert distances(red_and_green, "deuteranopia")[0] < 4
    assert distances(red_and_green, "tritanopia")[0] > 10


def test_a_common_method_has_one_colour_in_all_experiments() -> None:
    others = ["hdbscan", "n2d"]
    for name in COMMON:
        assert len({colours_of(names)[name] for names in ([name], [*others, name], [*COMMON, name, *others])}) == 1
    of_few = colours_of(["n2d", "som", "hdbscan", "dec"])
    assert len(set(of_few.values())) == 4
    assert set(COMMON) <= set(METHODS)


@pytest.mark.parametrize("vision", VISIONS)
def test_each_two_colours_differ_for_every_reader(vision: str) -> None:
    assert min(distances(COLOURS, vision)) > SMALLEST[vision]


def test_every_colour_is_seen_on_white() -> None:
    """The contrast of graphical objects is at least 3 to 1 (WCAG 2.2, criterion 1.4.11)."""
    luminance = linear(COLOURS) @ [0.2126, 0.7152, 0.0722]
    assert (1.05 / (luminance + 0.05)).min() >= 3


def test_a_method_keeps_its_colour_when_rows_are_added() -> None:
    assert colours_of(["dec", "som"]) == {"dec": COLOURS[0], "som": COLOURS[1]}
    rows = {"dec (small, d=5)": "dec", "dec (large, d=9)": "dec", "som": "som"}
    assert [style.colour for style in styles(rows).values()] == [COLOURS[0], COLOURS[0], COLOURS[1]]


def test_rows_of_one_colour_differ_in_dash_or_marker() -> None:
    """Among them are configurations of one method, and methods after the eighth."""
    n = len(DASHES) * len(MARKERS)
    assert n >= 60, "the most rows that a figure shows"
    many = {f"dec (lr={i})": "dec" for i in range(n - 10)} | {f"m{i}": f"m{i}" for i in range(80 - n + 10)}
    made = styles(many)
    assert len(set(made.values())) == len(many)
    assert len({style.marker for style in list(made.values())[: len(MARKERS)]}) == len(MARKERS)
    methods = styles({f"m{i}": f"m{i}" for i in range(48)})
    assert len({(style.colour, style.dash) for style in methods.values()}) == 48, "without markers, too"


def test_the_palette_loads_no_plotting_library() -> None:
    code = "import sys, bench.report.figures.palette; print('matplotlib' in sys.modules, 'numpy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False False"
