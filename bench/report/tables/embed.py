"""Text between two markers of a document, replaced by a program so that no figure is typed by hand."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.errors import UsageError
from bench.report.published_outcomes import read_for_tables
from bench.report.tables.write import summary
from bench.store.files import write_text
from bench.store.store import Store


def embed(store: Store, document: Path, above: Sequence[str] = ()) -> None:
    """Write an experiment's main tables between the markers with its name, with the sentences of `above` at the top.

    Raises UsageError if the document cannot be read or lacks the markers, or if the experiment has no records.
    """
    embed_text(store.name, summary(read_for_tables(store), above), document)


def embed_text(name: str, text: str, document: Path) -> None:
    """Write `text` between the markers with `name`. Raises UsageError if the document lacks them or cannot be read."""
    with _refused(document):
        replace_block(document, name, text)


def check_document(document: Path, name: str) -> None:
    """Raise UsageError if `embed_text` could not write into the document."""
    with _refused(document):
        _parts(document, name)


@contextmanager
def _refused(document: Path) -> Iterator[None]:
    """Turn each error of a document into a UsageError that names it."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise UsageError(f"--into {document}: {error}") from error


def replace_block(document: Path, name: str, content: str) -> None:
    """Replace the text of `document` between `<!-- begin NAME -->` and `<!-- end NAME -->` by `content`.

    Raises ValueError if the document does not have each marker once and in this order, OSError if it cannot be read.
    """
    before, after = _parts(document, name)
    write_text(document, f"{before}<!-- begin {name} -->\n\n{content}\n{after}")


def _parts(document: Path, name: str) -> tuple[str, str]:
    """The text before the first marker, and from the second one on."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    try:
        text = document.read_text(encoding="utf-8")
    except OSError as error:
        raise OSError(f"cannot be read ({error.strerror}).") from error
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ValueError(f"expected one line '{begin}' and, after it, one line '{end}'.")
    return text[: text.index(begin)], text[text.index(end) :]
