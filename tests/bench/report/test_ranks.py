"""Ranks over data sets: ties, rows that are not comparable, and what is named."""

import pytest

from bench.errors import UsageError
from bench.metrics.declarations import metric
from bench.report.ranks import not_ranked, ranking, rankings
from bench.report.sets_view import SetsView, read_view


def acc(*values: float) -> list[dict[str, float]]:
    return [{"accuracy": value} for value in values]


def ranks(view: SetsView, label: str, name: str = "accuracy") -> list[float]:
    return ranking(view, metric(name)).of(label)


def test_rank_1_is_the_best_mean_and_the_direction_is_that_of_the_metric(sets_lab) -> None:
    sets_lab.add(
        "one",
        {
            "kmeans": [{"accuracy": 0.6, "davies_bouldin_input": 1.0}],
            "som": [{"accuracy": 0.8, "davies_bouldin_input": 3.0}],
            "pca": [{"accuracy": 0.7, "davies_bouldin_input": 2.0}],
        },
    )
    view = read_view(sets_lab.done())
    assert [ranks(view, label) for label in ("som", "pca", "kmeans")] == [[1.0], [2.0], [3.0]]
    assert [ranks(view, label, "davies_bouldin_input") for label in ("kmeans", "pca", "som")] == [[1.0], [2.0], [3.0]]


def test_values_that_print_alike_share_the_mean_of_their_ranks_and_both_win(sets_lab) -> None:
    sets_lab.add("one", {"kmeans": acc(0.80041), "som": acc(0.80049), "pca": acc(0.1)})
    sets_lab.add("two", {"kmeans": acc(0.5), "som": acc(0.4), "pca": acc(0.4)})
    made = ranking(read_view(sets_lab.done()), metric("accuracy"))
    assert [made.of(label) for label in ("kmeans", "som", "pca")] == [[1.5, 1.0], [1.5, 2.5], [3.0, 2.5]]
    assert [made.mean(label) for label in ("kmeans", "som", "pca")] == [1.25, 2.0, 2.75]
    assert [made.won(label) for label in ("kmeans", "som", "pca")] == [2, 1, 0]


def test_nobody_wins_a_set_on_which_all_are_equal(sets_lab) -> None:
    sets_lab.add("one", {"kmeans": acc(0.5), "som": acc(0.5)})
    made = ranking(read_view(sets_lab.done()), metric("accuracy"))
    assert (made.of("kmeans"), made.won("kmeans"), made.won("som")) == ([1.5], 0, 0)


def test_failed_missing_refused_and_noisy_rows_are_named_and_have_no_rank_however_good_they_are(sets_lab) -> None:
    noisy = [{"accuracy": 0.99, "noise_share": 0.3}] * 2
    sets_lab.add("one", {"kmeans": acc(0.5, 0.5), "som": acc(0.4, 0.4), "dbscan": noisy, "gmm": [*acc(0.99), "failed"]})
    sets_lab.add("two", {"kmeans": acc(0.5, 0.5), "som": acc(0.4, 0.4), "dbscan": acc(0.99, 0.9), "gmm": acc(0.1, 0.1)})
    sets_lab.add("three", {"kmeans": acc(0.5, 0.5), "som": [*acc(0.9), "missing"]}, refused={"dbscan": "too small"})
    view = read_view(sets_lab.done())
    assert ranks(view, "kmeans") == [1.0, 2.0]  # one row is too few on the third
    assert ranks(view, "dbscan") == [1.0]
    assert ranks(view, "gmm") == [4.0]
    assert ranks(view, "som") == [2.0, 3.0]
    assert not_ranked(view) == [
        "dbscan is not ranked on one: it leaves samples in no cluster.",
        "gmm is not ranked on one: 1 of 2 seeds, 1 failed.",
        "som is not ranked on three: 1 of 2 seeds, 1 missing.",
        "dbscan is not ranked on three: refused: too small.",
        "gmm is not ranked on three: it was not run there.",
    ]


def test_a_score_of_a_part_of_the_seeds_is_named_and_has_no_rank(sets_lab) -> None:
    full = [{"silhouette_input": 0.1}] * 2
    sets_lab.add("one", {"kmeans": full, "som": full, "pca": [{"silhouette_input": 0.9}, {"accuracy": 0.1}]})
    view = read_view(sets_lab.done())
    assert ranks(view, "pca", "silhouette_input") == []
    assert not_ranked(view) == ["pca is not ranked on one in Silhouette (input): 1 of 2 seeds has a value."]


def test_a_set_without_labels_has_no_rank_in_accuracy_and_is_named(sets_lab) -> None:
    rows = {"kmeans": [{"silhouette_input": 0.2}], "som": [{"silhouette_input": 0.1}]}
    sets_lab.add("plain", rows, labelled=False)
    view = read_view(sets_lab.done())
    assert [each.metric.name for each in rankings(view)] == ["silhouette_input"]
    (line,) = not_ranked(view)
    assert line == "No rank in accuracy, ARI and NMI rests on plain: there are no true labels."


