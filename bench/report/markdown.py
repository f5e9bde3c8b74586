"""Markdown text and tables, in the syntax that GitHub and pandoc share."""

import re
from collections.abc import Sequence

from tabulate import tabulate

from bench.text import visible

_ACTIVE = re.compile(
    r"[\\|*`\[\]~$]"  # code, emphasis, links, cells of a table, strikethrough, mathematics
    r"|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"  # emphasis; inside a word, an underscore is only a letter
    r"|:(?=//|[\w+-]+:)"  # an address, or an emoji by its name
    r"|(?<=\bwww)\."  # an address
    r"|^[#+=>-]"  # the start of a heading, a list or a quotation
)
"""The characters that Markdown acts on, where it does."""
_NUMBERED = re.compile(r"^(\d+)([.)])(?= |$)")
"""The start of a numbered list."""


def escape(text: str) -> str:
    r"""Escape `text`, so that Markdown prints it literally in a table or a paragraph, on one line.

    Characters that cannot be seen are shown as by `bench.text.visible`.

    >>> print(escape("a|b *c* <b> x_1 _y_"))
    a\|b \*c\* &lt;b> x_1 \_y\_
    """
    shown = " ".join(visible(text).split())
    shown = _ACTIVE.sub(r"\\\g<0>", shown)
    return _NUMBERED.sub(r"\1\\\2", shown).replace("&", "&amp;").replace("<", "&lt;")


def unescape(text: str) -> str:
    r"""The text that `escape` has written as Markdown.

    >>> unescape(escape("a|b *c* <b> x_1 _y_ &lt;"))
    'a|b *c* <b> x_1 _y_ &lt;'
    """
    return re.sub(r"\\(.)", r"\1", text.replace("&lt;", "<").replace("&amp;", "&"))


def lowered(text: str) -> str:
    """Markdown with each heading one level lower, for use inside another document.

    >>> lowered("# Title")
    '## Title'
    """
    return "".join(f"#{line}" if line.startswith("#") else line for line in text.splitlines(keepends=True))


class Table(str):
    """A pipe table as text. It also has its cells, so that it can be written in another form."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: int
    """Number of columns that are aligned to the left."""


class Parts(str):
    """Parts of a document as one text, with an empty line between them. It also has the parts."""

    parts: tuple[str, ...]


def joined(parts: Sequence[str]) -> Parts:
    """The text of all parts. Its own parts are texts and tables: a part that was joined before is taken apart."""
    text = Parts("\n\n".join(parts))
    text.parts = tuple(each for part in parts for each in (part.parts if isinstance(part, Parts) else (part,)))
    return text


def table(header: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> Table:
    """A pipe table; the first `left` columns are aligned to the left, the others to the right. Cells are Markdown.

    >>> print(table(["method", "ARI"], [["som", "**0.430**"]]))
    | method   |       ARI |
    |:---------|----------:|
    | som      | **0.430** |
    """
    aligned = ["left"] * left + ["right"] * (len(header) - left)
    text = Table(tabulate(rows, header, tablefmt="pipe", disable_numparse=True, colalign=aligned))
    text.header, text.rows, text.left = tuple(header), tuple(map(tuple, rows)), left
    return text
