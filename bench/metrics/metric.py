"""The declaration of a metric, as this project and plug-ins make it. Imports no heavy library."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Literal

from bench.metrics.spaces import Space

if TYPE_CHECKING:
    from bench.metrics.fit import Fit

Kind = Literal["external", "internal", "quantization", "model", "clusters"]
Bounds = tuple[float, float]


@dataclass(frozen=True)
class Metric:
    """One number that is computed from one fit.

    >>> from bench import Metric
    >>> purity = Metric(
    ...     "purity", "Purity", "my_package:purity", "external", "share of samples of the most frequent class of their "
    ...     "cluster (Manning et al. 2008)", (0, 1), higher_is_better=True, needs=frozenset({"true_labels"}))
    >>> purity.space, purity.decimals
    (None, 3)
    """

    name: str
    """Column name in scores and CSV files; it ends in the space if the same index exists in each space."""
    label: str
    """Heading in tables and figures, without the space."""
    function: str
    """Address of the function, `module:function`. The function takes a Fit and returns a float or None."""
    kind: Kind
    """`external`: agreement with the true labels; no other kind needs them. `internal`: an index of the clusters in a
    space. `quantization`: how well prototypes represent the samples. `model`: a number about the model. `clusters`: a
    number that describes the clusters."""
    description: str
    """One line, with the source."""
    bounds: Bounds
    """Lowest and highest possible value, both included."""
    higher_is_better: bool | None = None
    """None for a descriptive number: neither direction is better."""
    space: Space | None = None
    """`own`: the result of the method's `transform`; `input`: X, equal for all methods; `reference`: 50 principal
    components of X, equal for all methods; None: no space is used."""
    needs: frozenset[str] = frozenset()
    """Attributes of Fit; the metric is None if one of them is missing."""
    decimals: int = 3
    """Digits after the decimal point in tables."""
    in_each_space: bool = False
    """Whether one function computes the metric in each space; it takes the space as its second argument, `space`."""
    comparable_across_k: bool = False
    """Whether fits with different numbers of clusters are comparable: the index is adjusted for chance, or was made to
    choose the number. All others grow or shrink with the number by themselves, such as NMI, accuracy and errors."""
    uses_silhouette: bool = False
    """Whether the function reads the silhouette, which needs all distances between samples. Not for plug-ins."""

    def load(self) -> "Callable[[Fit], float | None]":
        """The function of the metric. Its module is imported, and with it numpy, scipy or scikit-learn."""
        function: Callable[..., float | None] = resolve_name(self.function)
        return partial(function, space=self.space) if self.in_each_space else function
