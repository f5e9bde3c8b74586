"""The command `figures`, on fits of real digits."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from rich.console import Console
from sklearn.metrics import adjusted_rand_score

from bench.cli.app import main
from bench.commands import figures
from bench.commands.figures import draw, load_for
from bench.datasets.load import load
from bench.report.figures import confusion
from bench.report.figures.declarations import FigureDeclaration
from bench.report.figures.own_files import OwnFiles
from bench.report.figures.views import FitView
from bench.store.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.draws]

RUN = ["run", "--dataset", "digits", "--methods", "dec,som,kmeans", "--seeds", "2", "--threads", "1"]
QUICK = ["--param", "dec.pretrain_epochs=2", "--param", "dec.epochs=1", "--param", "som.n_steps=500"]
NAMES = {
    *("agreement", "classes", "confusion-dec", "centres-dec", "reconstructions-dec", "tsne-dec"),
    *("confusion-som", "map-som", "confusion-kmeans", "centres-kmeans"),
    *("examples-dec", "examples-som", "examples-kmeans"),
}
OF_RECORDS = {"labels", "silhouettes", "training"}
"""Figures that `run` draws."""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawn")
    assert main([*RUN, *QUICK, "--results-dir", str(folder)]) == 0
    assert main(["figures", "digits", "--samples", "200", "--threads", "1", "--results-dir", str(folder)]) == 0
    return folder


def test_every_figure_is_written_as_png_and_as_svg(results: Path):
    assert {path.stem for path in (results / "digits/figures").iterdir()} == NAMES | OF_RECORDS
    for name in NAMES:
        path = results / "digits/figures" / name
        assert path.with_suffix(".png").read_bytes().startswith(b"\x89PNG"), name
        assert "<svg" in path.with_suffix(".svg").read_text(), name


def test_a_second_call_draws_the_same_and_removes_figures_of_old_labels(results: Path):
    paths = [
        results / "digits/figures" / f"{name}{end}" for name in ("tsne-dec", "map-som") for end in (".png", ".svg")
    ]
    before = [path.read_bytes() for path in paths]
    old = results / "digits/figures/confusion-kmeans_n_init_1.png"
    mine = results / "digits/figures/confusion-mine.png"
    OwnFiles(Store(results, "digits")).write({old.name: b"of a group that has another label now"})
    mine.write_bytes(b"of the user")
    assert main(["figures", "digits", "--samples", "200", "--threads", "1", "--results-dir", str(results)]) == 0
    assert [path.read_bytes() for path in paths] == before
    assert not old.exists()
    assert mine.read_bytes() == b"of the user"
    mine.unlink()


def test_the_lowest_seed_is_shown_and_the_confusion_adds_up_to_the_accuracy(
    results: Path, monkeypatch: pytest.MonkeyPatch
):
    figures: dict[str, Figure] = {}

    def keep(view: FitView) -> Figure | None:
        if figure := confusion.confusion(view):
            figures[view.title.split(",")[0]] = figure
        return None

    monkeypatch.setattr(FigureDeclaration, "draw", lambda self, view: keep(view) if self.name == "confusion" else None)
    store = Store(results, "digits")
    draw(store, load_for(store, Console()), 200, 1, Console())
    cells = pd.read_csv(results / "digits/cells.csv").query("seed == 0").set_index("method")
    for method in ("dec", "som", "kmeans"):
        figure = figures[method]
        counts = np.array([int(text.get_text()) for text in figure.axes[0].texts]).reshape(10, -1)
        accuracy = cells.loc[method, "accuracy"]
        assert figure.get_suptitle() == f"{method}, seed 0: accuracy {accuracy:.3f}"
        assert counts.sum() == 1797
        assert np.trace(counts) / counts.sum() == pytest.approx(accuracy)


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


def test_the_table_of_agreement_is_the_agreement_of_the_labels(results: Path):
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


def test_the_table_of_an_earlier_call_is_removed_if_it_would_be_empty(results: Path):
    old = [results / "digits" / name for name in ("time_to_accuracy.csv", "figures/time-to-accuracy.png")]
    store = Store(results, "digits")
    OwnFiles(store).write({path.name: b"of fits that kept their labels" for path in old})
    draw(store, load_for(store, Console()), 200, 1, Console())
    assert not any(path.exists() for path in old)


def test_a_changed_data_set_is_refused(
    results: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    changed = replace(load("digits"), digest="0" * 64)
    monkeypatch.setattr(figures, "data_loader", lambda *arguments: lambda: changed)
    assert main(["figures", "digits", "--results-dir", str(results)]) == 2
    assert "has changed since the run: expected digest af542e8bbcca, got 000000000000" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["figures", "nothing"], "no experiment 'nothing'"),
        (["figures", "nothing", "--samples", "3"], "--samples 3 is not valid; expected a number of at least 10"),
    ],
)
def test_wrong_use_is_one_line(arguments: list[str], message: str, capfd: pytest.CaptureFixture[str]):
    assert main(arguments) == 2
    assert message in capfd.readouterr().err
