"""Figures are written as PNG and SVG, and leave matplotlib as it was."""

import matplotlib as mpl
import numpy as np
import pytest

from bench.report.figures.write import remove_other_labels, write_figures, write_figures_of


def test_all_figures_are_written_as_png_and_svg(full) -> None:
    paths = write_figures(full)
    assert [path.name for path in paths] == ["labels.png", "silhouettes.png", "training.png"]
    assert all(path.parent == full.path("figures") for path in paths)
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in paths)
    assert all("<svg" in path.with_suffix(".svg").read_text() for path in paths)


def test_a_figure_with_nothing_to_show_is_not_written_and_an_old_one_is_removed(lab) -> None:
    lab.ok(lab.cell("kmeans", 0), {"silhouette_input": 0.1})
    store = lab.done()
    store.path("figures").mkdir()
    for name in ("training.png", "training.svg"):
        store.path("figures", name).write_bytes(b"old")
    assert [path.name for path in write_figures(store)] == ["silhouettes.png"]
    assert {path.name for path in store.path("figures").iterdir()} == {"silhouettes.png", "silhouettes.svg"}


def test_figures_of_one_fit_are_named_by_label_and_old_labels_are_removed(lab, fit_view) -> None:
    store = lab.done()
    arrays = {"labels": np.array([0, 0, 0, 1, 1, 1]), "cluster_centers": np.ones((2, 4), np.float32)}
    view = fit_view(arrays=arrays | {"prototypes": arrays["cluster_centers"]})
    written = write_figures_of(view, store, "kmeans (n_init=1, k=2)")
    assert [path.name for path in written] == ["confusion-kmeans_n_init_1_k_2.png", "centres-kmeans_n_init_1_k_2.png"]
    kept = {"labels.png", "time-to-accuracy.png", "agreement.svg"}
    for name in (*kept, "confusion-kmeans.png", "tsne-dec.svg"):
        store.path("figures", name).write_bytes(b"old")
    remove_other_labels(store, written)
    drawn = {path.with_suffix(ending).name for path in written for ending in (".png", ".svg")}
    assert {path.name for path in store.path("figures").iterdir()} == drawn | kept


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
