"""The documents of the report inside the page, folded: all tables as table.md has them, and those of other commands."""

from typing import Any

from bench.report.page.blocks import Document
from bench.report.page.view import PageView
from bench.report.tables.write import render
from bench.store.files import read_file

OTHERS = {
    "claims.md": "The published claims, as in claims.md",
    "search.md": "The search, as in search.md",
    "index.md": "Every index of every partition in every space, as in index.md",
    "compression.md": "Smaller forms of the models, as in compression.md",
}
"""The documents that other commands write, with their titles."""


def section(view: PageView) -> dict[str, Any]:
    """All documents that there are; table.md as it would be written now."""
    blocks = [Document("All tables, as in table.md", render(view.outcomes, view.above))]
    for name, title in OTHERS.items():
        if view.store.path(name).exists():
            blocks.append(Document(title, read_file(view.store.path(name)).decode()))
    return {"blocks": blocks}
