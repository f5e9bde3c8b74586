"""The answer of a results folder: from its records or, if it has none, from its published tables."""

import csv
import io
import re
from collections.abc import Sequence
from math import isfinite
from pathlib import Path

import pandas as pd

from bench.errors import UsageError
from bench.metrics.declarations import all_metrics
from bench.report.answer import SECONDS, Answer, answer
from bench.report.conclusion import conclusions
from bench.report.csv_rows import damaged
from bench.report.groups import group
from bench.report.markdown import unescape
from bench.report.outcomes import read
from bench.report.published_outcomes import WRITTEN
from bench.report.tables.caveats import caveats
from bench.report.tables.facts import data_facts
from bench.report.tables.frames import groups_frame
from bench.report.tables.heading import CAVEATS
from bench.report.tables.improvements import improvements_frame
from bench.store.files import read_file
from bench.store.records import Manifest
from bench.store.store import Store

FOLDS = "Every figure of a cross-validation is measured on samples that the fit did not see; its seeds are the folds."

_NUMBERS = re.compile(r"^n_(seeds|ok|failed|missing|clusters)$|_(mean|sd|n)$")
"""The columns of table.csv that are numbers, as far as the answer reads them."""


def stored_answer(
    store: Store,
    above: Sequence[str] = (),
    *,
    metrics: Sequence[str] = (),
    sort: str | None = None,
    wide: bool = False,
) -> Answer:
    """The answer of the experiment in `store`; `metrics`, `sort` and `wide` as in `answer`.

    `above`: caveats of all figures in plain text. The notes of the manifest stand before them. Raises UsageError if
    there is no such experiment, if the folder has neither records nor a table.csv, or if its published tables cannot be
    read; KeyError if the name of a metric is unknown.
    """
    manifest = store.manifest()
    if manifest is None:
        raise UsageError(store.unknown())
    if store.is_published_copy():
        frame, listed = _published_frame(store.path("table.csv")), published_caveats(store.path("table.md"))
        listed += _unknown_metrics(frame)
        concluded = _published_conclusions(store.path("improvements.csv"))
        written_from = _written_from(store.path("table.md"))
    else:
        outcomes = read(store)
        groups = group(outcomes.all)
        frame, listed = groups_frame(groups, manifest.data.title), caveats(outcomes, groups)
        concluded = conclusions(improvements_frame(groups, manifest.data.title))
        written_from = []
    if any(cell.folds is not None for cell in manifest.cells):
        concluded = []  # a search compares points of one method; its folds are no seeds
    return answer(
        frame,
        title(manifest),
        listed,
        above=[*manifest.notes, *above],
        facts=[*concluded, *facts(manifest), *written_from],
        labelled=manifest.data.class_names is not None,
        metrics=metrics,
        sort=sort,
        wide=wide,
    )


def facts(manifest: Manifest) -> list[str]:
    """How the data of an experiment were read, and what its figures are measured on, one line each."""
    folds = [FOLDS] if any(cell.folds is not None for cell in manifest.cells) else []
    return [*data_facts(manifest.data), *folds]


def title(manifest: Manifest) -> str:
    """The experiment, its data set and the number of samples."""
    data = manifest.data
    named = data.title if data.title == manifest.name else f"{manifest.name}: {data.title}"
    return f"{named}, {data.n_samples:,} samples"


def _published_frame(path: Path) -> pd.DataFrame:
    """A table.csv as text: a label such as `NA` stays a label, and an empty field is empty."""
    frame = _rows(path)
    if frame.empty:
        raise damaged(path, "it has no rows")
    for name in map(str, frame):
        if _NUMBERS.search(name):
            _check_numbers(frame, name, path)
    return frame


def _published_conclusions(path: Path) -> list[str]:
    """The conclusions of an improvements.csv; none if there is no such file."""
    if not path.exists():
        return []
    frame = _rows(path)
    for name in ("difference", "low", "high"):
        if name in frame:
            _check_numbers(frame, name, path)
    return conclusions(frame)


def _rows(path: Path) -> pd.DataFrame:
    """The rows of a CSV file as text. Empty if it has none."""
    try:
        reader = csv.DictReader(io.StringIO(_text(path), newline=""), strict=True)
        rows = list(reader)
        if any(None in row or None in row.values() for row in rows) or "label" not in (reader.fieldnames or ()):
            raise ValueError("it is not a table with the column 'label'")
    except (ValueError, csv.Error) as error:
        raise damaged(path, str(error)) from None
    return pd.DataFrame(rows, columns=list(reader.fieldnames or ()), dtype=object)


def _check_numbers(frame: pd.DataFrame, name: str, path: Path) -> None:
    """Raise UsageError if a column has a value that is not a finite number."""
    try:
        are_finite = all(isfinite(float(value or 0)) for value in frame[name])
    except ValueError as error:
        raise damaged(path, str(error)) from None
    if not are_finite:
        raise damaged(path, f"its column '{name}' has a number that is not finite")


def _unknown_metrics(frame: pd.DataFrame) -> list[str]:
    """One line if a table.csv has metrics that this program does not know, such as those of a plug-in."""
    known = {metric.name for metric in all_metrics()}
    stems = [match[1] for column in frame if (match := re.fullmatch(r"(.+)_mean", str(column)))]
    metrics = [stem for stem in stems if f"{stem}_sd" in frame and stem != SECONDS and not stem.startswith("seconds_")]
    unknown = [name for name in metrics if name not in known]
    return [f"Not shown, because no installed plug-in has them: {', '.join(unknown)}."] if unknown else []


def published_caveats(path: Path) -> list[str]:
    """The caveats in a table.md, as plain text."""
    _, found, rest = _text(path).partition(f"\n{CAVEATS}\n\n")
    block = rest.partition("\n\n")[0] if found else ""
    return [unescape(line.removeprefix("- ")) for line in block.splitlines()]


def _written_from(path: Path) -> list[str]:
    """The paragraph of a table.md that was written without the records; it says what is not known."""
    return [unescape(line) for line in _text(path).splitlines() if line.startswith(WRITTEN)]


def _text(path: Path) -> str:
    try:
        return read_file(path).decode()
    except FileNotFoundError:
        raise UsageError(
            f"{path} does not exist, and {path.parent} has no records either; expected one of them."
        ) from None
    except UnicodeDecodeError as error:
        raise damaged(path, str(error)) from None
