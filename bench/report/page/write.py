"""Writes the page of an experiment: report.html."""

from collections.abc import Sequence
from pathlib import Path

from bench.report.outcomes import Outcomes
from bench.report.page import PAGE, SHOWS_SAMPLES
from bench.report.page.charts import colours_of_rows
from bench.report.page.sections import SECTIONS, filled
from bench.report.page.shell import render
from bench.report.page.view import PageView
from bench.report.published_outcomes import read_for_tables
from bench.store.files import write_text
from bench.store.records import DataSummary
from bench.store.store import Store

_HEAD = 4000
"""Number of bytes at the start of a page in which the mark of samples stands."""


def write_page(store: Store, above: Sequence[str] = ()) -> Path:
    """Write report.html from the records, or from a published cells.csv; return its path.

    `above`: sentences in plain text that a reader must know before the figures.
    Raises UsageError as `read_for_tables`.
    """
    return write_text(store.path(PAGE), page(store, read_for_tables(store), above))


def shows_samples(store: Store) -> bool:
    """Whether the experiment has a page that shows samples."""
    path = store.path(PAGE)
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return SHOWS_SAMPLES.encode() in file.read(_HEAD)


def page(store: Store, outcomes: Outcomes, above: Sequence[str] = ()) -> str:
    """The page as text."""
    view = PageView(store, outcomes, above)
    fits = "fit" if len(outcomes.all) == 1 else "fits"
    lead = f"{_about(outcomes.manifest.data)} {len(outcomes.ok)} of {len(outcomes.all)} {fits} finished."
    return render(outcomes.manifest.name, lead, filled(SECTIONS, view), colours_of_rows(view.groups))


def _about(data: DataSummary) -> str:
    classes = "" if data.class_names is None else f", {len(data.class_names)} classes"
    return f"{data.title}: {data.n_samples:,} samples, {data.n_features:,} features{classes}."
