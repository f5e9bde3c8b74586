"""An answer as plain text and as HTML. Both show every fact and every caveat."""

from collections.abc import Sequence
from html import escape

from rich.cells import cell_len

from bench.report.answer import Answer
from bench.text import visible

_NUMBERS = "text-align: right; white-space: nowrap"
_NAMES = "text-align: left"


def as_text(answer: Answer) -> str:
    """The answer as lines of plain text.

    >>> print(as_text(Answer("demo", ("Method", "ARI"), (("som", "0.5"), ("k-means", "0.25")), ("A caveat.",))))
    demo
    Method    ARI
    som       0.5
    k-means  0.25
    Caveats:
    - A caveat.
    """
    rows = [[visible(text) for text in row] for row in (answer.columns, *answer.rows)]
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    lines = [visible(answer.title), *map(visible, answer.above)]
    for first, *others in rows:
        padded = [" " * (width - cell_len(text)) + text for text, width in zip(others, widths[1:], strict=True)]
        lines.append("  ".join([first + " " * (widths[0] - cell_len(first)), *padded]).rstrip())
    lines += map(visible, answer.facts)
    if answer.caveats:
        lines += ["Caveats:", *(f"- {visible(caveat)}" for caveat in answer.caveats)]
    return "\n".join(lines)


def as_html(answer: Answer, sentences: Sequence[str] = ()) -> str:
    """The answer as HTML without colours of its own, for light and dark pages; `sentences` stand below its title.

    >>> html = as_html(Answer("a & b", ("Method",), (("<som>",),), ("A caveat.",)))
    >>> "a &amp; b" in html, "&lt;som&gt;" in html, "<li>A caveat.</li>" in html
    (True, True, True)
    """
    head = "".join(_cell("th", number, text) for number, text in enumerate(answer.columns))
    body = "".join(
        f"<tr>{''.join(_cell('td', number, text) for number, text in enumerate(row))}</tr>" for row in answer.rows
    )
    said = "".join(f"<p><em>{_escaped(text)}</em></p>" for text in sentences)
    above = "".join(f"<p>{_escaped(text)}</p>" for text in answer.above)
    facts = "".join(f"<p>{_escaped(text)}</p>" for text in answer.facts)
    caveats = "".join(f"<li>{_escaped(text)}</li>" for text in answer.caveats)
    return (
        f"<div><p><strong>{_escaped(answer.title)}</strong></p>{said}{above}"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{facts}"
        + (f"<p>Caveats:</p><ul>{caveats}</ul>" if caveats else "")
        + "</div>"
    )


def _cell(tag: str, number: int, text: str) -> str:
    return f'<{tag} style="{_NUMBERS if number else _NAMES}">{_escaped(text)}</{tag}>'


def _escaped(text: str) -> str:
    return escape(visible(text))
