"""The answer: rows, columns and order, from frames in memory and from table.csv."""

import io

import pandas as pd
import pytest
from msgspec.structs import replace

from bench.report.answer import OWN, Answer, answer
from bench.report.csv_files import csv_text
from bench.report.groups import group
from bench.report.outcomes import read
from bench.report.tables.frames import groups_frame
from bench.store.store import Store


def frame_of(store: Store) -> pd.DataFrame:
    return groups_frame(group(read(store).all), "mnist-5k")


def column(made: Answer, heading: str) -> dict[str, str]:
    """Label → text of one column."""
    position = made.columns.index(heading)
    return {row[0]: row[position] for row in made.rows}


def test_the_usual_columns_with_labels(full) -> None:
    made = answer(frame_of(full), "demo", ["a caveat"], above=["a warning"])
    assert made.columns == (
        *("Method", "Accuracy ↑", "ARI ↑", "NMI ↑", "Silhouette (input) ↑", "Fit seconds ↓", "Seeds"),
    )
    assert [row[0] for row in made.rows] == ["dec", "ae-kmeans", "som", "kmeans"]
    assert column(made, "Accuracy ↑")["dec"] == "0.808 ± 0.011", "over the two finished seeds"
    assert column(made, "Seeds") == {
        **{"dec": "2 of 3, 1 failed", "ae-kmeans": "3"},
        **{"som": "2 of 3, 1 missing", "kmeans": "3"},
    }
    assert (made.title, made.caveats, made.above) == ("demo", ("a caveat",), ("a warning",))


def test_without_true_labels_the_columns_do_not_need_them(lab, scores) -> None:
    lab.class_names = None
    external = ("accuracy", "ari", "nmi")
    lab.ok(lab.cell("kmeans", 0), {k: v for k, v in scores("kmeans", 0).items() if k not in external})
    made = answer(frame_of(lab.done()), "demo", [])
    assert made.columns[1:-2] == ("Clusters found", "Silhouette (input) ↑", "Davies–Bouldin (input) ↓")
    assert made.rows == (("kmeans", "10", "0.060", "2.800", "12.2", "1"),)


def test_a_failed_group_has_no_figures_and_its_seeds_say_so(lab, scores) -> None:
    lab.ok(lab.cell("kmeans", 0), scores("kmeans", 0))
    for seed in range(2):
        lab.failed(lab.cell("dec", seed), "loss is nan")
    made = answer(frame_of(lab.done()), "demo", [])
    assert made.rows[0] == ("kmeans", "0.530", "0.370", "0.490", "0.060", "12.2", "1")
    assert made.rows[1] == ("dec", *["n/a"] * 5, "0 of 2, 2 failed")


def test_rows_of_different_k_have_a_column_of_k(lab, scores) -> None:
    for method, k in (("kmeans", 5), ("som", 20)):
        lab.ok(lab.cell(method, 0, n_clusters=k), scores(method, 0))
    frame = frame_of(lab.done())
    made = answer(frame, "demo", [])
    assert made.columns[:2] == ("Method", "k")
    assert column(made, "k") == {"kmeans": "5", "som": "20"}
    assert answer(frame.astype(str), "demo", []).rows[0][:2] == ("kmeans", "5"), "a published table has texts"


def test_a_figure_of_fewer_seeds_says_so(lab) -> None:
    for seed, values in enumerate(({"ari": 0.5}, {"ari": 0.6}, {"accuracy": 0.9})):
        lab.ok(lab.cell("kmeans", seed), values)
    assert column(answer(frame_of(lab.done()), "demo", []), "ARI ↑") == {"kmeans": "0.550 ± 0.071 (n=2)"}


@pytest.mark.parametrize("options", [{}, {"wide": True}, {"sort": "davies_bouldin_input"}, {"metrics": ["nmi"]}])
def test_the_stored_table_gives_the_same_answer(full, tmp_path, options) -> None:
    """A frame from a file has texts and empty cells in the place of numbers."""
    frame = frame_of(full)
    path = tmp_path / "table.csv"
    path.write_text(csv_text(frame))
    plain, text = pd.read_csv(path), pd.read_csv(path, dtype=str, keep_default_na=False)
    expected = answer(frame, "demo", [], **options)
    assert answer(text, "demo", [], **options) == expected
    assert answer(plain, "demo", [], **options) == expected


def test_chosen_metrics_replace_the_usual_ones(full) -> None:
    made = answer(frame_of(full), "demo", [], metrics=["silhouette_own", "topographic_error"])
    assert made.columns[1:-2] == ("Silhouette (own) ↑", "Topographic error ↓")
    assert made.caveats == (OWN,), "its figures must not be compared without this caveat"
    assert column(made, "Topographic error ↓")["kmeans"] == "n/a"


