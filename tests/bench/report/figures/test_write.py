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


def test_with_pdf_each_figure_has_a_pdf_too_which_is_never_older_than_the_others(full) -> None:
    paths = write_figures(full, pdf=True)
    first = {path: path.with_suffix(".pdf").read_bytes() for path in paths}
    assert all(content.startswith(b"%PDF") for content in first.values())
    assert all(b"/Type3" not in content for content in first.values()), "fonts are TrueType"
    paths[0].with_suffix(".pdf").unlink()
    (full.path("cells") / f"{full.manifest().cells[0].key}.json").unlink()
    write_figures(full)
    again = {path: path.with_suffix(".pdf").read_bytes() for path in paths if path.with_suffix(".pdf").exists()}
    assert again[paths[1]] != first[paths[1]], "the figure has changed"
    assert again[paths[0]] != first[paths[0]], "the list names it, so it is written again"
    assert write_figures(full, pdf=True) == paths
    assert {path: path.with_suffix(".pdf").read_bytes() for path in paths} == again, "equal figures, equal bytes"


def test_a_pdf_that_cannot_be_made_does_not_lose_the_figure(full, monkeypatch) -> None:
    from matplotlib.figure import Figure

    real = Figure.savefig
    write_figures(full, pdf=True)

    def without_pdf(self, *arguments, **options) -> None:
        if options["format"] == "pdf":
            raise RuntimeError("this font cannot\nbe embedded")
        real(self, *arguments, **options)

    monkeypatch.setattr(Figure, "savefig", without_pdf)
    paths = write_figures(full, pdf=True)
    assert len(paths) == 3
    assert not any(path.with_suffix(".pdf").exists() for path in paths)
    assert "figure labels is not complete (no PDF: RuntimeError: this font cannot be embedded)." in full.warnings


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
