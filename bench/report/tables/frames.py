"""The results as pandas frames: one row per cell (cells.csv) or one row per group (table.csv)."""

from collections.abc import Sequence

import pandas as pd

from bench.metrics.declarations import all_metrics
from bench.report.groups import Group
from bench.report.numbers import number_range
from bench.report.outcomes import Outcome
from bench.report.record_columns import record_values
from bench.statistics.summary import Summary
from bench.store.records import Cell

FIRST = ("method", "dataset", "preset", "seed", "latent_dim", "status", "fit_seconds")
FIRST_METRICS = (
    *("accuracy", "ari", "nmi", "silhouette_own", "silhouette_input", "davies_bouldin_own", "davies_bouldin_input"),
    *("calinski_harabasz_own", "calinski_harabasz_input", "quantization_error", "kl_divergence"),
)
"""The metrics that come first in cells.csv; the others follow in the order of their declaration."""
PHASE, PARAM = "seconds_", "param_"
"""Beginnings of the columns of phases, and of parameters that have the name of another column."""


def cells_frame(outcomes: Sequence[Outcome], dataset: str) -> pd.DataFrame:
    """One row per cell, in the order of the manifest; a value that is not defined is None."""
    rows = [_cell_row(outcome, dataset, phases(outcomes)) for outcome in outcomes]
    return frame(rows, [outcome.cell for outcome in outcomes], [record_values(outcome) for outcome in outcomes])


def groups_frame(groups: Sequence[Group], dataset: str) -> pd.DataFrame:
    """One row per group: mean, sample standard deviation and number of values of each metric."""
    outcomes = [outcome for group in groups for outcome in group.outcomes]
    rows = [_group_row(group, dataset, phases(outcomes)) for group in groups]
    return frame(rows, [group.cell for group in groups])


def frame(
    rows: Sequence[dict[str, object]], cells: Sequence[Cell], last: Sequence[dict[str, object]] = ()
) -> pd.DataFrame:
    """A frame of `rows`, then a column for each parameter that `--param` set for any of the `cells`, then `last`.

    `rows`, `cells` and, unless it is empty, `last` have the same length: each row belongs to the cell at its position.
    If another column has the name of a parameter, the column of the parameter has the prefix `PARAM`.
    """
    ends = last or [{}] * len(rows)
    taken = {name for row in (*rows, *ends) for name in row}
    params = dict.fromkeys(name for cell in cells for name in cell.params)
    columns = {name: f"{PARAM}{name}" if name in taken else name for name in params}
    full = [
        row | {columns[name]: cell.params.get(name) for name in params} | end
        for row, cell, end in zip(rows, cells, ends, strict=True)
    ]
    # dtype=object: otherwise pandas writes integers as floats in a column with an empty field.
    return pd.DataFrame(full, dtype=object)


def phases(outcomes: Sequence[Outcome]) -> list[str]:
    """Names of the phases of all fits, in order of appearance."""
    return list(dict.fromkeys(phase for o in outcomes if o.record for phase in o.record.phase_seconds))


def _cell_row(outcome: Outcome, dataset: str, phase_names: Sequence[str]) -> dict[str, object]:
    cell, record = outcome.cell, outcome.record
    fit_seconds = record.fit_seconds if record else None
    values = (cell.method, dataset, cell.preset, cell.seed, cell.latent_dim, outcome.status, fit_seconds)
    row: dict[str, object] = dict(zip(FIRST, values, strict=True))
    names = (*FIRST_METRICS, *(m.name for m in all_metrics() if m.name not in FIRST_METRICS))
    row |= {name: outcome.scores.get(name) for name in names} | {"n_clusters": cell.n_clusters}
    row["n_prototypes"] = record and record.n_prototypes
    row["n_parameters"] = record and record.n_parameters
    row["n_iter"] = record and record.n_iter
    row |= {f"{PHASE}{phase}": record and record.phase_seconds.get(phase) for phase in phase_names}
    row["device"] = record and record.device
    row["precision"] = record and record.precision
    row["threads"] = record and record.environment.threads
    row["code_version"] = record and record.code_version
    row["attempts"] = outcome.n_attempts
    attempt = outcome.attempt
    row["host"] = attempt and attempt.host
    row["peak_bytes"] = attempt and attempt.peak_bytes
    row["peak_gpu_bytes"] = attempt and attempt.peak_gpu_bytes
    row["error"] = outcome.error
    return row


def _group_row(group: Group, dataset: str, phase_names: Sequence[str]) -> dict[str, object]:
    cell = group.cell
    row: dict[str, object] = {"label": group.label, "method": cell.method, "dataset": dataset, "preset": cell.preset}
    row |= {"latent_dim": cell.latent_dim, "n_clusters": cell.n_clusters, "n_seeds": len(group.outcomes)}
    row |= {f"n_{status}": group.count(status) for status in ("ok", "failed", "missing")}
    row["n_prototypes"] = number_range(group.prototypes().values(), "")
    row |= _summary_columns("fit_seconds", group.fit_seconds())
    for metric in all_metrics():
        row |= _summary_columns(metric.name, group.summary(metric.name))
    for phase in phase_names:
        row |= _summary_columns(f"seconds_{phase}", group.phase_seconds(phase))
    return row


def _summary_columns(name: str, summary: Summary) -> dict[str, object]:
    return {f"{name}_mean": summary.mean, f"{name}_sd": summary.sd, f"{name}_n": summary.n}
