"""Figures are written as PNG and SVG, and leave matplotlib as it was."""

import matplotlib as mpl
import numpy as np
import pytest

from bench.report.figures.declarations import FigureDeclaration, View
from bench.report.figures.own_files import OwnFiles
from bench.report.figures.write import figure_folder, write_figures

pytestmark = pytest.mark.draws


def test_all_figures_are_written_as_png_and_svg(full) -> None:
    paths = write_figures(full)
    assert [path.name for path in paths] == ["labels.png", "silhouettes.png", "training.png"]
    assert all(path.parent == full.path("figures") for path in paths)
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in paths)
    assert all("<svg" in path.with_suffix(".svg").read_text() for path in paths)


def test_a_figure_with_nothing_to_show_is_not_written_and_an_old_one_is_removed(lab) -> None:
    lab.ok(lab.cell("kmeans", 0), {"silhouette_input": 0.1})
    store = lab.done()
    OwnFiles(store).write({"training.png": b"old", "training.svg": b"old"})
    store.path("figures", "labels.png").write_bytes(b"of the user")
    assert [path.name for path in write_figures(store)] == ["silhouettes.png"]
    names = {path.name for path in store.path("figures").iterdir()}
    assert names == {"silhouettes.png", "silhouettes.svg", "labels.png"}
    assert [line for line in store.warnings if "labels.png" in line or "training" in line] == []


def test_figures_of_one_fit_are_named_by_label_and_own_figures_of_old_labels_are_removed(lab, fit_view) -> None:
    store = lab.done()
    arrays = {"labels": np.array([0, 0, 0, 1, 1, 1]), "cluster_centers": np.ones((2, 4), np.float32)}
    view = fit_view(arrays=arrays | {"prototypes": arrays["cluster_centers"]})
    kept = {"labels.png", "time-to-accuracy.png", "agreement.svg"}
    OwnFiles(store).write(dict.fromkeys((*kept, "confusion-kmeans.png", "tsne-dec.svg", "map-edited.png"), b"old"))
    store.path("figures", "tsne-mine.png").write_bytes(b"of the user")
    store.path("figures", "map-edited.png").write_bytes(b"edited by the user")
    with figure_folder(store) as folder:
        written = folder.draw(view, "kmeans (n_init=1, k=2)", "kmeans_n_init_1_k_2")
        folder.remove_other_labels(written)
    assert [path.name for path in written] == ["confusion-kmeans_n_init_1_k_2.png", "centres-kmeans_n_init_1_k_2.png"]
    drawn = {path.with_suffix(ending).name for path in written for ending in (".png", ".svg")}
    names = {path.name for path in store.path("figures").iterdir()}
    assert names == drawn | kept | {"tsne-mine.png", "map-edited.png"}
    (line,) = store.warnings
    assert line.endswith("so they stay: map-edited.png.")


def test_what_is_left_out_is_one_line_with_the_labels_and_its_old_files_are_removed(lab, fit_view) -> None:
    store = lab.done()
    OwnFiles(store).write({"confusion-dec.png": b"of fewer classes"})
    n = 101
    centres = np.ones((n, 4), np.float32)
    arrays = {"labels": np.arange(n), "cluster_centers": centres, "prototypes": centres}
    view = fit_view(arrays=arrays, classes=np.arange(n), class_names=[f"class {k}" for k in range(n)])
    with figure_folder(store) as folder:
        written = [path.name for label in ("dec", "kmeans") for path in folder.draw(view, label, label)]
    assert written == ["centres-dec.png", "centres-kmeans.png"]
    assert not store.path("figures", "confusion-dec.png").exists()
    assert store.warnings == [
        "figure confusion of dec, kmeans is left out: 101 classes, at most 60 are readable, and 101 clusters, at most "
        "60 are readable.",
        "figure centres of dec, kmeans shows the first ones only: 101 clusters, at most 100 are readable.",
    ]


def test_drawing_changes_no_setting_and_opens_no_pyplot_figure(full) -> None:
    before = dict(mpl.rcParams)
    write_figures(full)
    assert dict(mpl.rcParams) == before
    import matplotlib.pyplot as plt

    assert plt.get_fignums() == []


@pytest.mark.slow
def test_equal_records_give_equal_figures(full) -> None:
    first = [path.read_bytes() for path in write_figures(full)]
    assert [path.read_bytes() for path in write_figures(full)] == first


def test_a_figure_that_cannot_be_drawn_is_one_line_and_the_others_are_written(full, monkeypatch) -> None:
    def draw(declared: FigureDeclaration, view: View) -> object:
        if declared.name == "silhouettes":
            raise ValueError("a strange\n name")
        return draws(declared, view)

    draws = FigureDeclaration.draw
    monkeypatch.setattr(FigureDeclaration, "draw", draw)
    assert [path.name for path in write_figures(full)] == ["labels.png", "training.png"]
    lines = [line for line in full.warnings if "cannot be drawn" in line]
    assert lines == ["figure silhouettes cannot be drawn (ValueError: a strange name)."]
