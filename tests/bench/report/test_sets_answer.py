"""The answer over several data sets: ranks, one metric on each set, marks of incomplete values, and the order."""

import pytest

from bench.errors import UsageError
from bench.report.sets_answer import sets_answers
from bench.report.sets_tables import RANKS
from bench.report.sets_view import read_view


def scores(accuracy: float, silhouette: float) -> dict[str, float]:
    return {"accuracy": accuracy, "ari": accuracy, "silhouette_input": silhouette, "silhouette_own": 0.9}


@pytest.fixture
def view(sets_lab):
    sets_lab.add("one", {"kmeans": [scores(0.5, 0.3)] * 2, "som": [scores(0.6, 0.2)] * 2, "gmm": ["failed"] * 2})
    sets_lab.add(
        "two",
        {
            "kmeans": [scores(0.7, 0.3), scores(0.8, 0.3)],
            "som": [scores(0.6, 0.4), "failed"],
            "gmm": [scores(0.9, 0.1) | {"noise_share": 0.5}] * 2,
        },
        refused={"dec": "too few features"},
    )
    return read_view(sets_lab.done())


def test_ranks_then_accuracy_on_each_set_then_caveats(view) -> None:
    ranks, accuracy = sets_answers(view, ["Tuned."])
    assert ranks.title == "all, 2 data sets, 2 seeds: ranks"
    assert ranks.above == ("Tuned.",)
    assert ranks.facts == (RANKS,)
    assert ranks.columns == ("Method", "Accuracy", "ARI", "Silhouette (input)", "Cells")
    assert ranks.rows == (
        ("kmeans", "2.00 (0/1)", "2.00 (0/1)", "1.00 (1/1)", "4"),
        ("som", "1.00 (1/1)", "1.00 (1/1)", "2.00 (0/1)", "3 of 4"),
        ("gmm", "–", "–", "–", "2 of 4"),
        ("dec", "–", "–", "–", "0"),
    )
    assert accuracy.columns == ("Method", "one", "two", "Mean rank", "Cells")
    assert [row[:3] for row in accuracy.rows] == [
        ("kmeans", "0.500 ± 0.000", "0.750 ± 0.071"),
        ("som", "0.600 ± 0.000", "0.600 (1 of 2 seeds)"),
        ("gmm", "failed", "0.900 ± 0.000 (noise)"),
        ("dec", "–", "refused"),
    ]
    assert not ranks.caveats
    text = "\n".join(accuracy.caveats)
    for part in (
        "som is not ranked on two: 1 of 2 seeds, 1 failed.",
        "gmm is not ranked on two: it leaves samples in no cluster.",
        "dec is not ranked on two: refused: too few features.",
        "dec is not ranked on one: it was not run there.",
        f"2 of one, 4 of two; python -m bench show one --results-dir {view.results_dir} shows those of one.",
    ):
        assert part in text
    (test,) = accuracy.facts
    assert test.startswith("Accuracy, ARI, Silhouette (input): 1 set is too few for a test")


def test_chosen_metrics_replace_the_usual_one_and_own_spaces_have_no_rank(view) -> None:
    ranks, ari, own = sets_answers(view, metrics=["ari", "silhouette_own"])
    assert ranks.columns == ("Method", "ARI", "Cells")
    assert "Mean rank" in ari.columns
    assert own.columns == ("Method", "one", "two", "Cells")
    assert own.caveats[-1].startswith("A figure in a method's own space is not comparable")


def test_wide_has_a_table_for_each_metric_that_ranks_rows(view) -> None:
    titles = [answer.title for answer in sets_answers(view, wide=True)]
    assert titles[1:] == ["Accuracy ↑", "ARI ↑", "Silhouette (input) ↑"]


def test_rows_are_sorted_by_mean_rank_or_by_name(view) -> None:
    by_rank = sets_answers(view, sort="accuracy")[0]
    assert [row[0] for row in by_rank.rows] == ["som", "kmeans", "gmm", "dec"]
    by_name = sets_answers(view, sort="method")[0]
    assert [row[0] for row in by_name.rows] == ["dec", "gmm", "kmeans", "som"]
    with pytest.raises(UsageError, match="expected one of: method, accuracy"):
        sets_answers(view, sort="fit_seconds")


def test_one_method_has_values_and_no_ranks(sets_lab) -> None:
    sets_lab.add("one", {"kmeans": [scores(0.5, 0.3)]})
    (only,) = sets_answers(read_view(sets_lab.done()))
    assert only.title == "all, 1 data set, 1 seed: Accuracy ↑"
    assert only.rows == (("kmeans", "0.500", "1"),)


def test_unlabelled_sets_are_ranked_by_the_input_space(sets_lab) -> None:
    for title in ("one", "two"):
        rows = {"kmeans": [{"silhouette_input": 0.3}], "som": [{"silhouette_input": 0.2}]}
        sets_lab.add(title, rows, labelled=False)
    ranks, first = sets_answers(read_view(sets_lab.done()))
    assert ranks.columns == ("Method", "Silhouette (input)", "Cells")
    assert first.title == "Silhouette (input) ↑"
