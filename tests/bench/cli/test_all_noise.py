"""A fit that puts all samples in no cluster: its row, its caveats, its clusters and its figures."""

from pathlib import Path

import pandas as pd
import pytest

from bench.cli.app import main

pytestmark = [pytest.mark.slow, pytest.mark.draws]


def test_a_fit_that_is_all_noise_is_a_row_and_not_a_failure(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    """Accuracy counts noise as wrong; the indices are not defined; a caveat says why."""
    options = ["--methods", "kmeans,noise", "--alias", "noise=sklearn.cluster:DBSCAN", "--param", "noise.eps=0.000001"]
    options += ["--dataset", "digits", "--seeds", "2", "--threads", "1", "--param", "kmeans.n_init=1"]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEC_BENCH_CACHE", str(tmp_path / "cache"))
    assert main(["run", *options]) == 0
    out = " ".join(capfd.readouterr().out.split())
    assert "Noise: noise † leaves 100 % (seeds 0, 1) of the samples in no cluster: try other options of the me" in out
    assert "Number of clusters: noise, seeds 0, 1: 0 clusters found; the class gets no number of clusters" in out
    row = pd.read_csv(tmp_path / "results/digits/table.csv").set_index("label").loc["noise"]
    counts = ["accuracy_mean", "ari_mean", "nmi_mean", "n_clusters_found_mean", "noise_share_mean"]
    assert row[counts].tolist() == [0.0, 0.0, 0.0, 0.0, 1.0]
    assert row[["silhouette_input_mean", "davies_bouldin_own_mean", "smallest_share_mean"]].isna().all()
    table = (tmp_path / "results/digits/table.md").read_text()
    (line, *_) = [line for line in table.splitlines() if line.startswith("| noise †")]
    assert "**" not in line
    assert main(["show", "digits", "--clusters", "noise"]) == 0
    assert "1,797 samples in 0 clusters" in capfd.readouterr().out
    assert main(["figures", "digits", "--threads", "1"]) == 0
    assert "confusion-kmeans.png" in capfd.readouterr().out
    assert not list((tmp_path / "results/digits/figures").glob("*noise*"))
