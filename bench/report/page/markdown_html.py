"""Markdown documents of the report as HTML, for the page."""

from markdown_it import MarkdownIt
from markdown_it.token import Token

_ALIGNED = {"text-align:right": "right", "text-align:center": "centre", "text-align:left": "left"}


def as_html(text: str) -> str:
    """The document as HTML. HTML inside it stays text, pictures are left out, and a link keeps only its words.

    A page may have no style attributes, so the alignment of a column is a class.

    >>> as_html("a **b** <script>")
    '<p>a <strong>b</strong> &lt;script&gt;</p>\\n'
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.disable(["image", "link", "autolink", "html_inline", "html_block"])
    tokens = parser.parse(text)
    for token in tokens:
        _without_styles(token)
    html: str = parser.renderer.render(tokens, parser.options, {})
    return html


def _without_styles(token: Token) -> None:
    style = token.attrGet("style")
    if isinstance(style, str):
        del token.attrs["style"]
        token.attrSet("class", _ALIGNED.get(style, "left"))
