"""The parts of which most sections are made: text, a table, a picture, a document."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from markupsafe import Markup

from bench.report.page.markdown_html import as_html
from bench.report.page.pictures import Picture

Mark = Literal["", "best", "own", "good", "bad", "open", "chosen"]
"""The field of a value: `best` of its column, the `own` space of a row, a verdict that is `good`, `bad` or `open`, a
`chosen` value."""


@dataclass(frozen=True)
class Text:
    """A paragraph of plain text."""

    kind: ClassVar[str] = "text"
    text: str


@dataclass(frozen=True)
class Field:
    """One field of a table."""

    text: str
    mark: Mark = ""
    order: float | None = None
    """The number by which rows are sorted; None: there is no number."""
    is_number: bool = True
    """Whether it stands at the right side of its column."""


@dataclass(frozen=True)
class Table:
    """A table whose first column names the rows."""

    kind: ClassVar[str] = "table"
    name: str
    """Part of an address inside the page: letters, digits and `-`. Each table of a page has its own."""
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Field]]
    text: str = ""
    """A sentence below the title."""
    folded: bool = False
    """Whether only the title is seen until the reader opens it."""


@dataclass(frozen=True)
class Shown:
    """A picture that is always shown."""

    kind: ClassVar[str] = "picture"
    picture: Picture


@dataclass(frozen=True)
class Document:
    """A document of the report, folded."""

    kind: ClassVar[str] = "document"
    title: str
    markdown: str

    @property
    def html(self) -> Markup:
        """The document as HTML; see `as_html`."""
        return Markup(as_html(self.markdown))


Block = Text | Table | Shown | Document
