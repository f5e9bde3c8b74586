"""Writes the three indices of the true labels in pixels: what a perfect clustering would have.

    python docs/results/true_labels.py mnist train+test results/mnist-flagship/true_labels.csv

The data set is one of `python -m bench list datasets`, or a folder.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from bench.datasets.load import load
from bench.metrics.fit import Fit
from bench.metrics.scoring import score

INDICES = ("silhouette_input", "davies_bouldin_input", "calinski_harabasz_input")


def main(dataset: str, split: str, path: Path) -> None:
    """Write one row: the number of samples and the indices."""
    data = load(dataset, split)
    if data.labels is None:
        sys.exit(f"{dataset} has no true labels.")
    values = score([Fit(labels=np.asarray(data.labels, np.int64), features=np.asarray(data.features))])[0]
    row = {"samples": len(data.features), **{name: values[name] for name in INDICES}}
    pd.DataFrame([row]).to_csv(path, index=False, lineterminator="\n")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: python docs/results/true_labels.py DATASET SPLIT FILE.csv")
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
