"""Markdown text and tables, in the syntax that GitHub and pandoc share."""

from collections.abc import Sequence


def escape(text: str) -> str:
    r"""Escape `text`, so that Markdown prints it literally in a table or a paragraph.

    >>> print(escape("a|b *c*"))
    a\|b \*c\*
    """
    for sign in "\\|*`[]":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.replace("<", "&lt;").split())


def table(header: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """A pipe table whose cells are Markdown. The first `left` columns are aligned left, the others right.

    >>> print(table(["method", "ARI"], [["som", "**0.430**"]]))
    | method |       ARI |
    |:-------|----------:|
    | som    | **0.430** |
    """
    widths = [max(3, *(len(row[i]) for row in (header, *rows))) for i in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        aligned = [
            cell.ljust(width) if i < left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"| {' | '.join(aligned)} |"

    rule = "|".join(":" + "-" * (width + 1) if i < left else "-" * (width + 1) + ":" for i, width in enumerate(widths))
    return "\n".join([line(header), f"|{rule}|", *(line(row) for row in rows)])
