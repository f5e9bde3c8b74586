"""Markdown of texts that Markdown, HTML or GitHub would act on."""

import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bench.report.markdown import escape, table, unescape
from bench.text import visible

RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
ACTIVE = st.text(st.sampled_from("ab1 \\`*_{}[]()#+-.!|~<>&$:;=\"'/\n\t\x1b\u202e"), max_size=20)


def literal(text: str) -> str:
    return html.escape(" ".join(visible(text).split()), quote=False)


@given(ACTIVE)
@example("1. x")
@example("# x")
@example("a_b _c_ __d__")
@example("<script>alert(1)</script> &lt; <!-- end demo -->")
@example("[x](http://a.b) ![y](z) ~~s~~")
def test_a_paragraph_shows_the_text_literally(text: str):
    shown = RENDERER.render(escape(text)).strip().replace("&quot;", '"')
    assert shown == (f"<p>{literal(text)}</p>" if literal(text) else "")


@given(ACTIVE)
@example("a|b")
@example("\\|")
def test_a_table_shows_the_text_literally_in_one_cell(text: str):
    shown = RENDERER.render(table(["name", "value"], [[escape(text), "1"]])).replace("&quot;", '"')
    assert re.findall(r"<td.*?>(.*)</td>", shown) == [literal(text), "1"]


@given(ACTIVE)
@example("1. x &lt; \\\\ \\& <")
def test_unescaping_gives_the_text_back(text: str):
    assert unescape(escape(text)) == " ".join(visible(text).split())


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (":tada:", "\\:tada:"),
        ("http://evil.example", "http\\://evil.example"),
        ("www.evil.example", "www\\.evil.example"),
        ("$x$", "\\$x\\$"),
        ("package.module:Class (n_init=1, tol=0.5)", "package.module:Class (n_init=1, tol=0.5)"),
    ],
)
def test_names_of_emoji_addresses_and_formulas_are_plain_text_on_github(text: str, written: str):
    assert escape(text) == written
