"""Each cluster's typical and uncertain images."""

from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest

from bench.report.figures.cluster_examples import cluster_examples


def assigned(**columns: list[object]) -> pd.DataFrame:
    names = [f"flowers/rose/a rather long name {number}.jpg" for number in range(6)]
    frame = {"row": range(6), "name": names, "split": "all", "cluster": [0, 0, 0, 1, 1, 1]}
    strength = {"strength": [0.9, 0.1, 0.5, 0.2, 0.8, np.nan], "strength_kind": "margin"}
    return pd.DataFrame(frame | strength | columns)


def texts(figure) -> list[str]:
    (ax,) = figure.axes
    return [text.get_text() for text in ax.texts]


def test_each_cluster_has_its_typical_images_first_and_their_names(fit_view) -> None:
    figure = cluster_examples(fit_view(assignments=assigned()))
    shown = texts(figure)
    assert shown[:2] == ["most typical: highest margin", "least certain: lowest margin"]
    assert shown[2:6] == ["cluster 0\nn = 3", "rose\n… name 0.jpg", "rose\n… name 2.jpg", "rose\n… name 1.jpg"]
    assert len(figure.axes[0].images) == 6
    first = figure.axes[0].images[0].get_array()
    np.testing.assert_allclose(first, np.linspace(0, 1, 24)[:4].reshape(2, 2), atol=1e-6)


def test_the_names_of_neighbours_do_not_overlap(fit_view) -> None:
    names = [f"{letters * 9}{number}.JPG" for number, letters in enumerate(["SUNDAY_IMAGE_", "n_summer_"] * 3)]
    figure = cluster_examples(fit_view(assignments=assigned(name=names, cluster=[0] * 6)))
    figure.draw_without_rendering()
    captions = [text for text in figure.axes[0].texts if text.get_text().endswith(".JPG")]
    boxes = sorted((text.get_window_extent() for text in captions), key=lambda box: box.x0)
    assert len(boxes) == 6
    assert all(left.x1 < right.x0 for left, right in pairwise(boxes))


def test_the_folder_of_a_file_stands_above_its_name_and_neighbours_do_not_overlap(fit_view) -> None:
    names = [f"a/very/long/path/SUNDAY_IMAGE_{folder}/SUNDAY_IMAGES_{i}.jpg" for i, folder in enumerate("xyzxyz")]
    figure = cluster_examples(fit_view(assignments=assigned(name=names)))
    figure.draw_without_rendering()
    captions = [text for text in figure.axes[0].texts if text.get_text().endswith(".jpg")]
    assert sorted(text.get_text().split("\n")[0][-2:] for text in captions) == ["_x", "_x", "_y", "_y", "_z", "_z"]
    boxes = [text.get_window_extent() for text in captions]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_clusters_of_few_samples_leave_no_empty_half(fit_view) -> None:
    wide = cluster_examples(fit_view(assignments=assigned(cluster=[0] * 6)))
    narrow = cluster_examples(fit_view(assignments=assigned(cluster=[0, 0, 1, 1, 2, 2])))
    for figure, most in ((wide, 3), (narrow, 2)):
        right = max(image.get_extent()[1] for image in figure.axes[0].images)
        assert right > figure.axes[0].get_xlim()[1] - most  # without a column for samples that no cluster has
    assert wide.get_figwidth() - narrow.get_figwidth() == pytest.approx(2 * 0.8)


def test_rows_without_a_name_have_their_number_and_names_are_no_formulas(fit_view) -> None:
    names = ["", "$x$", "", "", "", ""]
    shown = texts(cluster_examples(fit_view(assignments=assigned(name=names))))
    assert "row 0" in shown
    assert r"\$x\$" in shown


def test_the_title_says_how_many_clusters_are_not_shown(fit_view) -> None:
    thirty_one = np.arange(31)
    frame = pd.DataFrame({"row": thirty_one, "name": None, "split": "all", "cluster": thirty_one})
    frame = frame.assign(strength=0.5, strength_kind="margin")
    pixels = np.zeros((31, 4), np.float32)
    for n, words in (
        (31, "the first 30 of 31 clusters, n samples in each"),
        (30, "kmeans seed 0: clusters, n samples in each"),
    ):
        figure = cluster_examples(
            fit_view(assignments=frame[:n], features=pixels[:n], arrays={"labels": thirty_one[:n]})
        )
        assert words in figure.get_suptitle().replace("\n", " ")
        assert len([text for text in texts(figure) if text.endswith("\nn = 1")]) == 30


def test_a_table_and_a_fit_without_assignments_have_no_figure(fit_view) -> None:
    assert cluster_examples(fit_view()) is None
    assert cluster_examples(fit_view(assignments=assigned(), image_shape=None)) is None
