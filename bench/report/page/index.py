"""The page of a results folder: index.html lists its experiments with their answers."""

from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from bench.errors import UsageError
from bench.report.page import PAGE
from bench.report.page.sections import Section, filled
from bench.report.page.shell import render
from bench.store.files import NotRegularError, open_regular, write_text
from bench.store.sets import is_over_all, read_sets
from bench.store.store import Store, experiments, tables_over_all

INDEX = "index.html"
HEAD = 200_000
"""Number of bytes at the start of a page in which its answer is."""
SECTIONS = (
    Section("experiments", "All experiments", "All", "bench.report.page.index:section", "sections/experiments.html"),
)


class _Head(HTMLParser):
    """Reads the sentences of the answer, and the sentence below the title."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[str, list[str]] = {"lead": [], "answer": []}
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a sentence at a paragraph of one of both classes."""
        found = dict(attrs).get("class") or ""
        if tag == "p" and found in self.texts:
            self._open = found
            self.texts[found].append("")

    def handle_endtag(self, tag: str) -> None:
        """End the sentence."""
        if tag == "p":
            self._open = ""

    def handle_data(self, data: str) -> None:
        """Add text to the sentence."""
        if self._open:
            self.texts[self._open][-1] += data


def write_index(results_dir: Path) -> Path:
    """Write index.html of a results folder from the pages of its experiments; return its path.

    An experiment without a page, or one that cannot be read, has a line that says so.
    """
    view = sorted([*experiments(results_dir), *tables_over_all(results_dir)])
    lead = f"{len(view)} experiment{'s' * (len(view) != 1)} in this folder, in the order of their names."
    return write_text(results_dir / INDEX, render("Results", lead, filled(SECTIONS, (results_dir, view))))


def section(view: tuple[Path, list[str]]) -> dict[str, Any]:
    """One entry for each experiment."""
    results_dir, names = view
    return {"experiments": [_entry(results_dir, name) for name in names]}


def _entry(results_dir: Path, name: str) -> Mapping[str, Any]:
    entry: dict[str, Any] = {"name": name, "address": "", "lead": "", "answers": [], "problem": ""}
    try:
        store = Store(results_dir, name, read_only=True)
        if (read_sets(store) if is_over_all(store) else store.manifest()) is None:
            return entry | {"problem": f"It cannot be read: {'; '.join(store.warnings) or 'it has no manifest'}"}
        found = _head(store.path(PAGE))
    except FileNotFoundError:
        return entry | {"problem": f"No page is written yet; python -m bench report {name} writes it."}
    except (UsageError, OSError, NotRegularError) as error:
        return entry | {"problem": f"It cannot be read: {error}"}
    if not found["answer"]:
        return entry | {"problem": f"Its page is damaged; python -m bench report {name} writes it again."}
    return entry | {"address": f"{name}/{PAGE}", "lead": " ".join(found["lead"]), "answers": found["answer"]}


def _head(path: Path) -> dict[str, list[str]]:
    with open_regular(path) as file:
        text = file.read(HEAD).decode("utf-8", "replace")
    parser = _Head()
    parser.feed(text)
    return {name: [" ".join(each.split()) for each in found] for name, found in parser.texts.items()}
