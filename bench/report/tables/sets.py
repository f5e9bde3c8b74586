"""The tables over several data sets: sets.md for readers; sets.csv and ranks.csv for programs."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from bench.report.best import rule_of
from bench.report.csv_files import write_csv
from bench.report.friedman import sentences
from bench.report.markdown import Parts, Table, escape, joined, table
from bench.report.numbers import arrow, heading
from bench.report.ranks import Ranking, not_ranked, rankings
from bench.report.sets_tables import RANKS, PlainTable, metric_table, rank_table, seconds_table
from bench.report.sets_view import SetResults, SetsView
from bench.report.tables.facts import facts_block
from bench.report.tables.frames import groups_frame
from bench.report.tables.heading import CAVEATS
from bench.report.tables.latex import write_latex
from bench.store.files import write_text
from bench.store.records import DataSummary
from bench.store.store import Store

EXPLAINED = (
    "Every figure is a mean ± sample standard deviation over seeds. Each data set has a results folder of its own: its "
    "table.md has the machine, the seeds, the caveats, and metrics that are not comparable between methods."
)
RANKED = f"""## Ranks

{RANKS} Means that are printed alike share the mean of their ranks, and a best value that several rows have counts for \
each of them. A row is not ranked on a data set on which seeds failed or are missing, or samples have no cluster. \
Bold: the best mean rank, and every mean rank that the test below the table cannot tell apart from it. A data set is \
one observation of the test; seeds are none."""
LABELS = """## Compared with the true labels

{rule}"""
INPUT = """## In the input space, the same for all methods

{rule} The input space differs between data sets: compare the values of one column. \
The quantization error of every method falls as its number of prototypes grows, so rows are ranked in it only on data \
sets on which all numbers of prototypes are equal."""
SECONDS = """## Seconds of a fit

{rule} A row that found another number of clusters than asked for, or gets no number, is not bold."""


def write_sets_tables(store: Store, view: SetsView, above: Sequence[str] = (), *, latex: bool = False) -> list[Path]:
    """Write all tables over several data sets and return their paths; sets.tex with `latex`, or if it is there.

    `above`: sentences in plain text that a reader must know before the figures; they are at the top of sets.md.
    """
    made, text = rankings(view), sets_document(view, above)
    return [
        write_text(store.path("sets.md"), f"{text}\n"),
        *write_latex(store, "sets.tex", text, " ".join([f"{view.size}.", *above]), latex),
        write_csv(store.path("sets.csv"), sets_frame(view, made)),
        write_csv(store.path("ranks.csv"), ranks_frame(view, made)),
    ]


def render_sets(view: SetsView, above: Sequence[str] = ()) -> str:
    """The text of sets.md."""
    return f"{sets_document(view, above)}\n"


def sets_document(view: SetsView, above: Sequence[str] = ()) -> Parts:
    """The parts of sets.md."""
    made = rankings(view)
    n_cells, n_finished = sum(each.n_cells for each in view.sets), sum(each.n_finished for each in view.sets)
    counts = f"{view.size}, {n_finished} of {n_cells} cells finished. {EXPLAINED}"
    parts = [f"# {escape(view.manifest.name)}", *map(escape, above), counts, "\n".join(map(_set_line, view.sets))]
    parts += facts_block([f"{each.title}: {line}" for each in view.sets for line in each.entry.data.how_read])
    listed = [*not_ranked(view), *(f"{each.title}: {line}" for each in view.sets for line in each.caveats)]
    if listed:
        parts.append("\n".join([CAVEATS, "", *(f"- {escape(line)}" for line in listed)]))
    if made:
        tests = "\n".join(f"- {escape(line)}" for line in sentences(made, view.labels))
        parts += [RANKED, _markdown(rank_table(view, made), left=1), tests]
    rule = rule_of([group for results in view.sets for group in results.groups.values()])
    for title, external in ((LABELS, True), (INPUT, False)):
        shown = [m for m in view.ranked_metrics if (m.kind == "external") == external and _has_value(view, m.name)]
        parts += [title.format(rule=rule)] * bool(shown)
        for metric in shown:
            parts += [
                f"### {escape(heading(metric))}{arrow(metric.higher_is_better)}",
                _markdown(metric_table(view, metric)),
            ]
    return joined([*parts, SECONDS.format(rule=rule), _markdown(seconds_table(view))])


def _set_line(results: SetResults) -> str:
    entry = results.entry
    presets = sorted({row.cells[0].preset or "" for row in entry.rows if row.cells and row.asked.preset is None} - {""})
    asked = sorted({row.cells[0].preset or "" for row in entry.rows if row.cells and row.asked.preset} - {""})
    numbers = sorted({cell.n_clusters for row in entry.rows for cell in row.cells if cell.n_clusters})
    parts = [_size(entry.data)]
    parts += [f"preset {', '.join(presets)} (the default of this data set)"] if presets else []
    parts += [f"preset {', '.join(asked)}"] if asked else []
    parts += [f"{', '.join(map(str, numbers))} clusters"] if numbers else []
    name = f" ({entry.data.title})" if entry.data.title != results.title else ""
    parts += [f"split {entry.data.split}, digest {entry.data.digest[:12]}"]
    parts += [f"{results.n_finished} of {results.n_cells} cells finished"]
    parts += [f"results folder {entry.folder}"]
    return f"- {escape(results.title + name)}: {escape('; '.join(parts))}"


def _size(data: DataSummary) -> str:
    shape = f" ({' × '.join(map(str, data.image_shape))} images)" if data.image_shape else ""
    classes = f"{len(data.class_names)} classes" if data.class_names is not None else "no true labels"
    return f"{data.n_samples:,} samples of {data.n_features:,} features{shape}, {classes}"


def _has_value(view: SetsView, name: str) -> bool:
    return any(group.by_seed(name) for results in view.sets for group in results.groups.values())


def _markdown(plain: PlainTable, left: int = 1) -> Table:
    rows = [
        [
            f"**{escape(text)}**" if (row, column) in plain.best else escape(text) if text else ""
            for column, text in enumerate(texts)
        ]
        for row, texts in enumerate(plain.rows)
    ]
    return table([escape(column) for column in plain.columns], rows, left)


def sets_frame(view: SetsView, made: Sequence[Ranking]) -> pd.DataFrame:
    """One row for each row and data set, as in table.csv, with the rank of each metric on the data set.

    A row that was refused or not run on a data set has no row there.
    """
    frames = []
    for results in view.sets:
        if not results.groups:
            continue
        labels = [label for label in view.labels if label in results.groups]
        frame = groups_frame([results.groups[label] for label in labels], results.entry.data.title)
        frame.insert(0, "set", results.title)
        for each in made:
            ranks = each.ranks[results.title]
            frame[f"{each.metric.name}_rank"] = pd.Series([ranks.get(label) for label in labels], dtype=object)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True).astype(object).where(lambda frame: frame.notna(), None)


def ranks_frame(view: SetsView, made: Sequence[Ranking]) -> pd.DataFrame:
    """One row for each row and metric: the mean rank, on how many data sets it rests, and how many the row has won."""
    columns = ("label", "metric", "mean_rank", "n_sets", "n_sets_ranked", "n_won")
    rows = [
        (label, each.metric.name, each.mean(label), len(each.of(label)), each.n_sets, each.won(label))
        for each in made
        for label in view.labels
    ]
    return pd.DataFrame(rows, columns=list(columns), dtype=object)
