"""The declaration of every metric, for tables, figures, tests and `bench list metrics`. Imports no heavy library."""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache, partial
from math import inf
from typing import Any

from bench.metrics.metric import Bounds, Metric
from bench.metrics.plugin_metrics import PluginMetrics, load_plugin_metrics
from bench.metrics.spaces import COMPONENTS, Space


def _external(name: str, label: str, low: float, description: str, adjusted: bool = False) -> Metric:
    """Agreement with the true classes: 1 is best. `adjusted`: 0 by chance for every number of clusters."""
    function = f"bench.metrics.external:{name}"
    needs = frozenset({"true_labels"})
    return Metric(
        name, label, function, "external", description, (low, 1), True, None, needs, comparable_across_k=adjusted
    )


def _internal(name: str, label: str, better: bool | None, bounds: Bounds, text: str, **rest: Any) -> Iterator[Metric]:
    """One index in the method's own space, then in each shared space; `rest` are other fields of Metric."""
    places: dict[Space, str] = {
        "own": "the method's own space, undefined if it has collapsed",
        "input": "the input space",
        "reference": f"the reference space, {COMPONENTS} principal components of the input",
    }
    for space, place in places.items():
        yield Metric(
            f"{name}_{space}",
            label,
            f"bench.metrics.internal:{name}_of",
            description=f"{text}; in {place}",
            bounds=bounds,
            higher_is_better=better,
            space=space,
            needs=frozenset({"features"}),
            in_each_space=True,
            **{"kind": "internal"} | rest,
        )


def _clusters(name: str, label: str, high: float, description: str, decimals: int = 3) -> Metric:
    """A number that describes the clusters; neither direction is better."""
    return Metric(name, label, f"bench.metrics.clusters:{name}", "clusters", description, (0, high), decimals=decimals)


def _quantization(name: str, label: str, high: float, needs: set[str], description: str) -> Metric:
    """How well prototypes represent the samples in the input space: 0 is best."""
    function = f"bench.metrics.prototypes:{name}_of"
    all_needs = frozenset({"features", "prototypes"} | needs)
    return Metric(name, label, function, "quantization", description, (0, high), False, "input", all_needs)


_codes = partial(Metric, kind="model", space="own", needs=frozenset({"embedding"}))
"""A number that describes the latent codes."""


METRICS: tuple[Metric, ...] = (
    _external(
        "accuracy",
        "Accuracy",
        0,
        "share of correct samples, with clusters matched to classes optimally (Kuhn 1955; Xie et al. 2016, Eq. 10); "
        "noise is wrong",
    ),
    _external(
        "ari",
        "ARI",
        -0.5,
        "adjusted Rand index: agreement on pairs, 0 by chance (Hubert & Arabie 1985); noise is one more cluster",
        adjusted=True,
    ),
    _external(
        "nmi",
        "NMI",
        0,
        "mutual information divided by the arithmetic mean of both entropies (Vinh et al. 2010, NMI_sum); noise is one "
        "more cluster",
    ),
    *_internal(
        "silhouette",
        "Silhouette",
        True,
        (-1, 1),
        "mean silhouette (Rousseeuw 1987), of 20,000 samples if all distances would take over ten minutes",
        comparable_across_k=True,
        uses_silhouette=True,
    ),
    *_internal(
        "silhouette_error",
        "Silhouette (sampled), s.e.",
        None,
        (0, 1),
        "standard error of a silhouette that is the mean of 20,000 samples drawn by clusters, none if it is exact",
        kind="clusters",
        uses_silhouette=True,
    ),
    *_internal(
        "davies_bouldin",
        "Davies–Bouldin",
        False,
        (0, inf),
        "mean over clusters of the highest ratio of scatter to distance of centres (Davies & Bouldin 1979)",
        comparable_across_k=True,
    ),
    *_internal(
        "calinski_harabasz",
        "Calinski–Harabasz",
        True,
        (0, inf),
        "dispersion between clusters divided by dispersion within clusters (Caliński & Harabasz 1974)",
        comparable_across_k=True,
        decimals=0,
    ),
    _quantization(
        "quantization_error",
        "Quantization error",
        inf,
        set(),
        "mean Euclidean distance of a sample to its nearest prototype (Kohonen 2001)",
    ),
    _quantization(
        "topographic_error",
        "Topographic error",
        1,
        {"grid_shape"},
        "share of samples whose two nearest units are not neighbours on the map, diagonals included (Kiviluoto 1996)",
    ),
    Metric(
        "reconstruction_error",
        "Reconstruction error",
        "bench.metrics.model:reconstruction_error_of",
        "model",
        "mean squared error per pixel between samples and their reconstruction (Guo et al. 2017, Eq. 4, per pixel)",
        (0, inf),
        False,
        "input",
        frozenset({"reconstruction_error"}),
    ),
    Metric(
        "kl_divergence",
        "KL(P‖Q)",
        "bench.metrics.model:kl_divergence_of",
        "model",
        "nats per sample between soft assignments and their sharpened target (Xie et al. 2016, Eq. 2 and 3)",
        (0, inf),
        False,
        "own",
        frozenset({"soft_assignments"}),
    ),
    _clusters("n_clusters_found", "Clusters found", inf, "number of clusters with samples, without noise", decimals=1),
    _clusters("smallest_share", "Smallest cluster", 1, "share of all samples that are in the smallest cluster"),
    _clusters("largest_share", "Largest cluster", 1, "share of all samples that are in the largest cluster"),
    _clusters(
        "noise_share", "Noise", 1, "share of all samples that are in no cluster; internal indices leave them out"
    ),
    _codes(
        "effective_rank_own",
        "Effective rank",
        "bench.metrics.spread:effective_rank_own",
        description="directions that the codes use: exp of the entropy of their singular values (Roy & Vetterli 2007)",
        bounds=(1, inf),
        decimals=1,
    ),
    _codes(
        "spread_own",
        "Live dimensions",
        "bench.metrics.spread:spread_own",
        description="share of latent dimensions whose standard deviation is over 1 % of the largest (this project)",
        bounds=(0, 1),
    ),
    _codes(
        "collapsed_own",
        "Collapsed",
        "bench.metrics.collapse:collapsed_own",
        description="1 if the codes are one point, one line or one point per cluster; else 0 (this project)",
        bounds=(0, 1),
        higher_is_better=False,
    ),
)


@cache
def plugin_metrics() -> PluginMetrics:
    """The metrics of installed packages. Their modules are imported, once for each process."""
    return load_plugin_metrics(METRICS)


def all_metrics() -> tuple[Metric, ...]:
    """All metrics in the order of their columns: those of this project, METRICS, then those of plug-ins."""
    return (*METRICS, *plugin_metrics().known.values())


def metric(name: str) -> Metric:
    """The declared metric with this name. Raises KeyError, with the nearest name, if there is no such metric.

    >>> metric("davies_bouldin_own").higher_is_better
    False
    >>> metric("ari").label, metric("ari").bounds
    ('ARI', (-0.5, 1))
    """
    for declared in all_metrics():
        if declared.name == name:
            return declared
    known = [declared.name for declared in all_metrics()]
    near = get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise KeyError(f"unknown metric {name!r}; {hint}known: {', '.join(known)}")
