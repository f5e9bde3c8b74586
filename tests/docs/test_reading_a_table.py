"""The guide to a table explains each column of its example."""

import re
from pathlib import Path

GUIDE = Path(__file__).parents[2] / "docs/guides/reading-a-table.md"


def test_each_column_of_the_example_is_explained() -> None:
    words, example = GUIDE.read_text(encoding="utf-8").split("<!-- begin digits -->")
    headers = re.findall(r"^\| Method .*\|$", example, re.MULTILINE)
    columns = {cell.strip(" ↑↓") for header in headers for cell in header.strip("|").split("|")[1:]}
    known = words.lower().replace("caliński", "calinski")
    assert columns
    assert sorted(column for column in columns if column.lower() not in known) == []
