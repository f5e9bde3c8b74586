"""The answer on a terminal: the caveats above it, the table, and the facts and caveats below it."""

import re
import textwrap
from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.report.answer import Answer
from bench.text import visible

GAP = 2
"""Spaces between two columns of the table; one space if the table would be too wide."""
METHOD_WIDTH = 14
"""A longer label is folded if the table would be too wide."""
SEEDS_WIDTH = 7
"""A longer text about seeds is folded if the table would be too wide."""
_PARTS = re.compile(r".+?(?:[ :=_]|\.(?=[A-Za-z])|$)")
"""The parts of a label between which it may be folded."""


def print_answer(console: Console, answer: Answer) -> None:
    """Print the answer, at most as wide as the console; no figure is cut.

    If the table is too wide, spaces go and the labels of rows are folded. If it still is too wide, it
    becomes several tables, one below the other, each with the labels.
    """
    _print(console, Text(visible(answer.title), "bold"))
    for sentence in answer.above:
        _print(console, Text(visible(sentence)))
    for table in tables(answer, console.width):
        console.print()
        console.print(table)
    if answer.facts:
        console.print()
    for fact in answer.facts:
        _print(console, Text(visible(fact)))
    if answer.caveats:
        console.print()
        _print(console, Text("Caveats:", "bold"))
    for caveat in answer.caveats:
        _print(console, Text(f"- {visible(caveat)}"))


def _print(console: Console, text: Text) -> None:
    """Print a paragraph. A terminal gets its words wrapped; elsewhere it is one line, which other programs can read."""
    console.print(text, soft_wrap=not console.is_terminal)


def tables(answer: Answer, width: int) -> list[Table]:
    """The answer as tables of at most `width` columns of a terminal; usually one."""
    columns = [list(map(visible, column)) for column in zip(answer.columns, *answer.rows, strict=True)]
    if not columns:
        return []
    for widths in ([max(map(cell_len, column)) for column in columns], [_width(column) for column in columns]):
        if _total(widths, GAP) <= width:
            return [_table(columns, widths, GAP)]
    columns = [[text.replace(" ± ", "±") for text in column] for column in columns]
    method, *rest = columns
    widths = [*map(_width, rest[:-1]), _width(rest[-1], SEEDS_WIDTH)]
    for gap in (GAP, 1):
        left = width - _total(widths, gap) - gap
        if left >= min(METHOD_WIDTH, _width(method)):
            return [_table(columns, [min(_width(method), left), *widths], gap)]
    label = min(METHOD_WIDTH, _width(method))
    parts = _parts(widths, width - label - GAP)
    return [_table([method, *(rest[n] for n in part)], [label, *(widths[n] for n in part)], GAP) for part in parts]


def _parts(widths: Sequence[int], width: int) -> list[list[int]]:
    """The numbers of the columns, in parts that are at most `width` wide together; a wider column is a part of its own.

    >>> _parts([10, 10, 10], 23)
    [[0, 1], [2]]
    """
    parts: list[list[int]] = [[]]
    for number in range(len(widths)):
        if parts[-1] and _total([widths[n] for n in (*parts[-1], number)], GAP) > width:
            parts.append([])
        parts[-1].append(number)
    return parts


def _total(widths: Sequence[int], gap: int) -> int:
    """Width of a table whose columns have these widths and `gap` spaces between them."""
    return sum(widths) + gap * (len(widths) - 1)


def _width(column: Sequence[str], fold: int | None = None) -> int:
    """Width of a column: of its longest cell, at most `fold`, but at least of each word of its heading.

    >>> _width(["Silhouette (input) ↑", "0.060"]), _width(["Seeds", "2 of 3, 1 failed"], fold=7)
    (10, 7)
    """
    heading, *cells = column
    widest = max(map(cell_len, cells), default=0)
    return max(min(widest, fold or widest), *map(cell_len, _words(heading)))


def _words(heading: str) -> list[str]:
    """The words of a heading. An arrow belongs to the word before it."""
    return heading.replace(" ↑", "\xa0↑").replace(" ↓", "\xa0↓").split(" ")


def _table(columns: Sequence[Sequence[str]], widths: Sequence[int], gap: int) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, gap, 0, 0))
    for number, (column, width) in enumerate(zip(columns, widths, strict=True)):
        lines = textwrap.wrap(" ".join(_words(column[0])), width, break_long_words=False, break_on_hyphens=False)
        heading = Text("\n".join(lines).replace("\xa0", " "), "bold", overflow="fold")
        table.add_column(heading, width=width, justify="right" if number else "left", overflow="fold")
    for label, *texts in zip(*(column[1:] for column in columns), strict=True):
        table.add_row(Text(fold(label, widths[0])), *map(Text, texts))
    return table


def fold(label: str, width: int) -> str:
    """The label of a row in lines of at most `width` columns; it is folded after a space or a mark, if one is near.

    >>> print(fold("sklearn.cluster:DBSCAN (eps=0.5)", 16))
    sklearn.cluster:
    DBSCAN (eps=0.5)
    """
    lines = [""]
    for part in _PARTS.findall(label):
        if lines[-1] and cell_len((lines[-1] + part).rstrip()) > width:
            lines.append("")
        lines[-1] += part
    return "\n".join(line.rstrip() for line in lines)
