"""Puts a text between two markers of a document, so that no figure in it is typed by hand."""

import re
from pathlib import Path

from bench.errors import UsageError
from bench.report.results import read
from bench.report.tables.write import summary
from bench.store.files import write_text
from bench.store.store import Store


def embed(store: Store, document: Path) -> None:
    """Put an experiment's main tables between the markers of its name.

    Raises UsageError if the document or its markers are not there, or the experiment has no manifest.
    """
    tables = summary(read(store))
    try:
        replace_block(document, store.name, tables)
    except (OSError, ValueError) as error:
        raise UsageError(f"--into {document}: {error}") from error


def replace_block(document: Path, name: str, content: str) -> None:
    """Replace what stands in `document` between `<!-- begin NAME -->` and `<!-- end NAME -->`.

    Raises ValueError if it has no such markers, OSError if it cannot be read.
    """
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    try:
        text = document.read_text(encoding="utf-8")
    except OSError as error:
        raise OSError(f"cannot be read ({error.strerror}).") from error
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ValueError(f"expected one line '{begin}' and, after it, one line '{end}'.")
    pattern = re.compile(f"{re.escape(begin)}.*{re.escape(end)}", re.DOTALL)
    block = f"{begin}\n\n{content}\n{end}"
    write_text(document, pattern.sub(lambda _: block, text))
