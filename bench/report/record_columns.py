"""The last columns of cells.csv: those that tables are written from again, where the records are not published."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import msgspec

from bench.report.groups import DEC
from bench.report.outcomes import Outcome, one_line
from bench.store.records import Cell, PluginScore, Record

MAX_CHARACTERS = 30_000
"""Longest list of warnings in one field; spreadsheets cut longer fields, and some readers refuse them."""
_ROOM = 100
"""Characters for the brackets, and for the text that counts the others."""
WARNINGS, PLUGIN_SCORES, PRETRAINED, CERTAINTY = "warnings", "plugin_scores", "pretrained", "certainty"
KEEPS_RECONSTRUCTION = "keeps_reconstruction"


@dataclass(frozen=True)
class RecordColumn:
    """One column: its value of a cell, and what is not known where a cells.csv of an earlier version lacks it."""

    value: Callable[[Outcome], object]
    not_known: str = ""
    """Several columns may share these words. Empty if the tables do not need the column."""
    instead: str = ""
    """A sentence about what the tables show instead."""
    of: Callable[[Cell], bool] = lambda cell: True
    """Whether the column says anything of a cell."""


class MetricOrigin(msgspec.Struct, frozen=True, omit_defaults=True):
    """A metric of a plug-in in the column `plugin_scores`, which has them as JSON by name."""

    source: str
    failure: str = ""
    """One line; empty if the metric has not failed."""


def _of_record(value: Callable[[Record], object]) -> Callable[[Outcome], object]:
    return lambda outcome: None if outcome.record is None else value(outcome.record)


def warnings_field(warnings: Sequence[str]) -> str | None:
    """A list of warnings as JSON, in at most `MAX_CHARACTERS`; the last text then counts those that are left out.

    None for an empty list: most fits have none.

    >>> warnings_field(["W: a, b", "W: c"])
    '["W: a, b","W: c"]'
    """
    if not warnings:
        return None
    kept, n_characters = 0, _ROOM
    for text in warnings:
        n_characters += len(msgspec.json.encode(text).decode()) + 1
        if n_characters > MAX_CHARACTERS:
            break
        kept += 1
    n_others = len(warnings) - kept
    more = [f"and {n_others} more: the records have all of them."] if n_others else []
    return msgspec.json.encode([*warnings[:kept], *more]).decode()


def _plugin_scores_field(scores: Mapping[str, PluginScore]) -> str | None:
    origins = {
        name: MetricOrigin(each.source, "" if each.failure is None else one_line(each.failure))
        for name, each in scores.items()
    }
    return msgspec.json.encode(origins).decode() if origins else None


def _certainty_field(record: Record) -> str | None:
    return msgspec.json.encode(record.certainty).decode() if record.certainty else None


def _grid(record: Record) -> str | None:
    return None if record.grid_shape is None else "x".join(map(str, record.grid_shape))


_MACHINE = (
    "the processor, the GPU and the commit of each fit",
    "The processor, the GPU and the commit are those of the last run.",
)
_SEEDS = "whether the seeds reach a method", "A ± of 0 may mean that the seeds do not reach a method."
_PLUGINS = "the plug-ins of methods and metrics"

RECORD_COLUMNS: Mapping[str, RecordColumn] = MappingProxyType(
    {
        "key": RecordColumn(lambda outcome: outcome.cell.key),
        "last_ending": RecordColumn(
            lambda outcome: outcome.attempts[-1].ending if outcome.attempts else None,
            "whether a finished cell failed when it was run again",
        ),
        "processor": RecordColumn(_of_record(lambda record: record.environment.processor), *_MACHINE),
        "accelerator": RecordColumn(_of_record(lambda record: record.environment.accelerator), *_MACHINE),
        "commit": RecordColumn(_of_record(lambda record: record.environment.commit), *_MACHINE),
        "data_digest": RecordColumn(
            _of_record(lambda record: record.data_digest), "whether every cell ran on these data"
        ),
        "takes_seed": RecordColumn(_of_record(lambda record: record.takes_seed), *_SEEDS),
        "arrays_digest": RecordColumn(_of_record(lambda record: record.arrays_digest), *_SEEDS),
        PRETRAINED: RecordColumn(
            _of_record(lambda record: record.pretrained),
            "which fits start from the same pretrained autoencoder",
            "Each fit counts as one with an autoencoder of its own.",
            of=lambda cell: cell.preset is not None,
        ),
        "grid_shape": RecordColumn(_of_record(_grid)),
        "count_option": RecordColumn(
            _of_record(lambda record: record.count_option),
            "the option by which a class gets the number of clusters",
            of=lambda cell: cell.is_third_party,
        ),
        "plugin": RecordColumn(_of_record(lambda record: record.plugin or None), _PLUGINS),
        PLUGIN_SCORES: RecordColumn(lambda outcome: _plugin_scores_field(outcome.plugin_scores), _PLUGINS),
        KEEPS_RECONSTRUCTION: RecordColumn(
            lambda outcome: outcome.keeps_reconstruction if outcome.cell.implementation == DEC else None,
            "whether the loss of DEC keeps the reconstruction (IDEC)",
            of=lambda cell: cell.implementation == DEC,
        ),
        CERTAINTY: RecordColumn(_of_record(_certainty_field)),
        WARNINGS: RecordColumn(_of_record(lambda record: warnings_field(record.warnings)), "the warnings of the fits"),
    }
)
"""By name, in their order. `takes_seed` is empty where it is not known. A digest is 64 hexadecimal digits, `grid_shape`
is `ROWSxCOLUMNS`, `certainty` is a JSON object of numbers, and `warnings` is a JSON list of texts; both are empty where
there are none."""


def record_values(outcome: Outcome) -> dict[str, object]:
    """The last fields of the row of a cell."""
    return {name: column.value(outcome) for name, column in RECORD_COLUMNS.items()}
