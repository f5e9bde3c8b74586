"""The tables of docs/results/consensus.md, from the published folders."""

import pandas as pd
from documents import RESULTS

SETS = {
    "multiple-features-consensus": "UCI's Multiple Features, 2,000 digits of 16 × 15 pixels",
    "digits-consensus": "scikit-learn's digits, 1,797 of 8 × 8",
    "fashion-consensus": "Fashion-MNIST, 20,000 images of 28 × 28",
}
"""By published folder, the name of its data in the table."""
START = "umap-gmm-hidden"
BASELINES = ("umap-gmm", "ae-kmeans", "pca-kmeans", "kmeans")
TOLERANCE = 0.005
"""ARI that a fit may lose to its own start."""


def cells(folder: str, column: str) -> pd.DataFrame:
    """One metric of a published folder: seeds in rows, methods in columns."""
    return pd.read_csv(RESULTS / folder / "cells.csv").pivot(index="seed", columns="method", values=column)


def means_table() -> list[list[str]]:
    """Accuracy and ARI of `dec`, and ARI of its start and of two baselines: mean ± standard deviation."""
    rows = []
    for folder, name in SETS.items():
        accuracy, ari = cells(folder, "accuracy"), cells(folder, "ari")
        values = [accuracy["dec"], ari["dec"], ari[START], ari["umap-gmm"], ari["kmeans"]]
        rows.append([_linked(folder, name), *(f"{each.mean():.3f} ± {each.std():.3f}" for each in values)])
    return rows


def seeds_table() -> list[list[str]]:
    """The ARI of `dec` and of its start with each seed, and how many seeds hold what is promised."""
    rows = []
    for folder, name in SETS.items():
        ari = cells(folder, "ari")
        pairs = [f"{dec:.3f} ({start:.3f})" for dec, start in zip(ari["dec"], ari[START], strict=True)]
        best = ari[list(BASELINES)].mean().max()
        kept = [(ari["dec"] >= ari[START] - TOLERANCE).sum(), (ari["dec"] >= best).sum()]
        rows.append([name.split(",")[0], *pairs, *(f"{count} of {len(ari)}" for count in kept)])
    return rows


def _linked(folder: str, name: str) -> str:
    return f"[{name}](../../results/{folder}/table.md)"
