"""docs/results/true_labels.py computes the indices of the true labels."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from documents import ROOT
from sklearn import metrics

from bench.datasets.load import load

SCRIPT = ROOT / "docs" / "results" / "true_labels.py"


@pytest.mark.slow
def test_the_indices_are_those_of_scikit_learn(tmp_path: Path):
    subprocess.run([sys.executable, str(SCRIPT), "digits", "all", str(tmp_path / "made.csv")], check=True, cwd=ROOT)
    (row,) = pd.read_csv(tmp_path / "made.csv").to_dict("records")
    data = load("digits")
    X, labels = np.asarray(data.features), data.labels
    assert row["samples"] == 1797
    assert row["silhouette_input"] == pytest.approx(metrics.silhouette_score(X, labels), abs=1e-5)
    assert row["davies_bouldin_input"] == pytest.approx(metrics.davies_bouldin_score(X, labels), rel=1e-4)
    assert row["calinski_harabasz_input"] == pytest.approx(metrics.calinski_harabasz_score(X, labels), rel=1e-4)


def test_wrong_use_is_one_line():
    done = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 1
    assert done.stderr == "usage: python docs/results/true_labels.py DATASET SPLIT FILE.csv\n"
