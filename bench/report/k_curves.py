"""Internal indices and the stability over seeds against the number of clusters, k."""

import re
from collections.abc import Sequence
from dataclasses import astuple

import msgspec
import numpy as np
import pandas as pd

from bench.report.groups import Group
from bench.report.statistics import summarize

INDICES = ("silhouette_input", "davies_bouldin_input", "calinski_harabasz_input")
"""Metrics of the input space, which is the same for all methods and all k."""
STABILITY = "stability"
"""Mean adjusted Rand index between each two seeds of one configuration; the true labels are not used."""
COLUMNS = ("row", "k", "metric", "mean", "sd", "n")


def k_curves(groups: Sequence[Group], agreement: pd.DataFrame) -> pd.DataFrame:
    """One row for each configuration, k and metric: mean and standard deviation over seeds, or over pairs of seeds.

    `agreement` has the adjusted Rand index between each two fits, named `LABEL, seed SEED`; it may be empty.
    Configurations with only one k are left out. The frame is empty if there is no other.
    """
    families: dict[str, list[Group]] = {}
    for group in groups:
        if group.cell.folds is None:
            families.setdefault(msgspec.structs.replace(group.cell, n_clusters=1, seed=0).key, []).append(group)
    rows = [
        (without_k(group.label), group.cell.n_clusters, metric, *astuple(summarize(values)))
        for family in families.values()
        if len(family) > 1
        for group in sorted(family, key=lambda each: each.cell.n_clusters)
        for metric, values in _values(group, agreement).items()
        if values
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _values(group: Group, agreement: pd.DataFrame) -> dict[str, list[float]]:
    values = {metric: list(group.by_seed(metric).values()) for metric in INDICES}
    fits = [f"{group.label}, seed {outcome.cell.seed}" for outcome in group.ok]
    known = [name for name in fits if name in agreement.index]
    values[STABILITY] = agreement.loc[known, known].to_numpy()[np.triu_indices(len(known), 1)].tolist()
    return values


def without_k(label: str) -> str:
    """The label of a row without its number of clusters.

    >>> without_k("kmeans (k=5)"), without_k("dec (small, k=5, lr=0.1)"), without_k("dec (k=5, lr=0.1)")
    ('kmeans', 'dec (small, lr=0.1)', 'dec (lr=0.1)')
    """
    return re.sub(r" \(\)$", "", re.sub(r"(?<=\()k=\d+(, )?|, k=\d+", "", label))
