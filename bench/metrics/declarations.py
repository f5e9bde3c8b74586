"""Every metric, declared once: what tables, figures, tests and `bench list metrics` read. Imports no library."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from math import inf
from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    from bench.metrics.fit import Fit

Space = Literal["own", "input"]
Kind = Literal["external", "internal", "quantization", "model", "clusters"]


@dataclass(frozen=True)
class Metric:
    """One number about one fit.

    >>> metric("ari").label, metric("ari").bounds
    ('ARI', (-0.5, 1))
    """

    name: str
    """Column name in scores and CSV; ends in the space where the same index exists in both."""
    label: str
    """Heading in tables and figures, without the space."""
    function: str
    """Where the function lies, as `module:function`; it takes a Fit and returns a float or None."""
    kind: Kind
    description: str
    """One line, with the source."""
    bounds: tuple[float, float]
    """Lowest and highest possible value, both included."""
    higher_is_better: bool | None = None
    """None for a descriptive number, of which neither direction is better."""
    space: Space | None = None
    """`own`: the method's `transform`; `input`: X, the same for all methods; None: the metric looks at no space."""
    needs: frozenset[str] = frozenset()
    """Attributes of Fit without which the metric is None."""
    decimals: int = 3
    """Digits after the point in tables."""

    def load(self) -> "Callable[[Fit], float | None]":
        """The function itself; imports its module, and with it numpy, scipy or scikit-learn."""
        module, _, name = self.function.partition(":")
        return cast("Callable[[Fit], float | None]", getattr(import_module(module), name))


def _external(name: str, label: str, low: float, description: str) -> Metric:
    """Agreement with the true classes: 1 is best."""
    function = f"bench.metrics.external:{name}"
    return Metric(name, label, function, "external", description, (low, 1), True, None, frozenset({"true_labels"}))


def _internal(
    name: str, label: str, better: bool, bounds: tuple[float, float], description: str, decimals: int = 3
) -> Iterator[Metric]:
    """One index in the method's own space, then in the input space."""
    where: dict[Space, str] = {
        "own": "in the method's own space; none where that has collapsed",
        "input": "in the input space",
    }
    for space, text in where.items():
        function, text = f"bench.metrics.internal:{name}_{space}", f"{description}, {text}"
        needs = frozenset({"features"})
        yield Metric(f"{name}_{space}", label, function, "internal", text, bounds, better, space, needs, decimals)


def _silhouette_errors() -> Iterator[Metric]:
    """How far the silhouette of a sample may be from that of all, in either space."""
    spaces: tuple[Space, ...] = ("own", "input")
    for space in spaces:
        name = f"silhouette_error_{space}"
        text = "standard error of a silhouette that is that of 20,000 samples, by clusters; none if exact"
        function = f"bench.metrics.internal:{name}"
        needs = frozenset({"features"})
        yield Metric(name, "Silhouette (sampled), s.e.", function, "clusters", text, (0, 1), None, space, needs)


def _clusters(name: str, label: str, high: float, description: str, decimals: int = 3) -> Metric:
    """A number that describes the clusters, of which neither direction is better."""
    return Metric(name, label, f"bench.metrics.clusters:{name}", "clusters", description, (0, high), decimals=decimals)


def _quantization(name: str, label: str, high: float, module: str, needs: set[str], description: str) -> Metric:
    """How prototypes stand for the samples in the input space: 0 is best."""
    function = f"bench.metrics.{module}:{name}_of"
    all_needs = frozenset({"features", "prototypes"} | needs)
    return Metric(name, label, function, "quantization", description, (0, high), False, "input", all_needs)


METRICS: tuple[Metric, ...] = (
    _external(
        "accuracy",
        "Accuracy",
        0,
        "share of samples right under the best matching of clusters to classes (Kuhn 1955; Xie et al. 2016, Eq. 10)",
    ),
    _external("ari", "ARI", -0.5, "adjusted Rand index: agreement on pairs, 0 by chance (Hubert & Arabie 1985)"),
    _external("nmi", "NMI", 0, "mutual information over the mean of both entropies (Strehl & Ghosh 2002)"),
    *_internal(
        "silhouette",
        "Silhouette",
        True,
        (-1, 1),
        "mean silhouette (Rousseeuw 1987), exact but where all distances would take over ten minutes",
    ),
    *_silhouette_errors(),
    *_internal(
        "davies_bouldin",
        "Davies–Bouldin",
        False,
        (0, inf),
        "mean over clusters of the worst ratio of scatter to distance of centres (Davies & Bouldin 1979)",
    ),
    *_internal(
        "calinski_harabasz",
        "Calinski–Harabasz",
        True,
        (0, inf),
        "dispersion between clusters over dispersion within (Caliński & Harabasz 1974)",
        decimals=0,
    ),
    _quantization(
        "quantization_error",
        "Quantization error",
        inf,
        "prototypes",
        set(),
        "mean Euclidean distance of a sample to its nearest prototype (Kohonen 2001)",
    ),
    _quantization(
        "topographic_error",
        "Topographic error",
        1,
        "topography",
        {"grid_shape"},
        "share of samples whose two best units are not among each other's 8 neighbours on the map (Kiviluoto 1996)",
    ),
    Metric(
        "reconstruction_error",
        "Reconstruction error",
        "bench.metrics.reconstruction:reconstruction_error_of",
        "model",
        "mean squared error per pixel of the samples, encoded and decoded (Guo et al. 2017, Eq. 4, per pixel)",
        (0, inf),
        False,
        "input",
        frozenset({"reconstruction_error"}),
    ),
    Metric(
        "kl_divergence",
        "KL(P‖Q)",
        "bench.metrics.soft:kl_divergence_of",
        "model",
        "nats per sample between soft assignments and their sharpened target (Xie et al. 2016, Eq. 2 and 3)",
        (0, inf),
        False,
        "own",
        frozenset({"soft_assignments"}),
    ),
    _clusters("n_clusters_found", "Clusters found", inf, "number of clusters with at least one sample, noise aside", 1),
    _clusters("smallest_share", "Smallest cluster", 1, "share of all samples that the smallest cluster holds"),
    _clusters("largest_share", "Largest cluster", 1, "share of all samples that the largest cluster holds"),
    Metric(
        "effective_rank_own",
        "Effective rank",
        "bench.metrics.spread:effective_rank_own",
        "model",
        "directions that the latent codes use: exp of the entropy of their singular values (Roy & Vetterli 2007)",
        (1, inf),
        None,
        "own",
        frozenset({"embedding"}),
        decimals=1,
    ),
    Metric(
        "spread_own",
        "Live dimensions",
        "bench.metrics.spread:spread_own",
        "model",
        "share of latent dimensions whose standard deviation exceeds 1 % of the largest (this project)",
        (0, 1),
        None,
        "own",
        frozenset({"embedding"}),
    ),
    Metric(
        "collapsed_own",
        "Collapsed",
        "bench.metrics.collapse:collapsed_own",
        "model",
        "1 if the latent codes fell onto a point, a line or their centres: indices in them mean nothing (this project)",
        (0, 1),
        False,
        "own",
        frozenset({"embedding"}),
    ),
)


def metric(name: str) -> Metric:
    """The declared metric of that name.

    Raises KeyError, which suggests the nearest name, if there is none.

    >>> metric("davies_bouldin_own").higher_is_better
    False
    """
    for declared in METRICS:
        if declared.name == name:
            return declared
    known = [declared.name for declared in METRICS]
    near = get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise KeyError(f"unknown metric {name!r}; {hint}known: {', '.join(known)}")
