"""Several numbers of clusters: k.csv and the figure k on disk, after real runs."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread
from sklearn.metrics import adjusted_rand_score

from bench.cli.app import main
from bench.report.figures.declarations import FIGURES
from bench.store.store import Store

pytestmark = pytest.mark.slow

RUN = ["run", "--dataset", "digits", "--methods", "kmeans,pca-kmeans", "--seeds", "3", "--threads", "1"]
CSV, PNG, SVG = "k.csv", "figures/k.png", "figures/k.svg"


def bench(folder: Path, *arguments: str) -> None:
    assert main([*arguments, "--results-dir", str(folder)]) == 0


def files(folder: Path) -> dict[str, bytes]:
    return {name: (folder / "digits" / name).read_bytes() for name in (CSV, PNG, SVG)}


@pytest.fixture(scope="module", autouse=True)
def one_figure(without_figures: None) -> Iterator[None]:
    """A run draws this figure only: the others take longer than the fits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bench.report.figures.write.FIGURES", tuple(each for each in FIGURES if each.name == "k"))
        yield


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("several-k")
    bench(folder, *RUN, "--n-clusters", "3,10")
    return folder


def test_a_run_writes_the_numbers_of_its_tables_and_the_agreement_of_its_seeds(results: Path) -> None:
    frame = pd.read_csv(results / "digits" / CSV)
    cells = pd.read_csv(results / "digits/cells.csv")
    store = Store(results, "digits")
    manifest = store.manifest()
    assert manifest is not None
    assert len(frame) == 2 * 2 * 4
    for (method, k), lines in frame.groupby(["row", "k"]):
        by_metric = lines.set_index("metric")
        fits = cells[(cells["method"] == method) & (cells["n_clusters"] == k)]
        for name in ("silhouette_input", "davies_bouldin_input", "calinski_harabasz_input"):
            line = by_metric.loc[name]
            assert (line["mean"], line["sd"]) == pytest.approx((fits[name].mean(), fits[name].std()))
            assert (line["n"], line["n_counts"]) == (3, "seeds")
        labels = [store.arrays(c.key)["labels"] for c in manifest.cells if (c.method, c.n_clusters) == (method, k)]
        pairs = [adjusted_rand_score(*pair) for pair in combinations(labels, 2)]
        line = by_metric.loc["stability"]
        assert (line["mean"], line["sd"]) == pytest.approx((np.mean(pairs), np.std(pairs, ddof=1)))
        assert (line["n"], line["n_counts"]) == (3, "pairs of seeds")


def test_the_picture_is_drawn_and_listed(results: Path) -> None:
    picture = imread(results / "digits" / PNG)
    assert picture.shape[1] > picture.shape[0] > 300
    assert len(np.unique(picture.reshape(-1, picture.shape[2]), axis=0)) > 50, "not an empty panel"
    assert "<svg" in (results / "digits" / SVG).read_text()
    listed = (results / "digits/figures.json").read_text()
    assert all(f'"{Path(name).name}"' in listed for name in (CSV, PNG, SVG))


def test_report_writes_the_same_again_and_figures_leaves_it(results: Path) -> None:
    before = files(results)
    for name in before:
        (results / "digits" / name).unlink()
    bench(results, "report", "digits")
    assert files(results) == before
    bench(results, "figures", "digits", "--samples", "100", "--threads", "1")
    assert files(results) == before


def test_later_runs_are_in_the_files(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """One k: no files. A second k: files. A third k: other files. Another method with one k: it is named."""
    kmeans = ["run", "--dataset", "digits", "--methods", "kmeans", "--threads", "1"]
    bench(tmp_path, *kmeans, "--seeds", "1", "--n-clusters", "3")
    assert not any((tmp_path / "digits" / name).exists() for name in (CSV, PNG, SVG))

    bench(tmp_path, *kmeans, "--seeds", "1", "--n-clusters", "5")
    frame = pd.read_csv(tmp_path / "digits" / CSV)
    assert (sorted(set(frame["k"])), "stability" in set(frame["metric"])) == ([3, 5], False)
    words = "have no stability of kmeans (k=3), kmeans (k=5): it needs two finished seeds."
    assert words in " ".join(capfd.readouterr().out.split())

    before = files(tmp_path)
    bench(tmp_path, *kmeans, "--seeds", "2", "--n-clusters", "3,5,8")
    frame = pd.read_csv(tmp_path / "digits" / CSV)
    assert sorted(set(frame["k"])) == [3, 5, 8]
    assert (frame["metric"] == "stability").sum() == 3
    assert all(new != before[name] for name, new in files(tmp_path).items())
    assert "stability" not in capfd.readouterr().out

    (tmp_path / "digits" / CSV).write_text("a reader's own notes")
    bench(tmp_path, *RUN[:3], "--methods", "pca-kmeans", "--seeds", "1", "--threads", "1", "--n-clusters", "4")
    assert (tmp_path / "digits/k.kept-1.csv").read_text() == "a reader's own notes"
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "digits" / CSV), frame)
    words = "k.csv and the figure k leave out pca-kmeans: only one number of clusters has finished."
    assert words in " ".join(capfd.readouterr().out.split())


def test_a_damaged_fit_is_missing_in_the_tables_of_the_same_report(tmp_path: Path) -> None:
    bench(tmp_path, *RUN[:3], "--methods", "kmeans", "--seeds", "3", "--threads", "1", "--n-clusters", "3,5")
    store = Store(tmp_path, "digits")
    path = next(store.path("cells").glob("*.npz"))
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    bench(tmp_path, "report", "digits")
    frame = pd.read_csv(tmp_path / "digits" / CSV).query("metric == 'stability'")
    assert sorted(frame["n"]) == [1, 3]
    assert "2 of 3, 1 missing" in (tmp_path / "digits/table.md").read_text()
