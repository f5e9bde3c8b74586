"""How strongly a fit assigns each sample to its cluster."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from bench.metrics.margin import clusters_of_units, margins
from bench.store import arrays as names

Kind = Literal["q", "posterior", "margin"]
Arrays = Mapping[str, NDArray[Any]]
_AGREEMENT = 0.99
"""Least share of samples whose largest q is that of the chosen cluster. Rounding errors at ties are far fewer."""


def margin_of(arrays: Arrays, X: NDArray[np.float32], *, is_map: bool) -> NDArray[np.float32] | None:
    """The margin of each sample in the method's own space, (n_samples,) in [−1, 1]; None without centres.

    `arrays` are those of the fit; `X`, (n_samples, n_features), has its samples. True labels are not used. A map is
    measured with its units. Every other method is measured with one centre for each cluster, which is the mean of the
    cluster's samples for a third-party class.
    """
    labels, centers = arrays[names.LABELS], arrays.get(names.CLUSTER_CENTERS)
    if centers is None:
        return None
    if is_map:
        units = arrays[names.PROTOTYPES]
        return margins(X, units, clusters_of_units(X, units, labels), labels)
    return margins(arrays.get(names.EMBEDDING, X), centers, np.arange(len(centers)), labels)


def strength(arrays: Arrays, X: NDArray[np.float32], *, is_map: bool) -> tuple[Kind, NDArray[np.floating[Any]]]:
    """The kind of the strength of a fit, and the strength of each sample, (n_samples,); NaN where there is none.

    q: the soft assignment of DEC to the chosen cluster. posterior: that of a mixture. margin: see `margin_of`; also of
    a DEC whose final clusters are not those of its soft assignments (`final_assignment=kmeans`).
    """
    if (q := _q_of_chosen(arrays)) is not None:
        return "q", q
    if names.POSTERIOR in arrays:
        return "posterior", arrays[names.POSTERIOR]
    margin = arrays[names.MARGIN] if names.MARGIN in arrays else margin_of(arrays, X, is_map=is_map)
    return "margin", np.full(len(X), np.nan, np.float32) if margin is None else margin


def _q_of_chosen(arrays: Arrays) -> NDArray[np.floating[Any]] | None:
    """The soft assignment to the chosen cluster, (n_samples,); None if the soft assignments have other clusters."""
    shares, labels = arrays.get(names.SOFT_ASSIGNMENTS), arrays[names.LABELS]
    if shares is None or np.mean(shares.argmax(axis=1) == labels) < _AGREEMENT:
        return None
    has_column = (labels >= 0) & (labels < shares.shape[1])
    chosen: NDArray[np.floating[Any]] = shares[np.arange(len(labels)), np.where(has_column, labels, 0)]
    return np.where(has_column, chosen, np.nan)
