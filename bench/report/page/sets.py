"""The page of a table over several data sets: report.html of its folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from bench.report.friedman import sentences
from bench.report.numbers import arrow, heading
from bench.report.page.blocks import Block, Document, Field, Shown, Table, Text
from bench.report.page.csv_table import number_or_none
from bench.report.page.pictures import pictures
from bench.report.page.sections import SETS_SECTIONS, filled
from bench.report.page.shell import render
from bench.report.ranks import Ranking, not_ranked, rankings
from bench.report.sets_tables import RANKS, PlainTable, metric_table, rank_table, seconds_table
from bench.report.sets_view import SetResults, SetsView
from bench.report.tables.sets import render_sets
from bench.store.files import write_text
from bench.store.store import Store

PAGE = "report.html"
FIRST = ("accuracy", "silhouette_input")
"""The metrics whose ranks are the answer; the first that ranks rows."""


@dataclass(frozen=True)
class SetsPageView:
    """The results on several data sets, and the sentences that stand above their figures."""

    store: Store
    sets: SetsView
    above: Sequence[str] = ()

    @cached_property
    def rankings(self) -> list[Ranking]:
        """The ranks of all rows, one ranking for each metric."""
        return rankings(self.sets)


def write_sets_page(store: Store, sets: SetsView, above: Sequence[str] = ()) -> Path:
    """Write report.html of a table over several data sets; return its path."""
    view = SetsPageView(store, sets, above)
    lead = f"{sets.size}: {', '.join(each.title for each in sets.sets)}."
    return write_text(store.path(PAGE), render(sets.manifest.name, lead, filled(SETS_SECTIONS, view)))


def answer_section(view: SetsPageView) -> dict[str, Any]:
    """The mean ranks of the rows in the first metric, with the test; and all caveats."""
    listed = [*not_ranked(view.sets), *(f"{each.title}: {line}" for each in view.sets.sets for line in each.caveats)]
    return {"answers": _answers(view), "caveats": [*view.above, *listed]}


def _answers(view: SetsPageView) -> list[str]:
    by_name = {each.metric.name: each for each in view.rankings}
    first = next((by_name[name] for name in FIRST if name in by_name), None)
    if first is None:
        return []
    means = {label: mean for label in view.sets.labels if (mean := first.mean(label)) is not None}
    ordered = sorted(means, key=lambda label: means[label])
    text = ", ".join(f"{label} {means[label]:.2f}" for label in ordered)
    ranks = f"Mean ranks in {heading(first.metric)} over {first.n_sets} data sets, 1 is best: {text}."
    return [" ".join([ranks, *sentences([first], view.sets.labels)])]


def ranks_section(view: SetsPageView) -> dict[str, Any] | None:
    """The ranks in every metric, their figures and their tests; None if no metric ranks rows."""
    if not view.rankings:
        return None
    found = pictures(view.store)
    shown = [Shown(found[name]) for name in ("critical-difference", "ranks") if name in found]
    tests = [Text(sentence) for sentence in sentences(view.rankings, view.sets.labels)]
    table = _table("mean-ranks", "Mean ranks", rank_table(view.sets, view.rankings))
    return {"blocks": [Text(RANKS), table, *tests, *shown]}


def sets_section(view: SetsPageView) -> dict[str, Any]:
    """One line for each data set, with the address of its page."""
    return {"sets": [_line(view, each) for each in view.sets.sets]}


def _line(view: SetsPageView, results: SetResults) -> dict[str, str]:
    folder = results.entry.folder
    has_page = view.sets.results_dir.joinpath(folder, PAGE).exists()
    text = f"{results.entry.data.n_samples:,} samples, {results.n_finished} of {results.n_cells} fits finished."
    return {"title": results.title, "address": f"../{folder}/{PAGE}" if has_page else "", "text": text}


def tables_section(view: SetsPageView) -> dict[str, Any]:
    """One table for each metric that ranks rows, and one for the seconds."""
    blocks: list[Block] = [
        _table(
            f"set-{each.metric.name.replace('_', '-')}",
            f"{heading(each.metric)}{arrow(each.metric.higher_is_better)}",
            metric_table(view.sets, each.metric),
        )
        for each in view.rankings
    ]
    return {"blocks": [*blocks, _table("set-seconds", "Seconds of a fit", seconds_table(view.sets))]}


def provenance_section(view: SetsPageView) -> dict[str, Any]:
    """The commands, how the data were read, and the digest of each data set."""
    facts = [f"{each.title}: {line}" for each in view.sets.sets for line in each.entry.data.how_read]
    names = [
        (each.title, [f"{each.entry.data.title}, split {each.entry.data.split}", f"digest {each.entry.data.digest}"])
        for each in view.sets.sets
    ]
    return {"commands": view.sets.manifest.commands, "facts": facts, "provenance": names}


def documents_section(view: SetsPageView) -> dict[str, Any]:
    """All tables as sets.md has them."""
    return {"blocks": [Document("All tables, as in sets.md", render_sets(view.sets, view.above))]}


def _table(name: str, title: str, plain: PlainTable) -> Table:
    rows = [
        [
            Field(text, "best" if (row, column) in plain.best else "", _order(text), is_number=column > 0)
            for column, text in enumerate(texts)
        ]
        for row, texts in enumerate(plain.rows)
    ]
    return Table(name, title, plain.columns, rows)


def _order(text: str) -> float | None:
    """The number at the start of a field, for sorting."""
    return number_or_none(text.split(" ")[0].replace(",", "")) if text else None
