"""Figures in a Markdown document that tests check: each stands between two markers with its name."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "results"


def marked(document: str, name: str) -> str:
    """The text between `<!-- begin NAME -->` and `<!-- end NAME -->` in a document of this project.

    Raises AssertionError unless each marker occurs exactly once and the end follows the beginning.
    """
    text = (ROOT / document).read_text()
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    assert text.count(begin) == text.count(end) == 1, f"{document}: expected one '{begin}' and one '{end}'"
    assert text.index(begin) < text.index(end), f"{document}: '{end}' stands before '{begin}'"
    return text.partition(begin)[2].partition(end)[0].strip()


def table_rows(text: str) -> list[list[str]]:
    """The rows of the Markdown tables in `text` without their headers, one string per column."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    rows = [[column.strip() for column in line.strip("|").split("|")] for line in lines]
    rules = [i for i, row in enumerate(rows) if set("".join(row)) <= {":", "-"}]
    return [row for i, row in enumerate(rows) if i not in rules and i + 1 not in rules]
