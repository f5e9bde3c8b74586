"""The check of a metric that another package declares: complete, consistent, and a column of its own in every table."""

import re
from collections.abc import Callable, Collection
from math import isnan
from typing import Any, get_args

import msgspec

from bench.metrics.metric import Kind, Metric
from bench.metrics.spaces import Space
from bench.text import visible

COLUMNS = frozenset(
    (
        *("label", "method", "dataset", "preset", "seed", "latent_dim", "n_clusters", "status", "fit_seconds"),
        *("n_seeds", "n_ok", "n_failed", "n_missing", "n_prototypes", "n_parameters", "n_iter"),
        *("device", "precision", "threads", "code_version", "attempts", "host", "peak_bytes", "peak_gpu_bytes"),
        *("error", "key", "last_ending", "processor", "accelerator", "commit", "data_digest", "takes_seed"),
        *(
            "arrays_digest",
            "pretrained",
            "grid_shape",
            "count_option",
            "keeps_reconstruction",
            "certainty",
            "plugin",
            "plugin_scores",
            "warnings",
        ),
    )
)
"""The columns of cells.csv and table.csv that are not metrics."""
PREFIXES = ("seconds_", "param_")
"""How the columns of phases, and of options that have the name of another column, begin."""
ATTRIBUTES = frozenset(
    (
        *("labels", "features", "true_labels", "embedding", "prototypes", "soft_assignments"),
        *("reconstruction_error", "grid_shape", "reference"),
    )
)
"""The attributes of Fit, whose module loads numpy and scipy."""
MAX_LABEL = 40
_COLUMN = re.compile(r"[a-z][a-z0-9_]*")
_ADDRESS = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
_SPACE_IN_NAME = re.compile(r"_(own|input|reference)$")


def checked_metric(found: object, name: str, others: Collection[Metric]) -> Metric:
    """The metric `name` that a package declares as `found`; sets and lists in it are made frozen.

    `others`: the metrics that have their columns already. Raises ValueError, one sentence, if it is not valid.
    """
    if not isinstance(found, Metric):
        raise ValueError(f"it is of the type {type(found).__name__}; expected a bench.Metric")
    metric = _with_right_types(found)
    for is_wrong, sentence in _RULES:
        if is_wrong(metric):
            raise ValueError(sentence(metric))
    if metric.name != name:
        raise ValueError(f"it declares the metric '{metric.name}'; expected the name of the entry point")
    if any((metric.label, metric.space) == (other.label, other.space) for other in others):
        raise ValueError(f"the label '{metric.label}' is taken in the same space; choose another label")
    return metric


def _with_right_types(found: Metric) -> Metric:
    for field, known in (("kind", get_args(Kind)), ("space", (None, *get_args(Space)))):
        if (value := getattr(found, field)) not in known:
            raise ValueError(f"{field} is {value!r}; expected one of {', '.join(map(repr, known))}")
    try:
        return msgspec.convert(vars(found), Metric)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at `$.")
        raise ValueError(f"{place.rstrip('`')}: {problem[0].lower()}{problem[1:]}") from None


def _has_no_column(metric: Metric) -> bool:
    return not _COLUMN.fullmatch(metric.name) or metric.name in COLUMNS or metric.name.startswith(PREFIXES)


def _is_not_shown(text: str, longest: int) -> bool:
    """Whether a text is not one visible line, or too long."""
    return not text.strip() or text != visible(text).strip() or len(text) > longest


def _unknown_needs(metric: Metric) -> list[str]:
    return sorted(metric.needs - ATTRIBUTES)


def _is_wrong_space_in_name(metric: Metric) -> bool:
    ending = _SPACE_IN_NAME.search(metric.name)
    return ending is not None and ending[1] != metric.space


_RULES: tuple[tuple[Callable[[Metric], Any], Callable[[Metric], str]], ...] = (
    (
        _has_no_column,
        lambda m: (
            f"the name '{m.name}' is not valid for a column: expected small letters, digits and _, the first one a "
            f"letter; not a column of the tables, such as seed, and not {' or '.join(f'{each}…' for each in PREFIXES)}"
        ),
    ),
    (
        lambda m: _is_not_shown(m.label, MAX_LABEL),
        lambda m: f"label {m.label!r} is not valid: expected one line of at most {MAX_LABEL} visible characters",
    ),
    (
        lambda m: _is_not_shown(m.description, 300),
        lambda m: "description is not valid: expected one line of at most 300 visible characters",
    ),
    (
        lambda m: not _ADDRESS.fullmatch(m.function),
        lambda m: f"function '{visible(m.function)}' is not valid: expected package.module:function",
    ),
    (
        lambda m: any(map(isnan, m.bounds)) or m.bounds[0] >= m.bounds[1],
        lambda m: f"bounds are {m.bounds[0]:g} and {m.bounds[1]:g}; expected a lower and a higher number",
    ),
    (lambda m: not 0 <= m.decimals <= 10, lambda m: f"decimals is {m.decimals}; expected 0 to 10"),
    (
        _unknown_needs,
        lambda m: f"needs has {', '.join(map(repr, _unknown_needs(m)))}; expected names of attributes of bench.Fit",
    ),
    (
        lambda m: "true_labels" in m.needs and m.kind != "external",
        lambda m: f"it is of the kind '{m.kind}' and needs true_labels; only metrics of the kind 'external' get them",
    ),
    (
        lambda m: m.kind == "external" and ("true_labels" not in m.needs or m.space is not None),
        lambda m: "it is of the kind 'external'; expected 'true_labels' in needs, and no space",
    ),
    (
        lambda m: m.space is None and (m.kind == "internal" or m.in_each_space),
        lambda m: "space is None; expected 'own', 'input' or 'reference' for the kind 'internal' or with in_each_space",
    ),
    (
        lambda m: m.kind in ("external", "internal") and m.higher_is_better is None,
        lambda m: f"higher_is_better is None; expected True or False for the kind '{m.kind}'",
    ),
    (
        _is_wrong_space_in_name,
        lambda m: f"the name '{m.name}' ends in a space, and the space is {m.space!r}; expected the same",
    ),
    (lambda m: m.uses_silhouette, lambda m: "uses_silhouette is True, which is not for plug-ins; leave it out"),
)
"""Whether a rule is broken, and the sentence that says so."""
