"""The head of table.md: what ran on what, and everything that a reader must know before believing a number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bench.report.groups import Group, fixed_params
from bench.report.markdown import escape
from bench.report.results import Outcome, Results
from bench.store.records import Cell, Environment, show_params

T = TypeVar("T")
FEW = 0.1
"""A cluster with less than this part of an equal share is told."""


def heading(experiment: Results, groups: Sequence[Group]) -> str:
    """Title, one paragraph, one line per method, and the warnings."""
    manifest = experiment.manifest
    title, seeds = f"# {escape(manifest.name)}", _rows_by_seeds(groups)
    shared = "; all methods get the same seeds" if len(seeds) <= 1 else ""
    parts = [title, *map(escape, manifest.notes), _paragraph(experiment) + shared + ".", _methods(experiment)]
    problems = [*_unlike_seeds(seeds), *_mixtures(experiment), *_troubles(groups)]
    if problems:
        parts.append("\n".join(["**Mind before reading on:**", "", *(f"- {problem}" for problem in problems)]))
    return "\n\n".join(parts)


def _paragraph(experiment: Results) -> str:
    data = experiment.manifest.data
    made = _made(experiment)
    source = f" ({escape(data.source)})" if data.source != data.name else ""
    shape = f" ({' × '.join(map(str, data.image_shape))} images)" if data.image_shape else ""
    classes = f"{len(data.class_names)} classes" if data.class_names is not None else "no true labels"
    cells = experiment.outcomes
    return (
        f"Data: {escape(data.name)}{source}, split {escape(data.split)}, {data.n_samples:,} samples of "
        f"{data.n_features:,} features{shape}, {classes}; revision {escape(data.revision)}, digest {data.digest[:12]}. "
        f"{len(experiment.ok)} of {len(cells)} cells finished. "
        f"Seeds: {_list(sorted({outcome.cell.seed for outcome in cells}))}. "
        f"Threads: {_list(_distinct(m.environment.threads for m in made))}. "
        f"Device: {_list(_distinct(_device(m) for m in made))}. "
        f"Precision: {_list(_distinct(m.precision for m in made))}. "
        f"Code version: {_list(_distinct(m.code_version[:12] for m in made))}, "
        f"commit {_list(_distinct(_commit(m.environment) for m in made))}. "
        "Every figure is a mean ± sample standard deviation over seeds"
    )


def _rows_by_seeds(groups: Sequence[Group]) -> dict[tuple[int, ...], list[str]]:
    """Rows of the tables by the seeds that they have."""
    rows: dict[tuple[int, ...], list[str]] = {}
    for group in groups:
        rows.setdefault(tuple(sorted(outcome.cell.seed for outcome in group.outcomes)), []).append(group.label)
    return rows


def _unlike_seeds(rows: dict[tuple[int, ...], list[str]]) -> list[str]:
    if len(rows) <= 1:
        return []
    told = [f"{_list(seeds)} of {escape(', '.join(labels))}" for seeds, labels in rows.items()]
    return [f"Not all rows have the same seeds: {'; '.join(told)}. Differences are of the seeds that both have."]


def _methods(experiment: Results) -> str:
    """One line per method: architecture and parameters that all of its cells share."""
    lines = []
    for method, fixed in fixed_params(experiment.outcomes).items():
        cells = [outcome.cell for outcome in experiment.outcomes if outcome.cell.method == method]
        parts = _architecture(cells)
        if fixed:
            parts.append(f"{', '.join(show_params(fixed))} (set by --param)")
        lines.append(f"- {escape(method)}: {escape('; '.join(parts))}")
    return "\n".join(lines)


def _architecture(cells: Sequence[Cell]) -> list[str]:
    parts = []
    if presets := _distinct(cell.preset for cell in cells):
        parts.append(f"preset {', '.join(presets)}")
    if sizes := _distinct(cell.latent_dim for cell in cells):
        parts.append(f"latent size {', '.join(map(str, sizes))}")
    if folds := _distinct(cell.folds for cell in cells):
        parts.append(f"{', '.join(map(str, folds))}-fold cross-validation, every figure of the fold held out")
    counts = f"{', '.join(str(k) for k in _distinct(cell.n_clusters for cell in cells))} clusters"
    elsewhere = cells[0].is_third_party
    return [*parts, f"{counts} asked for, where the class takes n_clusters" if elsewhere else counts]


def _mixtures(experiment: Results) -> list[str]:
    """What cells of one table should share, and do not."""
    records = [outcome.record for outcome in experiment.ok if outcome.record]
    problems = []
    codes = {r.code_version for r in records}
    if len(codes) > 1:
        by_code = [f"{sum(r.code_version == code for r in records)} of {code[:12]}" for code in sorted(codes)]
        problems.append(f"Cells of different code versions are mixed: {', '.join(by_code)}.")
    digest = experiment.manifest.data.digest
    if others := sorted(r.key for r in records if r.data_digest != digest):
        problems.append(f"{len(others)} cells ran on other data than the manifest names: {escape(', '.join(others))}.")
    machines = _distinct((r.environment.processor, r.environment.threads) for r in records)
    if len(machines) > 1:
        texts = [f"{processor}, {threads} threads" for processor, threads in machines]
        problems.append(f"Seconds are of different machines or thread counts: {escape('; '.join(texts))}.")
    if unscored := sum(not outcome.scores for outcome in experiment.ok):
        problems.append(f"{unscored} finished cells are not scored yet; their metrics are left out of every mean.")
    return problems


def _troubles(groups: Sequence[Group]) -> list[str]:
    problems = []
    for group in groups:
        failed = [outcome for outcome in group.outcomes if outcome.status == "failed"]
        problems += [f"Failed: {escape(group.label)}, seed {o.cell.seed}: {escape(o.error)}" for o in failed]
        again = [outcome for outcome in group.ok if outcome.attempts and outcome.attempts[-1].ending != "ok"]
        problems += [
            f"Run again, and failed: {escape(group.label)}, seed {o.cell.seed}; its figures are those of the fit before"
            for o in again
        ]
        for outcome in group.ok:
            warned = outcome.record.warnings if outcome.record else []
            problems += [f"Warned: {escape(group.label)}, seed {outcome.cell.seed}: {escape(text)}" for text in warned]
            if lost := _lost(outcome):
                problems.append(f"Lost clusters: {escape(group.label)}, seed {outcome.cell.seed}: {lost}")
        if missing := [outcome.cell.seed for outcome in group.outcomes if outcome.status == "missing"]:
            problems.append(f"Missing, never run to an end or lost: {escape(group.label)}, seed {_list(missing)}")
    return problems


def _lost(outcome: Outcome) -> str:
    """What the sizes of the clusters tell, without true labels, of one that has collapsed; empty if nothing.

    A class from elsewhere that found another number may never have been asked for one.
    """
    asked, found = outcome.cell.n_clusters, outcome.scores.get("n_clusters_found")
    smallest = outcome.scores.get("smallest_share")
    if found is None or smallest is None or (outcome.cell.is_third_party and found != asked):
        return ""
    if found < asked:
        return f"{found:.0f} of {asked} were found."
    if smallest < FEW / asked:
        return f"the smallest has {100 * smallest:.2f} % of the samples, where an equal share is {100 / asked:.3g} %."
    return ""


@dataclass(frozen=True)
class _Made:
    """Where a cell ran, and how."""

    environment: Environment
    code_version: str
    device: str | None
    precision: str | None


def _made(experiment: Results) -> list[_Made]:
    """Of the finished fits, or of the last attempts if none finished."""
    records = [outcome.record for outcome in experiment.ok if outcome.record]
    if records:
        return [_Made(r.environment, r.code_version, r.device, r.precision) for r in records]
    last = [outcome.attempts[-1] for outcome in experiment.outcomes if outcome.attempts]
    return [_Made(e, a.code_version or "", e.device, e.precision) for a in last if (e := a.environment) is not None]


def _device(made: _Made) -> str:
    name = made.environment.processor if made.device == "cpu" else made.environment.accelerator
    return f"{made.device or 'unknown'} ({name})" if name else made.device or "unknown"


def _commit(environment: Environment) -> str:
    if environment.commit is None:
        return "unknown"
    digest, plus, changes = environment.commit.partition("+")
    return digest[:12] + plus + changes


def _distinct(values: Iterable[T | None]) -> list[T]:
    return [value for value in dict.fromkeys(values) if value is not None]


def _list(values: Sequence[object]) -> str:
    return escape(", ".join(map(str, values))) or "unknown"
