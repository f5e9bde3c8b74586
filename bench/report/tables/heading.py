"""The heading of table.md: title, a paragraph on data and machine, one line per method, facts and caveats."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from bench.metrics.declarations import plugin_metrics
from bench.report.groups import DEC, Group, fixed_params, group
from bench.report.markdown import escape
from bench.report.outcomes import Outcome, Outcomes
from bench.report.tables.caveats import caveats, same_seeds
from bench.report.tables.facts import facts_block
from bench.store.records import SUBSAMPLE_SHARE, Cell, Environment, show_params

CAVEATS = "**Caveats:**"
"""The line before the list of caveats; `bench.report.stored_answer` finds the list by it."""


TAKES_NO_SEED = "takes no random_state"
IDEC = "loss with reconstruction: this is IDEC (Guo et al. 2017)"
"""What the line of `dec` says if its clustering phase keeps the reconstruction loss."""


def heading(outcomes: Outcomes, groups: Sequence[Group], above: Sequence[str]) -> str:
    """Title, notes of the manifest, the sentences of `above`, one paragraph, one line per method, facts and caveats.

    The last fact is what is not known of outcomes that are not read from records.
    """
    manifest = outcomes.manifest
    parts = [f"# {escape(manifest.name)}", *map(escape, (*manifest.notes, *above))]
    parts += [
        _paragraph(outcomes) + (" All rows have the same seeds." if same_seeds(groups) else ""),
        _methods(outcomes),
    ]
    parts += facts_block(manifest.data.how_read)
    parts += [escape(outcomes.written_from)] if outcomes.written_from else []
    if listed := caveats(outcomes, groups):
        parts.append("\n".join([CAVEATS, "", *(f"- {escape(caveat)}" for caveat in listed)]))
    return "\n\n".join(parts)


def _paragraph(outcomes: Outcomes) -> str:
    data = outcomes.manifest.data
    runs = _runs(outcomes)
    source = f" ({escape(data.source)})" if data.source != data.name else ""
    kind = f"{' × '.join(map(str, data.image_shape))} images" if data.image_shape else data.feature_kind
    features = f"{data.n_features:,} features" + (f" ({escape(kind)})" if kind else "")
    classes = f"{len(data.class_names)} classes" if data.class_names is not None else "no true labels"
    cells = outcomes.all
    environments = [environment for environment, _ in runs]
    return (
        f"Data: {escape(data.title)}{source}, split {escape(data.split)}, {data.n_samples:,} samples of "
        f"{features}, {classes}; revision {escape(data.revision)}, "
        f"digest {escape(data.digest[:12])}. "
        f"{len(outcomes.ok)} of {len(cells)} cells finished; a cell is one fit: a method, its configuration and one "
        f"seed. Seeds: {_known(sorted(outcome.cell.seed for outcome in cells))}. "
        f"Threads: {_known(environment.threads for environment in environments)}. "
        f"Device: {_known(map(_device, environments))}. "
        f"Precision: {_known(environment.precision for environment in environments)}. "
        f"Code version: {_known(code_version[:12] for _, code_version in runs)}, "
        f"commit {_known(map(_commit, environments))}. "
        "Every figure is a mean ± sample standard deviation over seeds."
    )


def origin(outcomes: Outcomes) -> str:
    """The data, the seeds and the machine in one sentence of plain text, for the caption of a table."""
    data, runs = outcomes.manifest.data, _runs(outcomes)
    machine = _distinct(_device(environment) for environment, _ in runs) or "unknown"
    return (
        f"Data: {data.title} ({data.split}), {data.n_samples:,} samples; "
        f"seeds {_distinct(sorted(outcome.cell.seed for outcome in outcomes.all))}; device {machine}, threads "
        f"{_distinct(environment.threads for environment, _ in runs) or 'unknown'}."
    )


def _methods(outcomes: Outcomes) -> str:
    """One line per method: the settings that all of its cells share, or all values of a setting that differs.

    Lines for the metrics of plug-ins follow.
    """
    lines = []
    for method, fixed in fixed_params(outcomes.all).items():
        same = [outcome for outcome in outcomes.all if outcome.cell.method == method]
        parts = _configuration([outcome.cell for outcome in same]) + _plugin(same)
        parts += _number_of_clusters(same)
        parts += _loss(group(same))
        parts += _seeds(group(same))
        if fixed:
            parts.append(f"{', '.join(show_params(fixed))} (set by --param)")
        lines.append(f"- {escape(method)}: {escape('; '.join(parts))}")
    return "\n".join([*lines, *_metrics_of_plugins(outcomes)])


def _metrics_of_plugins(outcomes: Outcomes) -> list[str]:
    """One line for each metric of a plug-in that the tables show: its package and version."""
    return [
        f"- metric {escape(name)}: {escape(metric.label)}; plug-in {escape(sources)}"
        for name, metric in plugin_metrics().known.items()
        if (sources := _distinct(o.plugin_scores[name].source for o in outcomes.ok if name in o.plugin_scores))
    ]


def _plugin(outcomes: Sequence[Outcome]) -> list[str]:
    """The package and version of the plug-in of a method; nothing for other methods."""
    plugins = _distinct(outcome.record.plugin or None for outcome in outcomes if outcome.record)
    return [f"plug-in {plugins}"] if plugins else []


def _configuration(cells: Sequence[Cell]) -> list[str]:
    parts = [f"class {cells[0].implementation}"] if cells[0].implementation != cells[0].method else []
    if presets := _distinct(cell.preset for cell in cells):
        parts.append(f"preset {presets}")
    if sizes := _distinct(cell.latent_dim for cell in cells):
        parts.append(f"latent size {sizes}")
    if folds := _distinct(cell.folds for cell in cells):
        parts.append(f"{folds}-fold cross-validation, every figure is measured on the held-out fold")
    if any(cell.is_subsampled for cell in cells):
        n_subsamples = len({cell.subsample for cell in cells if cell.is_subsampled})
        rows = "" if all(cell.is_subsampled for cell in cells) else ", in the rows that say so,"
        parts.append(
            f"each fit{rows} learns from one of {n_subsamples} random subsamples with {100 * SUBSAMPLE_SHARE:g} % of "
            "the samples, equal for all methods and seeds, and is measured on it"
        )
    return parts


def _number_of_clusters(outcomes: Sequence[Outcome]) -> list[str]:
    """The numbers of clusters that a method gets, with the option of a class that gets it if it has another name."""
    cells = [outcome.cell for outcome in outcomes]
    if not (counts := _distinct(cell.n_clusters for cell in cells)):
        return ["gets no number of clusters"]
    options = {outcome.record.count_option for outcome in outcomes if outcome.record} - {None, "n_clusters"}
    named = f" as {', '.join(sorted(map(str, options)))}" if options else ""
    requested = f"{counts} clusters" + (f" requested{named}" if cells[0].is_third_party else "")
    return [requested if all(cell.n_clusters for cell in cells) else f"{requested}, or none"]


def _loss(groups: Sequence[Group]) -> list[str]:
    """Whether the rows of `dec` are IDEC, with their labels if only some are; nothing for other methods."""
    finished = [each for each in groups if each.cell.implementation == DEC and each.records]
    idec = [each.label for each in finished if any(outcome.keeps_reconstruction for outcome in each.ok)]
    if not idec:
        return []
    return [IDEC if len(idec) == len(finished) else f"{IDEC}, in {', '.join(idec)}"]


def _seeds(groups: Sequence[Group]) -> list[str]:
    """What the seeds of a method that takes none mean; nothing for other methods."""
    if all(each.takes_seed for each in groups):
        return []
    several = [each for each in groups if len(each.fits) > 1]
    if not several:
        return [TAKES_NO_SEED]
    equal = all(each.has_equal_fits for each in several)
    return [f"{TAKES_NO_SEED}: its {'seeds differ only by their seconds' if equal else 'fits differ'}"]


def _runs(outcomes: Outcomes) -> list[tuple[Environment, str]]:
    """Environment and code version of each finished fit, or of the last attempts if no fit has finished."""
    records = [outcome.record for outcome in outcomes.ok if outcome.record]
    if records:
        return [(replace(r.environment, device=r.device, precision=r.precision), r.code_version) for r in records]
    last = [outcome.attempts[-1] for outcome in outcomes.all if outcome.attempts]
    return [(a.environment, a.code_version or "") for a in last if a.environment is not None]


def _device(environment: Environment) -> str:
    name = environment.processor if environment.device == "cpu" else environment.accelerator
    device = environment.device or "unknown"
    return f"{device} ({name})" if name else device


def _commit(environment: Environment) -> str:
    if environment.commit is None:
        return "unknown"
    digest, plus, changes = environment.commit.partition("+")
    return digest[:12] + plus + changes


def _distinct(values: Iterable[object]) -> str:
    """The distinct values without None, separated by commas."""
    return ", ".join(str(value) for value in dict.fromkeys(values) if value is not None)


def _known(values: Iterable[object]) -> str:
    return escape(_distinct(values)) or "unknown"
