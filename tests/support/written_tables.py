"""A written table.md, read back: its sections and the rows of their tables."""

import re

from bench.report.tables.write import write_tables
from bench.store.store import Store


def blocks(store: Store) -> dict[str, str]:
    """Heading → text of each second-level section of table.md; the text before them has the empty heading."""
    write_tables(store)
    head, *sections = re.split(r"^## ", store.path("table.md").read_text(), flags=re.MULTILINE)
    return {"": head} | dict(section.split("\n", 1) for section in sections)


def section(store: Store, words: str) -> str:
    [text] = [text for heading, text in blocks(store).items() if words in heading]
    return text


def parsed(text: str) -> list[dict[str, str]]:
    """The rows of the tables in a section."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return [dict(zip(cells[0], row, strict=True)) for row in cells[2:]]


def by_method(text: str) -> dict[str, dict[str, str]]:
    return {row["Method"]: row for row in parsed(text)}


LABELS, INPUT, REFERENCE, OWN = "true labels", "In the input space", "reference space", "own space"
SAME, SPREAD, DIFFERENT = "DEC against each baseline", "Spread over the seeds", "different spaces"
CONFIGURATIONS, COST = "the first configuration", "the time of each phase"
