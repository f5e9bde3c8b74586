"""The outcomes of published results, which have no records: made of manifest.json and cells.csv."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from bench.errors import UsageError
from bench.metrics.declarations import all_metrics
from bench.report.csv_rows import Row, read_rows
from bench.report.matched_rows import matched_rows, option_columns
from bench.report.outcomes import Outcome, Outcomes, read
from bench.report.published_record import failure_in, known_attempts, published_record
from bench.report.record_columns import KEEPS_RECONSTRUCTION, PLUGIN_SCORES, RECORD_COLUMNS, MetricOrigin
from bench.report.tables.frames import FIRST, FIRST_METRICS, PHASE
from bench.store.records import Cell, Manifest, PluginScore
from bench.store.store import Store

WRITTEN = "Written from cells.csv, without the records: "
"""The beginning of the sentence in table.md that says what is not known."""
ALWAYS_MISSING = ("the tracebacks", "the training curves")
NEEDED = (
    *(*FIRST, *FIRST_METRICS, "n_clusters", "n_prototypes", "n_parameters", "n_iter"),
    *("device", "precision", "threads", "code_version", "error"),
)
"""The columns that every version of cells.csv has; all that a later version added can be missing."""
ATTEMPTS = ("attempts", "host", "peak_bytes", "peak_gpu_bytes")


def read_for_tables(store: Store) -> Outcomes:
    """The outcomes from the records or, if the folder has only published tables, from its cells.csv.

    Raises UsageError as `read` and `read_published`.
    """
    return read_published(store) if store.is_published_copy() else read(store)


def read_published(store: Store) -> Outcomes:
    """The outcomes in the cells.csv of `store`, in the order of the manifest; its records are not looked for.

    Their records have only what the columns say. `Outcomes.not_known` and `Outcomes.written_from` say what is missing.
    Raises UsageError, one line, if a file is missing or damaged, or if rows and cells do not match.
    """
    manifest = store.manifest()
    if manifest is None:
        raise UsageError(store.unknown())
    path = store.path("cells.csv")
    rows = read_rows(path, NEEDED)
    options = option_columns(path, manifest.cells, rows)
    matched = zip(manifest.cells, matched_rows(path, manifest.cells, rows, options), strict=True)
    columns = set(rows[0].fields) if rows else set()
    outcomes = tuple(_outcome(cell, row, manifest, options) for cell, row in matched)
    not_known = frozenset({*RECORD_COLUMNS, *ATTEMPTS} - (columns - set(options.values())))
    sentence = _sentence(manifest.cells, not_known, _not_shown(columns, options, outcomes))
    return Outcomes(manifest, outcomes, "", sentence, not_known)


def _outcome(cell: Cell, row: Row, manifest: Manifest, options: Mapping[str, str]) -> Outcome:
    if row.text("dataset") != manifest.data.title:
        raise row.wrong("dataset", f"{manifest.data.title!r}, as in manifest.json")
    # An option of an earlier version may have the name of a column of this version.
    own = replace(row, fields={name: text for name, text in row.fields.items() if name not in options.values()})
    scores = {metric.name: value for metric in all_metrics() if (value := own.number(metric.name)) is not None}
    attempts, n_earlier = known_attempts(cell, own, manifest.data.digest)
    if own.text("status") == "ok":
        record = published_record(cell, own, manifest, attempts)
        keeps = own.flag(KEEPS_RECONSTRUCTION)
        return Outcome(cell, record, attempts, scores, _plugin_scores(own), n_earlier, keeps)
    of_fit = ("fit_seconds", "n_prototypes", "n_parameters", "n_iter", "device", "code_version", *scores)
    if filled := [column for column in of_fit if own.text(column)]:
        raise own.wrong(filled[0], "nothing, because the cell has not finished")
    return Outcome(cell, None, attempts, {}, {}, n_earlier)


def _plugin_scores(row: Row) -> dict[str, PluginScore]:
    origins = row.json(PLUGIN_SCORES, dict[str, MetricOrigin]) or {}
    return {
        name: PluginScore(source=each.source, failure=failure_in(each.failure) if each.failure else None)
        for name, each in origins.items()
    }


def _not_shown(columns: Collection[str], options: Mapping[str, str], outcomes: Sequence[Outcome]) -> list[str]:
    """The columns that this program does not know, such as those of a metric whose plug-in is not installed.

    A metric with a known plug-in has a caveat of its own.
    """
    known = {*NEEDED, *ATTEMPTS, *RECORD_COLUMNS, *options.values(), *(metric.name for metric in all_metrics())}
    known |= {name for outcome in outcomes for name in outcome.plugin_scores}
    return sorted(name for name in columns if name not in known and not name.startswith(PHASE))


def _sentence(cells: Sequence[Cell], not_known: Collection[str], not_shown: Sequence[str]) -> str:
    """What a reader of the tables must know about outcomes that were made of cells.csv."""
    lacking = [each for name, each in RECORD_COLUMNS.items() if name in not_known and any(map(each.of, cells))]
    things = [*ALWAYS_MISSING, *dict.fromkeys(each.not_known for each in lacking if each.not_known)]
    sentences = [f"{WRITTEN}{', '.join(things[:-1])} and {things[-1]} are not known."]
    sentences += dict.fromkeys(each.instead for each in lacking if each.instead)
    if not_shown:
        sentences.append(f"Columns of metrics that this program does not know are left out: {', '.join(not_shown)}.")
    return " ".join(sentences)
