"""Every measured figure of the README and of the results stands between markers, and a test reads each marked text."""

import re
from pathlib import Path

import pytest
from documents import ROOT

PAGES = [
    "README.md",
    "docs/index.md",
    "docs/guides/spaces.md",
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs" / "results").glob("*.md")),
]
NOT_OURS = {
    "README.md": {"3.11", "3.0"},  # Python; a licence
    "docs/index.md": {"3.11", "0.79", "0.48"},  # Python; figures of a report
    "docs/guides/spaces.md": {"65.9"},  # of a report
    "docs/results/ablation.md": {"0.1", "0.2"},  # settings
    "docs/results/choosing.md": {"0.000", "0.001", "0.068", "0.075", "0.077", "0.232"},  # of an earlier measurement
    "docs/results/consensus.md": {  # a tolerance, a ratio, and trials without a file
        *("0.004", "0.005", "0.01", "0.03", "0.05", "0.07", "0.339", "0.393", "0.427", "0.446", "0.478", "0.52"),
        *("0.62", "0.63", "0.64", "0.649", "0.83", "0.87", "0.9822", "0.9836", "0.987", "0.9884", "0.989", "0.9891"),
        *("0.70", "0.991", "0.9910", "1.5"),
    },
    "docs/results/mnist.md": {"3.5", "0.843", "0.985", "0.987", "0.992"},  # gigabytes of one fit; published by others
    "docs/results/peers.md": {"0.1", "0.5", "0.01"},  # settings; one fit that is not in the table
    "docs/results/number_of_clusters.md": {"0.7", "0.8", "1.0", "1.1", "1.2", "1.3", "1.8"},  # settings; one mean
    "docs/results/index.md": {"0.01", "0.843", "0.881"},  # a goal; published by others
    "docs/results/positive-controls.md": {
        "0.001",
        "0.01",
        "0.02",
        "0.038",
        "0.047",
        "0.1",
        "0.11",
        "0.2",
        "0.80",
        "0.830",
        "0.843",
        "0.879",
        "0.881",
        "0.9",
        "0.912",
        "0.964",
        "2.9",
        "2.98",
    },
    "docs/results/reports.md": {"0.001", "0.1", "0.5", "1.3", "5.1"},  # of a report; settings
    "docs/results/speed.md": {"0.8", "9.4", "2.5", "3.2"},  # a limit; memory for each image, from scaling.md
}
"""By page, the figures that this project has not measured, or that no CSV file has."""
_MARKED = re.compile(r"<!-- begin (\S+) -->.*?<!-- end \1 -->", re.S)
_CODE_OR_ADDRESS = re.compile(r"```.*?```|`[^`]*`|\]\([^)]*\)", re.S)
_FIGURE = re.compile(r"(?<![\w.])\d[\d,]*\.\d+(?![\w.]*\d)")


def unmarked(text: str) -> list[str]:
    """The numbers with a decimal point outside markers, code and addresses.

    >>> unmarked("a 0.25 <!-- begin x -->0.5<!-- end x --> `0.75` version 1.2.3")
    ['0.25']
    """
    return _FIGURE.findall(_CODE_OR_ADDRESS.sub("", _MARKED.sub("", text)))


@pytest.mark.parametrize("page", PAGES)
def test_every_figure_stands_between_markers(page: str):
    found = set(unmarked((ROOT / page).read_text()))
    assert found == NOT_OURS.get(page, set())


def test_every_marked_text_is_read_by_a_test():
    programs = [ROOT / "docs/results/write_tables.py", *(ROOT / "tests").rglob("*.py")]
    tests = "".join(path.read_text() for path in programs if path != Path(__file__))
    names = {name for page in PAGES for name in re.findall(r"<!-- begin (\S+) -->", (ROOT / page).read_text())}
    assert len(names) > 20
    assert {name for name in names if f'"{name}"' not in tests and f'/{name}"' not in tests} == set()


def test_an_unmarked_figure_is_found():
    text = "It has 0.123 <!-- begin a -->and 0.5<!-- end a -->, `0.2`, [0.3](x0.4.md) 1,234.5 seconds, version 1.2.3."
    assert unmarked(text) == ["0.123", "0.3", "1,234.5"]
