"""Puts an experiment's main tables between two markers of a document, so that no figure in it is typed by hand."""

import re
from pathlib import Path

from bench.errors import UsageError
from bench.report.outcomes import read
from bench.report.tables import summary
from bench.store import Store, atomic_write


def embed(store: Store, document: Path) -> None:
    """Replace what stands in `document` between `<!-- begin NAME -->` and `<!-- end NAME -->`.

    Raises UsageError if the document or its markers are not there, or the experiment has no manifest.
    """
    begin, end = f"<!-- begin {store.name} -->", f"<!-- end {store.name} -->"
    try:
        text = document.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--into {document}: cannot be read ({error.strerror}).") from error
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise UsageError(f"--into {document}: expected one line '{begin}' and, after it, one line '{end}'.")
    pattern = re.compile(f"{re.escape(begin)}.*{re.escape(end)}", re.DOTALL)
    block = f"{begin}\n\n{summary(read(store))}\n{end}"
    atomic_write(document, lambda file: file.write(pattern.sub(lambda _: block, text).encode()))