def test_wide_has_each_metric_with_a_value_once(full) -> None:
    made = answer(frame_of(full), "demo", [], wide=True)
    assert len(set(made.columns)) == len(made.columns)
    assert {"Accuracy ↑", "Silhouette (own) ↑", "Silhouette (input) ↑", "KL(P‖Q) ↓"} <= set(made.columns)
    assert "Reconstruction error ↓" not in made.columns, "no fit has a value"


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (None, ["dec", "ae-kmeans", "som", "kmeans"]),
        ("method", ["ae-kmeans", "dec", "kmeans", "som"]),
        ("silhouette_input", ["kmeans", "ae-kmeans", "dec", "som"]),  # higher is better
        ("davies_bouldin_input", ["kmeans", "som", "ae-kmeans", "dec"]),  # lower is better
        ("quantization_error", ["som", "kmeans", "dec", "ae-kmeans"]),  # ae-kmeans has no value
        ("largest_share", ["som", "kmeans", "dec", "ae-kmeans"]),  # neither is better: largest first
    ],
)
def test_rows_are_sorted_by_a_metric_in_its_better_direction(full, sort, order) -> None:
    assert [row[0] for row in answer(frame_of(full), "demo", [], sort=sort).rows] == order


def test_the_metric_that_sorts_has_a_column(full) -> None:
    assert "Quantization error ↓" in answer(frame_of(full), "demo", [], sort="quantization_error").columns


def test_rows_are_sorted_by_the_seconds_of_fit(full) -> None:
    frame = frame_of(full)
    frame["fit_seconds_mean"] = [1213.06, None, 9.96, 99.0]
    made = answer(frame, "demo", [], sort="fit_seconds")
    seconds = column(made, "Fit seconds ↓")
    assert list(seconds) == ["som", "kmeans", "dec", "ae-kmeans"]
    assert [text.split(" ")[0] for text in seconds.values()] == ["10.0", "99.0", "1,213", "n/a"]


@pytest.mark.parametrize("options", [{"metrics": ["acuracy"]}, {"sort": "acuracy"}])
def test_an_unknown_metric_names_the_nearest(full, options) -> None:
    with pytest.raises(KeyError, match="did you mean 'accuracy'"):
        answer(frame_of(full), "demo", [], **options)


def test_a_table_from_before_a_metric_existed_has_no_value_for_it(full) -> None:
    frame = frame_of(full).drop(columns=["effective_rank_own_mean", "effective_rank_own_sd", "effective_rank_own_n"])
    made = answer(frame, "demo", [], metrics=["effective_rank_own"])
    assert set(column(made, "Effective rank").values()) == {"n/a"}


def test_rows_with_noise_are_marked_and_have_a_column(lab, scores) -> None:
    for seed, share in enumerate((0.5, 0.7)):
        lab.ok(lab.cell("sklearn.cluster:OPTICS", seed), scores("kmeans", 0) | {"noise_share": share})
        lab.ok(lab.cell("kmeans", seed), scores("kmeans", 0) | {"noise_share": 0.0})
    frame = frame_of(lab.done())
    made = answer(frame, "demo", [])
    assert column(made, "Noise") == {"sklearn.cluster:OPTICS †": "0.600 ± 0.141", "kmeans": "0.000 ± 0.000"}
    assert "Clusters found" not in made.columns
    chosen = answer(frame, "demo", [], metrics=["ari"])
    assert chosen.columns == ("Method", "ARI ↑", "Fit seconds ↓", "Seeds")
    assert chosen.rows[0][0] == "sklearn.cluster:OPTICS †", "the mark stays"


def test_another_number_of_clusters_than_asked_for_has_a_column(lab, scores) -> None:
    for method, asked, found in (("kmeans", 10, 10.0), ("some:Class", None, 31.0)):
        cell = replace(lab.cell(method, 0), n_clusters=asked)
        lab.ok(cell, scores("kmeans", 0) | {"n_clusters_found": found})
    frame = frame_of(lab.done())
    for each in (frame, pd.read_csv(io.StringIO(csv_text(frame)), dtype=str, keep_default_na=False)):
        made = answer(each, "demo", [])
        assert column(made, "Clusters found") == {"kmeans": "10", "some:Class": "31"}
        assert "k" not in made.columns, "only one number was asked for"


def test_a_row_without_a_number_of_clusters_has_none_in_the_column_of_k(lab, scores) -> None:
    for method, asked in (("kmeans", 5), ("som", 20), ("some:Class", None)):
        lab.ok(replace(lab.cell(method, 0), n_clusters=asked), scores("kmeans", 0))
    assert column(answer(frame_of(lab.done()), "demo", []), "k") == {"kmeans": "5", "som": "20", "some:Class": "none"}
