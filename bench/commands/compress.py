"""The command `compress`: smaller forms of the models of finished fits, measured beside the models themselves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.console import Console

from bench.analysis.compression import REPEATS, TIMED_SAMPLES, Wanted, measured
from bench.commands.chosen_fit import chosen_fit, chosen_label
from bench.commands.compress_request import CompressRequest
from bench.commands.ending import notes_above, print_paths
from bench.commands.figures import load_for
from bench.commands.kept_fit import fit_title, outcomes_with_models
from bench.commands.pages import write_pages
from bench.commands.stored_model import stored_model
from bench.console.progress import print_line, share_bar
from bench.datasets.images import ImageData
from bench.errors import UsageError
from bench.machine.environment import describe_environment
from bench.machine.threads import choose_threads
from bench.report.figures.views import CompressionView
from bench.report.figures.write import write_view
from bench.report.groups import Group, group
from bench.report.outcomes import Outcome
from bench.report.tables.compression import (
    DOCUMENT,
    embed_compression,
    in_order,
    read_compression,
    summary_lines,
    without_clusters,
    write_compression,
)
from bench.report.tables.embed import check_document
from bench.store.command import errors_command
from bench.store.store import Store
from methods import registry


@dataclass(frozen=True)
class _Fit:
    label: str
    outcome: Outcome
    model: "registry.Clusterer"
    digest: str
    """Of the stored model."""


def compress(store: Store, request: CompressRequest, console: Console) -> int:
    """Measure every finished seed of the chosen rows, and write the tables and the figure. Returns 0.

    Raises UsageError or MethodError, one line, if an option is not valid, if a fit has no model, or if the data of the
    fits have changed.
    """
    forms = request.forms
    outcomes = outcomes_with_models(store, "compress")
    groups = group(outcomes.all)
    fits = _fits(store, groups, request.method, console)
    if request.into is not None:
        check_document(request.into, store.name)
    if request.quantize is not None:
        registry.check_onnx(f"--quantize {request.quantize}")
    _check_forms(fits, forms)
    data = load_for(store, console)
    rows = _rows(len(data.features), request.samples)
    wanted = Wanted(forms, request.epochs, choose_threads(request.threads))
    facts = {"settings": _settings(wanted, len(rows), len(data.features)), "machine": _machine(wanted.threads)}
    frame = _kept(store, groups, facts["settings"], console)
    labels, above = [each.label for each in groups], notes_above(store)
    with share_bar(console, "compress") as progress:
        for number, fit in enumerate(fits):
            of_fit = frame["model_digest"] == fit.digest
            done = set() if request.force else set(frame["form"][of_fit])
            missing = replace(wanted, forms=[form for form in forms if form.name not in done])
            if missing.forms:
                found = _measured(fit, data, rows, missing, _part(progress, number, len(fits)))
                others = frame[~(of_fit & frame["form"].isin([form.name for form in missing.forms]))]
                new = pd.DataFrame([row | facts for row in found])
                frame = in_order(new if others.empty else pd.concat([others, new], ignore_index=True), labels)
                write_compression(store, frame, outcomes.manifest, above)
    write_compression(store, frame, outcomes.manifest, above)  # labels may be others than at the last call
    write_view(store, CompressionView(frame, {each.label: each.cell.method for each in groups}))
    write_pages(store)
    if request.into is not None:
        embed_compression(store, request.into)
    print_paths(store, console, DOCUMENT, [*summary_lines(frame), *without_clusters(frame)])
    return 0


def _part(progress: Callable[[float], None], number: int, count: int) -> Callable[[float], None]:
    return lambda share: progress((number + share) / count)


def _measured(
    fit: _Fit, data: ImageData, rows: NDArray[np.intp], wanted: Wanted, progress: Callable[[float], None]
) -> list[dict[str, Any]]:
    X = np.ascontiguousarray(data.features[rows], dtype=np.float32)
    true_labels = None if data.labels is None else np.asarray(data.labels)[rows]
    seed = fit.outcome.cell.seed
    found = measured(registry.compressor(fit.model, X, seed), X, true_labels, wanted, progress)
    return [{"label": fit.label, "seed": seed, "model_digest": fit.digest} | row for row in found]


def _fits(store: Store, groups: Sequence[Group], method: str, console: Console) -> list[_Fit]:
    """All finished seeds of the rows with this label, or of this method. One line names a row without any."""
    chosen = [each for each in groups if each.label == method] or [
        each for each in groups if each.cell.method == method
    ]
    if not chosen:
        chosen_label({each.label: each.cell.method for each in groups}, method)  # raises
    for each in chosen:
        _check_compressible(each)
    for each in chosen:
        if each.n_subsamples and any(not other.n_subsamples for other in chosen):
            print_line(console, f"warning: {each.label} is left out: fits of subsamples keep no models.")
    chosen = [each for each in chosen if not each.n_subsamples] or chosen
    if chosen[0].n_subsamples or not any(each.ok for each in chosen):
        chosen_fit(chosen[0], None, errors_command(store))  # raises
    fits = []
    for each in chosen:
        if not each.ok:
            print_line(console, f"warning: {each.label} is left out: no seed has finished ({each.seeds_text()}).")
        for outcome in each.ok:
            model = stored_model(store, outcome, fit_title(each, outcome), "cpu")
            assert outcome.record is not None
            assert outcome.record.model_digest is not None
            fits.append(_Fit(each.label, outcome, model, outcome.record.model_digest))
    return fits


def _check_compressible(group: Group) -> None:
    known = {name for name, method in registry.METHODS.items() if method.is_compressible}
    if group.cell.implementation not in known:
        raise UsageError(
            f"{group.label} cannot be compressed: it has no network that a clustering loss can fine-tune; expected a "
            f"row of {', '.join(sorted(known))}."
        )


def _check_forms(fits: Sequence[_Fit], forms: Sequence[registry.Form]) -> None:
    """Raise UsageError if a share prunes nothing of a model."""
    options = {"pruned": "--prune", "channels": "--prune-channels"}
    for fit in fits:
        for form in (each for each in forms if each.kind in options):
            try:
                registry.check_form(fit.model, form)
            except registry.MethodError as error:
                title = f"{fit.label}, seed {fit.outcome.cell.seed}"
                raise UsageError(f"{options[form.kind]} {form.share:g}: {title}: {error}.") from None


def _rows(n_samples: int, wanted: int | None) -> NDArray[np.intp]:
    """The rows that are used, in order: all of them, or as many as `wanted`, drawn at random."""
    if wanted is None or wanted >= n_samples:
        return np.arange(n_samples)
    return np.sort(np.random.default_rng(0).permutation(n_samples)[:wanted])


def _settings(wanted: Wanted, n_used: int, n_samples: int) -> str:
    used = f"all {n_samples:,} samples" if n_used == n_samples else f"{n_used:,} of {n_samples:,} samples"
    epochs = f"{wanted.epochs} epoch{'s' * (wanted.epochs != 1)}"
    return (
        f"{used}; fine-tuning {epochs}, {wanted.threads} thread{'s' * (wanted.threads != 1)}; speed on "
        f"{min(n_used, TIMED_SAMPLES):,} samples, median of {REPEATS}, in turn"
    )


def _machine(threads: int) -> str:
    environment = describe_environment(threads, "cpu")
    libraries = f"torch {environment.versions['torch']}"
    return f"{environment.processor}, {environment.cores} cores, {environment.platform}, {libraries}"


def _kept(store: Store, groups: Sequence[Group], settings: str, console: Console) -> pd.DataFrame:
    """The rows of compression.csv that are still valid, with the present labels. One line says what is kept or lost."""
    frame = read_compression(store, store.warn)
    labels = {o.record.model_digest: each.label for each in groups for o in each.ok if o.record is not None}
    valid = frame["model_digest"].isin(list(labels)) & (frame["settings"] == settings)
    kept = frame[valid].reset_index(drop=True)
    kept["label"] = kept["model_digest"].map(labels)
    if lost := len(frame) - len(kept):
        print_line(console, f"note: {lost} rows of other settings or earlier fits are dropped from the table.")
    if len(kept):
        print_line(console, f"note: {len(kept)} rows of the table are kept; --force measures again.")
    return kept
