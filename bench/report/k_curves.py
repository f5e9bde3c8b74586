"""Internal indices and the stability over seeds against the number of clusters, k."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple

import msgspec
import pandas as pd

from bench.report.groups import Group
from bench.statistics.summary import summarize

INDICES = ("silhouette_input", "davies_bouldin_input", "calinski_harabasz_input")
"""Metrics of the input space, which is the same for all methods and all k."""
STABILITY = "stability"
"""Mean adjusted Rand index over the pairs of seeds of one row of the tables; the true labels are not used."""
SEEDS, PAIRS = "seeds", "pairs of seeds"
"""The two things over which a mean is made."""
COLUMNS = ("row", "k", "metric", "mean", "sd", "n", "n_counts")


def rows_of_k(groups: Sequence[Group]) -> dict[str, list[Group]]:
    """The groups that differ only in k, in ascending order of k, by their label without k.

    Groups without a finished fit or without a number of clusters, and configurations with only one k, are left out.
    """
    families: dict[str, list[Group]] = {}
    for group in (each for each in groups if each.ok and each.cell.n_clusters is not None):
        families.setdefault(msgspec.structs.replace(group.cell, n_clusters=1, seed=0).key, []).append(group)
    return {
        without_k(family[0].label): sorted(family, key=lambda each: each.cell.n_clusters or 0)
        for family in families.values()
        if len(family) > 1
    }


def k_curves(rows: Mapping[str, Sequence[Group]], stabilities: Mapping[str, Sequence[float]]) -> pd.DataFrame:
    """One line for each row, k and metric: mean, standard deviation, and the number `n` of values; `n_counts` has what
    `n` counts: seeds or pairs of seeds.

    `rows` are those of `rows_of_k`. `stabilities` has, by label of a group, the adjusted Rand index of each pair of its
    seeds.
    """
    lines = [
        (label, group.cell.n_clusters, metric, *astuple(summarize(values)), PAIRS if metric == STABILITY else SEEDS)
        for label, groups in rows.items()
        for group in groups
        for metric, values in [
            *((name, list(group.by_draw(name).values())) for name in INDICES),
            (STABILITY, list(stabilities[group.label])),
        ]
        if values
    ]
    return pd.DataFrame(lines, columns=list(COLUMNS))


def without_k(label: str) -> str:
    """The label of a row without its number of clusters. An option that is called k stays.

    >>> without_k("kmeans (k=5)"), without_k("dec (small, k=5, lr=0.1)"), without_k("dec (k=5, lr=0.1)")
    ('kmeans', 'dec (small, lr=0.1)', 'dec (lr=0.1)')
    >>> without_k("own:Graph (k=5, k=7)")
    'own:Graph (k=7)'
    """
    return re.sub(r" \(\)$", "", re.sub(r"(?<=\()k=\d+(, )?|, k=\d+", "", label, count=1))
