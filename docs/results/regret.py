"""Measures how much of the ARI it costs to choose a fit without labels, by the rule of `choose` and by simpler ones.

    python docs/results/regret.py results/choose/regret.csv results/mnist-20k results/ag-news

Each results folder has the finished fits of one data set with true labels; `python -m bench merge` joins several. The
regret is the largest ARI of all fits, minus that of the named fit. The true labels are used for the ARI alone.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.console import Console

from bench.analysis.agreement import pairwise_ari
from bench.analysis.choice import choice
from bench.analysis.partition_agreement import stability
from bench.analysis.partitions import Partition, partitions_of
from bench.commands.figures import load_for
from bench.errors import UsageError
from bench.metrics.reference import reference_space
from bench.report.groups import group
from bench.report.outcomes import read
from bench.store.store import Store

RULE, FIRST_SEED, RANDOM = "the rule of `choose`", "first seed", "a random fit"
SILHOUETTE, LOSS, AGREEMENT = "largest silhouette, own space", "smallest KL(P‖Q)", "most agreement with other seeds"
ALL, MEAN = "all", "mean"
COLUMNS = ("data_set", "among", "rows", "fits", "criterion", "named", "ari", "best_ari", "regret")
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Fits:
    """The fits of one data set, in the order of the tables."""

    data_set: str
    partitions: Sequence[Partition]
    methods: Sequence[str]
    """The method of each fit."""
    ari: Numbers
    """(n_fits,): the agreement with the true labels."""
    values: Mapping[str, Numbers]
    """By criterion, (n_fits,): the larger, the better; not a number for a fit that the criterion does not rank."""


def fits_of(folder: Path, console: Console) -> Fits:
    """The finished fits of a results folder. Raises UsageError if the folder is not fit for the measurement."""
    store = Store(folder.parent, folder.name)
    outcomes = read(store)
    partitions, notes = partitions_of(store, group(outcomes.all))
    cells = {outcome.cell.key: outcome.cell for outcome in outcomes.ok}
    numbers = {cells[each.key].n_clusters for each in partitions}
    if len(numbers) != 1 or None in numbers:
        raise UsageError(f"{folder}: expected fits that ask for one number of clusters, got {numbers or 'none'}.")
    scores = {outcome.cell.key: outcome.scores for outcome in outcomes.ok}
    if unscored := [each.name for each in partitions if "ari" not in scores[each.key]]:
        raise UsageError(f"{folder}: {', '.join(unscored)}: no ARI; it needs scores and true labels.")
    unfinished = len(outcomes.all) - len(outcomes.ok)
    for line in [*notes, *([f"{unfinished} cells have not finished."] if unfinished else [])]:
        console.print(f"{folder}: {line}", markup=False, highlight=False, soft_wrap=True)
    features = np.asarray(load_for(store, console).features)
    labelings = [each.labels for each in partitions]
    column = {
        name: np.array([scores[each.key].get(name, np.nan) for each in partitions])
        for name in ("ari", "silhouette_own", "kl_divergence")
    }
    (n_clusters,) = numbers
    values = {
        RULE: choice(reference_space(features), labelings, n_clusters).bits,
        SILHOUETTE: column["silhouette_own"],
        LOSS: -column["kl_divergence"],
        AGREEMENT: stability(pairwise_ari(labelings), [each.label for each in partitions]),
    }
    return Fits(folder.name, partitions, [cells[each.key].method for each in partitions], column["ari"], values)


def regrets(fits: Fits) -> list[list[object]]:
    """One row for each criterion: among all fits, and among those of each method with several."""
    rows = []
    methods = list(dict.fromkeys(fits.methods))
    for among in [ALL, *methods] if len(methods) > 1 else [ALL]:
        places = [n for n, method in enumerate(fits.methods) if among in (ALL, method)]
        if len(places) > 1:
            rows += _of_places(fits, among, places)
    return rows


def _of_places(fits: Fits, among: str, places: Sequence[int]) -> list[list[object]]:
    ari, best = fits.ari[places], fits.ari[places].max()
    labels = [fits.partitions[place].label for place in places]
    first = [n for n, label in enumerate(labels) if label not in labels[:n]]
    named: dict[str, list[int]] = {}
    for criterion, values in fits.values.items():
        own = np.round(values[places], 12)  # rounding does not decide between equal fits
        named[criterion] = [int(np.nanargmax(own))] if np.isfinite(own).any() else []
    named |= {FIRST_SEED: first, RANDOM: list(range(len(places)))}
    rows = []
    for criterion, numbers in named.items():
        name = fits.partitions[places[numbers[0]]].name if len(numbers) == 1 else f"mean of {len(numbers)}"
        mean = ari[numbers].mean() if numbers else np.nan
        start = [fits.data_set, among, len(set(labels)), len(places), criterion, name if numbers else ""]
        rows.append([*start, mean, best, best - mean])
    return rows


def with_means(table: pd.DataFrame) -> pd.DataFrame:
    """The rows, and after them the mean regret of each criterion: among all fits, and among those of one method."""
    rows = []
    of_all = table["among"] == ALL
    for among, part in ((ALL, table[of_all]), ("one method", table[~of_all])):
        for criterion, of_one in part.groupby("criterion", sort=False):
            known = of_one["regret"].dropna()
            rows.append([MEAN, among, None, None, criterion, f"mean of {len(known)}", None, None, known.mean()])
    means = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"ari": float, "best_ari": float})
    return pd.concat([table, means], ignore_index=True).astype({"rows": "Int64", "fits": "Int64"})


def main(path: Path, folders: Sequence[Path]) -> None:
    """Write one row for each data set and criterion, and the means."""
    console = Console(stderr=True)
    rows = [row for folder in folders for row in regrets(fits_of(folder, console))]
    path.parent.mkdir(parents=True, exist_ok=True)
    table = with_means(pd.DataFrame(rows, columns=list(COLUMNS)))
    table.to_csv(path, index=False, float_format="%.6f", lineterminator="\n")


if __name__ == "__main__":
    if len(sys.argv) < 3 or not sys.argv[1].endswith(".csv"):
        sys.stderr.write("usage: python docs/results/regret.py FILE.csv RESULTS_FOLDER…\n")
        sys.exit(2)
    try:
        main(Path(sys.argv[1]), [Path(folder) for folder in sys.argv[2:]])
    except UsageError as error:
        sys.exit(f"error: {error}")
