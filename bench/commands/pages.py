"""The pages for a browser: report.html of an experiment, and index.html of the results folder."""

import os
import sys
import webbrowser
from collections.abc import Callable

from rich.console import Console

from bench.commands.ending import notes_above, sets_notes_above
from bench.console.progress import print_line
from bench.report.page import PAGE
from bench.report.sets_view import SetsView
from bench.store.store import Store


def write_pages(store: Store) -> None:
    """Write report.html of the experiment, and index.html of the results folder.

    A page that cannot be written is one line in the warnings of the store: the tables are there without it. A published
    page that shows samples is kept, because a published folder does not have them.
    """
    from bench.report.page.write import shows_samples, write_page  # slow to import

    if store.is_published_copy() and shows_samples(store):
        store.warn(f"{store.path(PAGE)} stays as it is: it shows samples, which are not in a published folder.")
    else:
        _attempt(store, PAGE, lambda: write_page(store, notes_above(store)))
    _write_index(store)


def write_sets_pages(store: Store, view: SetsView) -> None:
    """As `write_pages`, for a table over several data sets."""
    from bench.report.page.sets import write_sets_page  # slow to import

    _attempt(store, PAGE, lambda: write_sets_page(store, view, sets_notes_above(view.manifest)))
    _write_index(store)


def open_page(store: Store, console: Console) -> None:
    """Open report.html in the browser. One line says so if there is no page, no display or no browser."""
    path = store.path(PAGE)
    if not path.exists():
        print_line(console, f"--open: there is no {path}.")
    elif not _has_display():
        print_line(console, f"--open: there is no display here; open {path} in a browser.")
    elif not _opened(path.resolve().as_uri()):
        print_line(console, f"--open: no browser is found; open {path} in one.")


def _opened(address: str) -> bool:
    try:
        return webbrowser.open(address)
    except (webbrowser.Error, OSError):
        return False


def _has_display() -> bool:
    """Whether a browser can have a window: without a display, `webbrowser` would start one inside the terminal."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in names)


def _write_index(store: Store) -> None:
    from bench.report.page.index import INDEX, write_index  # slow to import

    _attempt(store, f"../{INDEX}", lambda: write_index(store.results_dir))


def _attempt(store: Store, name: str, write: Callable[[], object]) -> None:
    """Call `write`. An error, such as one that a strange name causes, must not lose the tables."""
    try:
        write()
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split()).rstrip(".")
        store.warn(f"{store.path(name)} cannot be written ({reason}); the tables are not affected.")
