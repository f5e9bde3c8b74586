"""Markdown text and tables, in the syntax that GitHub and pandoc share."""

from collections.abc import Sequence

from tabulate import tabulate


def escape(text: str) -> str:
    r"""Escape `text`, so that Markdown prints it literally in a table or a paragraph.

    >>> print(escape("a|b *c*"))
    a\|b \*c\*
    """
    for sign in "\\|*`[]":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.replace("<", "&lt;").split())


def table(header: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """A pipe table; the first `left` columns are aligned to the left, the others to the right. Cells are Markdown.

    >>> print(table(["method", "ARI"], [["som", "**0.430**"]]))
    | method   |       ARI |
    |:---------|----------:|
    | som      | **0.430** |
    """
    aligned = ["left"] * left + ["right"] * (len(header) - left)
    text: str = tabulate(rows, header, tablefmt="pipe", disable_numparse=True, colalign=aligned)
    return text
