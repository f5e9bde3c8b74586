"""LaTeX prints every text literally: no sign of a name acts."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.report import markdown
from bench.report.latex import escape, from_markdown, tabular
from bench.text import visible

HOSTILE = {
    "%": r"\%",
    "_": r"\_",
    "&": r"\&",
    "$": r"\$",
    "#": r"\#",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"{\char34}",
    "`": r"\textasciigrave{}",
}
TEXTS = [
    *HOSTILE,
    r"\input{/etc/passwd}",
    r"\\ \hline & %",
    "a--b",
    "it''s",
    "λ 猫 é ±",
    "[x] *y*",
    "$x$",
    r"\benchchar{",
]


@pytest.mark.parametrize(("sign", "escaped"), HOSTILE.items())
def test_a_sign_that_acts_in_latex_is_escaped(sign: str, escaped: str):
    assert escape(f"a{sign}b") == f"a{escaped}b"


def test_signs_do_not_join():
    assert escape("a---b") == "a-{}-{}-b"
    assert escape("it''s") == "it'{}'s"
    assert from_markdown("-*-**-**") == "-*-\\textbf{-}"


def test_letters_of_europe_stay_and_others_have_their_code_for_pdflatex():
    assert escape("Čebyšev é ß") == "Čebyšev é ß"
    assert escape("é") == "é", "a combining accent and its letter become one letter"
    assert escape("猫") == r"\benchchar{猫}{U+732B}"
    assert escape("λ ≤ 2 ± 1") == r"$\lambda$ $\leq$ 2 $\pm$ 1"


OURS = re.compile(
    r"\\benchchar\{.\}\{U\+[0-9A-F]+\}|\\[%_&$#{}]|\\[A-Za-z]+(?:\{\}|\{[23]\}|34)?"
    r"|\$(?:\\[A-Za-z]+|-|\^\\circ)\$|\{\\char34\}|\{\}",
    re.DOTALL,
)
"""What `escape` may write in place of a sign."""


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_sign_acts_in_any_text(text: str):
    left = OURS.sub("", escape(visible(text)).replace("{\\char34}", ""))
    assert not set(left) & set('\\%_&$#^{}<>|"`\n')


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(TEXTS))
def test_a_name_in_a_table_is_printed_as_it_is_without_the_way_through_markdown(text: str):
    shown = " ".join(visible(text).split())
    assert from_markdown(markdown.escape(text)) == escape(shown)
    assert from_markdown(f"**{markdown.escape(text)}**") == rf"\textbf{{{escape(shown)}}}"


def test_a_table_has_the_lines_of_booktabs_and_its_bold_values():
    made = markdown.table(["Method", "ARI ↑"], [["a_b", "**0.9 ± 0.1**"], ["[c]", "-0.2"]])
    assert tabular(made).splitlines()[1:-1] == [
        r"\begin{tabular}{lr}", r"\toprule", r"Method & ARI $\uparrow$ \\", r"\midrule",
        r"a\_b & \textbf{0.9 $\pm$ 0.1} \\", r"{}[c] & $-$0.2 \\", r"\bottomrule", r"\end{tabular}%",
    ]  # fmt: skip
