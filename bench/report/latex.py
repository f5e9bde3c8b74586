"""LaTeX text and tables, made from the Markdown of this program: it needs the packages booktabs and graphicx."""

import re
from collections.abc import Sequence
from unicodedata import normalize

from bench.report.markdown import Table, unescape

PREAMBLE = r"""% Needs \usepackage{booktabs} and \usepackage{graphicx}.
% A character that pdfLaTeX does not have is printed as its code; LuaLaTeX and XeLaTeX print it if the font has it.
\providecommand{\benchchar}[2]{\ifdefined\Umathchar #1\else\texttt{[#2]}\fi}
"""
_SIGNS = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\textasciigrave{}",
    '"': r"{\char34}",
    **{sign: f"\\{sign}" for sign in "%_&$#{}"},
    "±": r"$\pm$",
    "×": r"$\times$",
    "−": "$-$",
    "↑": r"$\uparrow$",
    "↓": r"$\downarrow$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "‖": r"$\Vert$",
    "λ": r"$\lambda$",
    "γ": r"$\gamma$",
    "χ": r"$\chi$",
    "τ": r"$\tau$",
    "ρ": r"$\rho$",
    "²": r"\textsuperscript{2}",
    "³": r"\textsuperscript{3}",
    "†": r"\dag{}",
    "–": r"\textendash{}",
    "—": r"\textemdash{}",
    "…": r"\ldots{}",
    "’": "'",
    "‘": "`",
    "\N{NO-BREAK SPACE}": "~",
    "°": r"$^\circ$",
    "·": r"$\cdot$",
}
"""Signs that act in LaTeX, and signs for which it has a command."""
_LETTERS = re.compile("[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017e]")
"""Letters of Latin scripts, which LaTeX reads as they are."""
_MARKS = re.compile(r"\\.|&lt;|&amp;|`[^`]+`|\*\*|[^\\&`*]+|.", re.DOTALL)
"""The parts of a line of Markdown: text from outside this program has each other mark behind a backslash."""
_MINUS = re.compile(r"(?<![\w.)])-(?=\d)")


def escape(text: str) -> str:
    r"""Escape `text`, so that LaTeX prints it literally on one line, also where the letters have no command.

    >>> print(escape("50 % of a_b & {c} ± ↑"), escape("--x"))
    50 \% of a\_b \& \{c\} $\pm$ $\uparrow$ -{}-x
    """
    return _apart("".join(map(_sign, normalize("NFC", " ".join(text.split())))))


def _apart(text: str) -> str:
    """Two hyphens, or two apostrophes, would become one sign."""
    return re.sub(r"([-'])(?=\1)", r"\1{}", text)


def _sign(sign: str) -> str:
    if sign in _SIGNS:
        return _SIGNS[sign]
    if sign.isascii() or _LETTERS.match(sign):
        return sign
    return rf"\benchchar{{{sign}}}{{U+{ord(sign):04X}}}"


def from_markdown(text: str) -> str:
    r"""A line of this program's Markdown as LaTeX: bold text and code between backticks stay so.

    >>> print(from_markdown(r"**a\_b** and `c_d` &lt; 5 %"))
    \textbf{a\_b} and \texttt{c\_d} \textless{} 5 \%
    """
    parts, is_bold = [], False
    for part in _MARKS.findall(" ".join(text.split())):
        if part == "**":
            parts.append("}" if is_bold else r"\textbf{")
            is_bold = not is_bold
        elif len(part) > 1 and part.startswith("`"):
            parts.append(rf"\texttt{{{escape(part[1:-1])}}}")
        else:
            parts.append(_kept_spaces(unescape(part)))
    return _apart("".join(parts)) + "}" * is_bold


def _kept_spaces(text: str) -> str:
    """`escape` with the spaces at both ends of the text, which stands between other parts of a line."""
    before, after = " " * text.startswith(" "), " " * text.endswith(" ")
    return f"{before}{escape(text)}{after}" if text.strip() else text


def tabular(table: Table, first: int = 0, last: int | None = None) -> str:
    """The rows `first` to `last`, the latter excluded, of a table; it is made smaller if it is wider than a line."""
    columns = "l" * table.left + "r" * (len(table.header) - table.left)
    lines = [_row(table.header), r"\midrule", *map(_row, table.rows[first:last])]
    body = "\n".join([rf"\begin{{tabular}}{{{columns}}}", r"\toprule", *lines, r"\bottomrule", r"\end{tabular}%"])
    return f"\\resizebox{{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}}{{!}}{{%\n{body}\n}}"


def with_minus(text: str) -> str:
    """LaTeX with the sign of each negative number as a minus sign, not as a hyphen.

    >>> print(with_minus("-0.5 [-0.7, 0.1], 2020-11-29"))
    $-$0.5 [$-$0.7, 0.1], 2020-11-29
    """
    return _MINUS.sub("$-$", text)


def _row(cells: Sequence[str]) -> str:
    texts = [with_minus(from_markdown(cell)) for cell in cells]
    if texts[0].startswith(("[", "*")):  # after the end of a row, LaTeX takes them for an option
        texts[0] = "{}" + texts[0]
    return " & ".join(texts) + r" \\"