def test_quantization_errors_are_ranked_only_where_all_numbers_of_prototypes_are_equal(sets_lab) -> None:
    rows = {"kmeans": [{"quantization_error": 2.0}], "som": [{"quantization_error": 1.0}]}
    sets_lab.add("equal", rows)
    sets_lab.add("unequal", rows, prototypes={"som": 100})
    view = read_view(sets_lab.done())
    made = ranking(view, metric("quantization_error"))
    assert (made.of("som"), made.of("kmeans")) == ([1.0], [2.0])
    assert made.reasons == ["Quantization error is not ranked on unequal: the numbers of prototypes differ."]


def test_rows_of_different_k_are_ranked_only_in_metrics_that_do_not_grow_with_k(sets_lab) -> None:
    rows = {"kmeans": [{"accuracy": 0.5, "ari": 0.2, "nmi": 0.5}], "som": [{"accuracy": 0.9, "ari": 0.4, "nmi": 0.9}]}
    sets_lab.add("one-k", rows)
    sets_lab.add("two-k", rows, n_clusters={"som": 20})
    view = read_view(sets_lab.done())
    assert (ranks(view, "som"), ranks(view, "som", "nmi"), ranks(view, "som", "ari")) == ([1.0], [1.0], [1.0, 1.0])
    made = ranking(view, metric("accuracy"))
    assert made.winners == {"one-k": ["som"], "two-k": []}
    assert not_ranked(view) == [
        "Accuracy is not ranked on two-k: the numbers of clusters differ.",
        "NMI is not ranked on two-k: the numbers of clusters differ.",
    ]


def test_a_row_that_found_more_clusters_is_ranked_only_in_metrics_that_do_not_grow_with_k(sets_lab) -> None:
    def scores(value: float, found: float) -> list[dict[str, float]]:
        return [{"nmi": value, "ari": value, "n_clusters_found": found}] * 2

    rows = {"kmeans": scores(0.5, 10), "som": scores(0.4, 9), "mean-shift": scores(0.9, 31)}
    sets_lab.add("one", rows)
    view = read_view(sets_lab.done())
    assert [ranks(view, label, "nmi") for label in rows] == [[1.0], [2.0], []]
    assert [ranks(view, label, "ari") for label in rows] == [[2.0], [3.0], [1.0]]
    assert not_ranked(view) == [
        "mean-shift is not ranked on one in NMI: it has more clusters than asked for, or gets no number."
    ]


def test_rows_that_get_no_number_of_clusters_are_ranked_in_the_same_metrics_and_do_not_mix_k(sets_lab) -> None:
    rows = {label: [{"nmi": value, "ari": value}] * 2 for label, value in (("kmeans", 0.5), ("som", 0.4), ("own", 0.9))}
    sets_lab.add("one", rows, n_clusters={"own": None})
    view = read_view(sets_lab.done())
    assert [ranks(view, label, "nmi") for label in rows] == [[1.0], [2.0], []]
    assert [ranks(view, label, "ari") for label in rows] == [[2.0], [3.0], [1.0]]


def test_a_failed_row_of_another_k_does_not_take_the_ranks_from_the_others(sets_lab) -> None:
    rows = {"kmeans": [{"nmi": 0.5}], "som": [{"nmi": 0.9}], "pca-kmeans": ["failed"]}
    sets_lab.add("one", rows, n_clusters={"pca-kmeans": 20})
    assert ranking(read_view(sets_lab.done()), metric("nmi")).winners == {"one": ["som"]}


def test_indices_of_own_spaces_are_never_ranked(sets_lab) -> None:
    sets_lab.add("one", {"kmeans": [{"silhouette_own": 0.2}], "som": [{"silhouette_own": 0.1}]})
    view = read_view(sets_lab.done())
    assert rankings(view) == []
    assert all(m.space != "own" for m in view.ranked_metrics)


def test_results_on_other_data_are_left_out_and_named(sets_lab) -> None:
    from msgspec.structs import replace

    sets_lab.add("one", {"kmeans": acc(0.5), "som": acc(0.4)})
    sets_lab.add("two", {"kmeans": acc(0.5), "som": acc(0.4)})
    sets_lab.entries[1] = replace(sets_lab.entries[1], data=replace(sets_lab.entries[1].data, digest="e" * 64))
    view = read_view(sets_lab.done())
    assert ranks(view, "kmeans") == [1.0]
    assert "are on other data now, and are left out" in view.sets[1].caveats[0]
    assert "som is not ranked on two: 0 of 1 seeds, 1 missing." in not_ranked(view)


def test_without_records_there_is_no_table(sets_lab) -> None:
    sets_lab.add("one", {"kmeans": ["missing"]})
    with pytest.raises(UsageError, match="has no records here"):
        read_view(sets_lab.done())
