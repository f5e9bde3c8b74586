"""The tables of a document as LaTeX, for a paper: one table for each block, and the rest of the document below them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.report.latex import PREAMBLE, escape, from_markdown, tabular, with_minus
from bench.report.markdown import Parts, Table
from bench.store.files import write_text
from bench.store.store import Store

MOST_ROWS = 45
"""Largest number of rows of a table; more rows would not fit on a page, and have tables of their own."""


@dataclass
class _Block:
    """One table with its heading, and the paragraphs around it."""

    titles: tuple[str, ...]
    """Markdown: the heading, and the heading below it."""
    notes: list[str] = field(default_factory=list)
    """Markdown: the paragraphs below the headings and after the table."""
    table: Table | None = None


def write_latex(store: Store, name: str, text: Parts, origin: str, wanted: bool) -> list[Path]:
    """Write the tables of `text` as the file `name`, if it is wanted or exists: it must not be older than the others.

    Returns its path, or nothing. `origin`: sentences in plain text for each caption.
    """
    path = store.path(name)
    return [write_text(path, render_latex(text, origin, store.name))] if wanted or path.exists() else []


def render_latex(text: Parts, origin: str, name: str) -> str:
    """The tables of a document as LaTeX, to be read with `\\input`.

    The heading of each table is its caption, followed by `origin`, sentences in plain text. `name` is in the labels.
    The paragraphs before the first heading of a table, such as the caveats, follow the tables.
    """
    above, blocks = _blocks(text.parts)
    floats = [
        _float(block, origin, f"tab:{name}-{number}" + f"-{part + 1}" * (n_parts > 1), part, n_parts)
        for number, block in enumerate((block for block in blocks if block.table), start=1)
        if block.table is not None
        for n_parts in [-(-len(block.table.rows) // MOST_ROWS)]
        for part in range(max(1, n_parts))
    ]
    return "\n\n".join([PREAMBLE.rstrip(), *floats, *map(_paragraph, above)]) + "\n"


def _blocks(parts: Sequence[str]) -> tuple[list[str], list[_Block]]:
    """The paragraphs before the first heading of level 2, and the blocks, one for each table."""
    above: list[str] = []
    blocks: list[_Block] = []
    for part in parts:
        if isinstance(part, Table):
            if not blocks or blocks[-1].table is not None:  # several tables have one heading
                blocks.append(_Block(blocks[-1].titles if blocks else ()))
            blocks[-1].table = part
            continue
        for paragraph in part.split("\n\n"):
            if paragraph.startswith("|"):
                raise ValueError("a table was joined as text, without `joined`; LaTeX needs its cells.")
            if paragraph.startswith("## "):
                blocks.append(_Block((paragraph[3:],)))
            elif paragraph.startswith("### "):
                _add_title(blocks, paragraph[4:])
            elif blocks:
                blocks[-1].notes.append(paragraph)
            else:
                above.append(paragraph)
    return above, blocks


def _add_title(blocks: list[_Block], title: str) -> None:
    """Begin a block below the last heading of level 2; its paragraphs stay with the first table below it."""
    heading = blocks[-1].titles[:1]
    if blocks[-1].table is None and len(blocks[-1].titles) == 1:
        blocks[-1].titles = (*heading, title)
    else:
        blocks.append(_Block((*heading, title)))


def _float(block: _Block, origin: str, label: str, part: int, n_parts: int) -> str:
    assert block.table is not None
    title = ": ".join(map(from_markdown, block.titles)) or escape(label)
    count = f" (part {part + 1} of {n_parts})" if n_parts > 1 else ""
    rows = tabular(block.table, part * MOST_ROWS, (part + 1) * MOST_ROWS)
    notes = [rf"\par\smallskip\parbox{{\linewidth}}{{\footnotesize {_paragraph(note)}}}" for note in block.notes]
    return "\n".join(
        [
            r"\begin{table}[htbp]",
            r"\centering\footnotesize",
            rf"\caption[{{{title}{count}}}]{{{title}{count}. {escape(origin)}}}",
            rf"\label{{{label}}}\par\smallskip",
            rows,
            *(notes if part == n_parts - 1 or n_parts == 0 else []),
            r"\end{table}",
        ]
    )


def _paragraph(text: str) -> str:
    """A paragraph, a list or the title of the document, outside of the tables."""
    lines = text.split("\n")
    if all(line.startswith("- ") for line in lines):
        items = [rf"\item {with_minus(from_markdown(line[2:]))}" for line in lines]
        return "\n".join([r"\begin{itemize}", *items, r"\end{itemize}"])
    if text.startswith("# "):
        return rf"\paragraph{{{from_markdown(text[2:])}}}"
    return from_markdown(text)
