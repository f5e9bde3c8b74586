"""Writes how often the proposed number of clusters is right, beside three simple rules, on six sets with known classes.

    python docs/results/number_of_clusters.py data results/benchmarks

`data` has the folders mnist, fashion-mnist-20k, ag_news and multiple-features (docs/results/other-data.md). The second
folder gets number_of_clusters.csv, number_of_clusters_evidence.csv and number_of_clusters.png. A set that is in the
first file already is not computed again.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from sklearn.mixture import GaussianMixture

from bench.analysis.cluster_count import LEVEL, count_in_maps, counting_maps
from bench.analysis.counting_space import OF_NETWORK, ImageShape
from bench.datasets.load import load

Points = np.ndarray
Known = tuple[Points, np.ndarray, ImageShape | None]
"""The features, the true classes, and the shape of the images."""
NUMBERS = range(2, 31)
"""Numbers of clusters that the simple rules choose from."""
MOST = 1000
"""Most samples of the simple rules: the first rows of the map, whose order is that of the data."""
N_REFERENCES = 3
"""Uniform samples of the gap statistic."""


def sets(data: Path) -> dict[str, Callable[[], Known]]:
    """By title: a function that loads the set."""

    def named(name: str, split: str = "train+test") -> Known:
        loaded = load(name, split)
        return np.asarray(loaded.features), np.asarray(loaded.labels), loaded.image_shape

    def digits_and_clothes() -> Known:
        """The 10,000 test digits of MNIST and 10,000 images of Fashion-MNIST: 20 classes."""
        digits, numbers, shape = named(f"{data}/mnist", "test")
        clothes, kinds, _ = named(f"{data}/fashion-mnist-20k", "train")
        return np.concatenate([digits, clothes[:10_000]]), np.concatenate([numbers, 10 + kinds[:10_000]]), shape

    return {
        "digits": lambda: named("digits"),
        "multiple-features": lambda: named(f"{data}/multiple-features", "train"),
        "ag_news": lambda: named(f"{data}/ag_news", "test"),
        "mnist": lambda: named(f"{data}/mnist"),
        "fashion-mnist-20k": lambda: named(f"{data}/fashion-mnist-20k", "train"),
        "digits and clothes": digits_and_clothes,
    }


def row_of(
    title: str, features: Points, classes: np.ndarray, shape: ImageShape | None
) -> tuple[dict[str, object], pd.DataFrame]:
    """The row of the table, and the evidence of the proposal. `seconds` are those of the proposal."""
    start = perf_counter()
    maps = counting_maps(features, shape)
    found = count_in_maps(maps)
    seconds = round(perf_counter() - start)
    first = maps.positions[0]
    points = first[:: max(1, len(first) // MOST)].astype(np.float64)
    row = {
        "set": title,
        "space": "network" if OF_NETWORK in maps.space else "input",
        "samples": len(features),
        "mapped": found.n_mapped,
        "compared": found.n_compared,
        "true_k": len(np.unique(classes)),
        "proposal": found.n_clusters,
        **simple_rules(points),
        "seconds": seconds,
    }
    evidence = pd.DataFrame([(title, merge.n_clusters, merge.valley) for merge in reversed(found.merges)])
    return row, evidence.set_axis(["set", "k", "valley"], axis=1)


def simple_rules(points: Points) -> dict[str, int]:
    """The numbers of clusters by the largest silhouette, the lowest BIC and the gap statistic (Tibshirani et al. 2001).

    The silhouette and the gap are those of K-Means, the BIC is that of a mixture of full covariances.
    """
    generator = np.random.default_rng(0)
    low, high = points.min(axis=0), points.max(axis=0)
    references = [generator.uniform(low, high, points.shape) for _ in range(N_REFERENCES)]
    silhouettes, bics, gaps, errors = {}, {}, {}, {}
    for k in NUMBERS:
        fitted = KMeans(k, n_init=2, random_state=0).fit(points)
        silhouettes[k] = silhouette_score(points, fitted.labels_)
        mixture = GaussianMixture(k, reg_covar=1e-4, random_state=0).fit(points)
        bics[k] = mixture.bic(points)
        of_references = np.log([KMeans(k, n_init=1, random_state=0).fit(each).inertia_ for each in references])
        gaps[k] = of_references.mean() - np.log(fitted.inertia_)
        errors[k] = of_references.std() * np.sqrt(1 + 1 / N_REFERENCES)
    by_gap = [k for k in NUMBERS[:-1] if gaps[k] >= gaps[k + 1] - errors[k + 1]]
    return {
        "silhouette": max(silhouettes, key=silhouettes.__getitem__),
        "bic": min(bics, key=bics.__getitem__),
        "gap": by_gap[0] if by_gap else NUMBERS[-1],
    }


def draw(evidence: pd.DataFrame, table: pd.DataFrame, path: Path) -> None:
    """One panel for each set: the valleys, the level, the true number and the proposal."""
    figure = Figure(figsize=(8, 5), layout="constrained")
    for ax, row in zip(figure.subplots(2, 3, sharey=True).flat, table.itertuples(), strict=False):
        own = evidence[evidence["set"] == row.set]
        ax.plot(own["k"], own["valley"], marker=".")
        ax.axhline(LEVEL, color="0.4", linestyle="--")
        ax.axvline(row.true_k, color="C2", linestyle=":", label=f"true k = {row.true_k}")
        at = own[own["k"] == row.proposal]
        ax.plot(at["k"], at["valley"], color="C3", marker="D", linestyle="", label=f"proposal {row.proposal}")
        ax.set(title=row.set, yscale="log", xlabel="k")
        ax.legend(fontsize="small")
    figure.supylabel("depth of the shallowest valley, √n · dip")
    figure.savefig(path, dpi=150)


def main(data: Path, folder: Path) -> None:
    """Compute the sets that are missing, one after the other; each is written when it is done."""
    table_path, evidence_path = folder / "number_of_clusters.csv", folder / "number_of_clusters_evidence.csv"
    rows = pd.read_csv(table_path).to_dict("records") if table_path.exists() else []
    evidence = [pd.read_csv(evidence_path)] if evidence_path.exists() else []
    for title, loaded in sets(data).items():
        if title in {row["set"] for row in rows}:
            continue
        row, lines = row_of(title, *loaded())
        rows.append(row)
        evidence.append(lines)
        pd.DataFrame(rows).to_csv(table_path, index=False, lineterminator="\n")
        pd.concat(evidence).to_csv(evidence_path, index=False, lineterminator="\n", float_format="%.4f")
        print(row, flush=True)  # noqa: T201
    draw(pd.concat(evidence), pd.DataFrame(rows), folder / "number_of_clusters.png")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python docs/results/number_of_clusters.py DATA FOLDER")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
