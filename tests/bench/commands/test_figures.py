"""The pictures that need the images, of fits of real digits."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from bench.cli.app import main
from bench.commands import figures as gallery
from bench.datasets.load import load
from bench.metrics.external import hungarian_accuracy, match_clusters
from bench.report.figures.confusion import confusion
from bench.report.figures.som_map import u_matrix
from bench.report.figures.tsne_map import tsne_map
from bench.store.store import Store

RUN = ["run", "--dataset", "digits", "--methods", "dec,som,kmeans", "--seeds", "2", "--threads", "1"]
QUICK = ["--param", "dec.pretrain_epochs=2", "--param", "dec.epochs=1", "--param", "som.n_steps=500"]
KINDS = {
    *("agreement", "classes", "confusion-dec", "centres-dec", "reconstructions-dec", "tsne-dec"),
    *("confusion-som", "map-som", "confusion-kmeans", "centres-kmeans"),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawn")
    assert main([*RUN, *QUICK, "--results-dir", str(folder)]) == 0
    assert main(["figures", "digits", "--samples", "200", "--threads", "1", "--results-dir", str(folder)]) == 0
    return folder


def test_every_picture_is_there_as_png_and_as_svg(results: Path):
    for name in KINDS:
        path = results / "digits/figures" / name
        assert path.with_suffix(".png").read_bytes().startswith(b"\x89PNG"), name
        assert "<svg" in path.with_suffix(".svg").read_text(), name


def test_pictures_are_drawn_alike_each_time_and_those_of_other_names_go(results: Path):
    paths = [
        results / "digits/figures" / f"{name}{end}" for name in ("tsne-dec", "map-som") for end in (".png", ".svg")
    ]
    before = [path.read_bytes() for path in paths]
    gone = results / "digits/figures/confusion-kmeans_n_init_1.png"
    gone.write_bytes(b"of a configuration that has another name by now")
    assert main(["figures", "digits", "--samples", "200", "--threads", "1", "--results-dir", str(results)]) == 0
    assert [path.read_bytes() for path in paths] == before
    assert not gone.exists()


def test_the_lowest_seed_is_shown_and_the_confusion_adds_up_to_the_accuracy(
    results: Path, monkeypatch: pytest.MonkeyPatch
):
    shown: dict[str, np.ndarray] = {}
    monkeypatch.setattr(gallery, "confusion", lambda counts, names, order, title: shown.update({title: counts}))
    monkeypatch.setattr(gallery, "save_figure", lambda figure, path: path)
    gallery.write_gallery(Store(results, "digits"), load("digits"), 200, 1, lambda share: None)
    cells = pd.read_csv(results / "digits/cells.csv").query("seed == 0").set_index("method")
    for title, counts in shown.items():
        method = title.split()[0]
        assert "seed 0" in title
        assert np.trace(counts) / counts.sum() == pytest.approx(cells.loc[method, "accuracy"])
    assert len(shown) == 3


def test_labels_that_were_kept_are_scored_afterwards(tmp_path: Path):
    kept = ["run", "--dataset", "digits", "--methods", "dec,kmeans", "--seeds", "1", "--threads", "1", *QUICK[:2]]
    kept += ["--param", "dec.epochs=3", "--param", "dec.tol=0", "--param", "dec.keep_labels=true"]
    assert main([*kept, "--results-dir", str(tmp_path)]) == 0
    assert main(["figures", "digits", "--samples", "100", "--threads", "1", "--results-dir", str(tmp_path)]) == 0
    frame = pd.read_csv(tmp_path / "digits/time_to_accuracy.csv")
    cells = pd.read_csv(tmp_path / "digits/cells.csv").set_index("method")
    dec = frame[frame["method"] == "dec"]
    assert len(dec) == 5  # the start, three updates and the end
    assert dec["seconds"].is_monotonic_increasing
    assert cells.loc["dec", "seconds_pretrain"] < dec["seconds"].iloc[0]
    assert dec["seconds"].iloc[-1] <= cells.loc["dec", "fit_seconds"]
    assert dec["accuracy"].iloc[-1] == pytest.approx(cells.loc["dec", "accuracy"])
    assert dec["ari"].iloc[-1] == pytest.approx(cells.loc["dec", "ari"])
    kmeans = frame[frame["method"] == "kmeans"]
    assert kmeans["seconds"].tolist() == pytest.approx([cells.loc["kmeans", "fit_seconds"]])
    assert (tmp_path / "digits/figures/time-to-accuracy.svg").exists()


def test_the_agreement_of_fits_is_that_of_their_labels(results: Path):
    frame = pd.read_csv(results / "digits/agreement.csv", index_col=0)
    store = Store(results, "digits")
    assert len(frame) == 6
    np.testing.assert_array_equal(frame.to_numpy(), frame.to_numpy().T)
    manifest = store.manifest()
    assert manifest is not None
    one, other = (store.arrays(cell.key)["labels"] for cell in manifest.cells if cell.method == "kmeans")
    assert frame.loc["kmeans, seed 0", "kmeans, seed 1"] == pytest.approx(adjusted_rand_score(one, other))
    assert frame.loc["kmeans, seed 0", "dec, seed 0"] < 1


def test_without_kept_labels_there_is_no_time_to_accuracy(results: Path):
    assert not (results / "digits/time_to_accuracy.csv").exists()


def test_a_changed_data_set_is_refused(results: Path, capfd: pytest.CaptureFixture[str], tmp_path: Path):
    manifest = (results / "digits/manifest.json").read_text()
    digest = load("digits").digest
    other = tmp_path / "digits"
    (results / "digits").rename(other)
    try:
        (other / "manifest.json").write_text(manifest.replace(digest, "0" * 64))
        assert main(["figures", "digits", "--results-dir", str(tmp_path)]) == 2
        assert "has changed since the run: expected digest 000000000000" in capfd.readouterr().err
    finally:
        (other / "manifest.json").write_text(manifest)
        other.rename(results / "digits")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["figures", "nothing"], "no experiment 'nothing'"),
        (["figures", "nothing", "--samples", "3"], "--samples 3 is not valid; expected 10 or more"),
    ],
)
def test_wrong_use_is_one_line(arguments: list[str], message: str, capfd: pytest.CaptureFixture[str]):
    assert main(arguments) == 2
    assert message in capfd.readouterr().err


def test_clusters_left_over_are_matched_to_no_class():
    true, predicted = np.array([0, 0, 0, 1, 1]), np.array([2, 2, 0, 1, -1])
    matched = match_clusters(true, predicted)
    assert matched == {2: 0, 1: 1}
    right = sum(matched.get(int(k)) == c for c, k in zip(true, predicted, strict=True))
    assert right / 5 == hungarian_accuracy(true, predicted)


def test_the_u_matrix_is_the_mean_distance_to_all_neighbours():
    prototypes = np.random.default_rng(0).normal(size=(12, 5)).astype(np.float32)
    grid = prototypes.reshape(3, 4, 5)
    for row in range(3):
        for column in range(4):
            near = [
                np.linalg.norm(grid[row, column] - grid[i, j])
                for i in range(max(0, row - 1), min(3, row + 2))
                for j in range(max(0, column - 1), min(4, column + 2))
                if (i, j) != (row, column)
            ]
            assert u_matrix(prototypes, (3, 4))[row, column] == pytest.approx(np.mean(near), rel=1e-5)


def test_a_map_without_classes_or_prototypes_has_one_panel_and_every_sample():
    points = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32)
    figure = tsne_map(points, None, np.arange(50) % 3, None, "title")
    (ax,) = figure.axes
    assert sum(len(drawn.get_offsets()) for drawn in ax.collections) == 50


def test_a_class_without_samples_is_a_row_of_zeros():
    figure = confusion(np.array([[3, 1], [0, 0]]), ["a", "b"], ["0", "1"], "title")
    assert sorted(text.get_text() for text in figure.axes[0].texts) == ["0", "0", "1", "3"]


def test_the_block_diagram_is_that_of_the_real_module(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    described = ["describe", "dec", "--preset", "sha12", "--diagram"]
    assert main([*described, str(tmp_path / "sha12.svg")]) == 0
    text = (tmp_path / "sha12.svg").read_text()
    for comment in ("73,856", "401,472", "128×7×7", "ConvTranspose2d", "encoder: 494,592 parameters"):
        assert f"<!-- {comment} -->" in text
    assert (tmp_path / "sha12.png").exists()
    assert main([*described, str(tmp_path / "sha12.pdf")]) == 2
    assert "ends in .png or .svg" in capfd.readouterr().err
