"""The command `indices`, on fits of real digits."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau

from bench.cli.app import main
from methods import registry

pytestmark = [pytest.mark.slow, pytest.mark.draws]

RUN = ["run", "--dataset", "digits", "--methods", "kmeans,pca-kmeans,som", "--seeds", "2", "--threads", "1"]
LABELS = ("Silhouette", "Davies–Bouldin", "Calinski–Harabasz")
INDICES = ("silhouette", "davies_bouldin", "calinski_harabasz")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("indices")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "umap_map", lambda points, seed: points[:, :10])
        assert main([*RUN, "--param", "som.n_steps=500", "--results-dir", str(folder)]) == 0
        assert main(["indices", "digits", "--threads", "1", "--results-dir", str(folder)]) == 0
    return folder


def test_fits_on_subsamples_label_other_samples_and_are_left_out(results: Path, capfd, tmp_path: Path) -> None:
    place = ["--threads", "1", "--results-dir", str(tmp_path)]
    run = ["run", "--dataset", "digits", "--limit", "200", "--methods", "kmeans", "--seeds", "1", "--subsamples", "2"]
    assert main([*run, "--name", "parts", *place]) == 0
    capfd.readouterr()
    assert main(["indices", "parts", *place]) == 2
    assert "error: 'parts' has no finished fit of all samples" in capfd.readouterr().err


def test_each_index_has_a_matrix_with_a_row_for_each_partition_and_the_true_labels(results: Path) -> None:
    cells = pd.read_csv(results / "digits/cells.csv").set_index(["method", "seed"])
    for index in INDICES:
        matrix = pd.read_csv(results / f"digits/index_matrix_{index}.csv")
        assert list(matrix["label"]) == ["kmeans"] * 2 + ["pca-kmeans"] * 2 + ["som"] * 2 + ["true labels"]
        spaces = ["input", "PCA-50", "UMAP of PCA-50", "space of pca-kmeans"]
        assert list(matrix.columns) == ["label", "seed", "own_space", *spaces, "ACE"]
        assert matrix["own_space"].isna().tolist() == [False] * 6 + [True]
        for column, space in (("input", "input"), ("PCA-50", "reference")):
            for _, row in matrix.iloc[:6].iterrows():
                stored = cells.loc[(row["label"], int(row["seed"])), f"{index}_{space}"]
                assert row[column] == pytest.approx(stored, rel=1e-6)
        assert (results / f"digits/figures/index-{index}.png").read_bytes().startswith(b"\x89PNG")


def test_the_document_has_a_table_for_each_index_with_marked_own_spaces(results: Path) -> None:
    text = (results / "digits/index.md").read_text()
    assert [line for line in text.splitlines() if line.startswith("## ")][:3] == [
        "## Silhouette ↑",
        "## Davies–Bouldin ↓",
        "## Calinski–Harabasz ↑",
    ]
    row = next(line for line in text.splitlines() if line.startswith("| pca-kmeans, seed 1"))
    assert [cell.strip()[0] == "[" for cell in row.split("|")[2:-1]] == [False, False, False, True, False]


def test_each_criterion_has_a_row_that_says_what_it_is_worth(results: Path) -> None:
    worth = pd.read_csv(results / "digits/index_worth.csv", keep_default_na=False)
    spaces = ["own", "several", "input", "PCA-50", "UMAP of PCA-50", "space of pca-kmeans"]
    expected = [(f"ACE of {n}" if space == "several" else n, space) for n in LABELS for space in spaces]
    expected += [("stability over seeds", ""), ("agreement with other methods", "")]
    assert list(zip(worth["criterion"], worth["space"], strict=True)) == expected
    is_ace = worth["criterion"].str.startswith("ACE")
    assert set(worth.loc[~is_ace, "n_partitions"]) == {6}
    assert worth.loc[~is_ace, "tau"].astype(float).between(-1, 1).all()
    assert set(worth.loc[is_ace, "tau"]) == {""}, "without UMAP, no space of digits has more than one mode"
    cells = pd.read_csv(results / "digits/cells.csv")
    own = worth.loc[(worth["criterion"] == "Davies–Bouldin") & (worth["space"] == "own"), "tau"]
    assert float(own.iloc[0]) == pytest.approx(kendalltau(-cells["davies_bouldin_own"], cells["ari"]).statistic)
    assert "| stability over seeds" in (results / "digits/index.md").read_text()


def test_without_true_labels_there_is_no_row_of_them_and_nothing_is_worth_anything(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.random.default_rng(0).normal(size=(120, 4)).astype(np.float32))
    here = ["--threads", "1", "--results-dir", str(tmp_path)]
    run = ["run", "--dataset", str(tmp_path / "x.npy"), "--methods", "kmeans", "--n-clusters", "3", "--seeds", "2"]
    assert main([*run, "--name", "x", *here]) == 0
    assert main(["indices", "x", *here]) == 0
    assert "true labels" not in pd.read_csv(tmp_path / "x/index_matrix_silhouette.csv")["label"].tolist()
    assert not (tmp_path / "x/index_worth.csv").exists()
    assert "What an index is worth" not in (tmp_path / "x/index.md").read_text()


def test_without_a_fit_of_all_samples_it_is_one_line(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["indices", "nothing", "--results-dir", str(tmp_path)]) == 2
    search = ["search", "small", "--dataset", "digits", "--param", "kmeans.n_init=1,2", "--folds", "2", "--name", "s"]
    assert main([*search, "--threads", "1", "--results-dir", str(tmp_path)]) == 0
    capsys.readouterr()
    assert main(["indices", "s", "--threads", "1", "--results-dir", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
