"""sets.md, sets.csv and ranks.csv: every row, bold as in the other tables, and all caveats."""

import pandas as pd

from bench.report.best import RULE
from bench.report.sets_view import read_view
from bench.report.tables.sets import write_sets_tables


def acc(*values: float) -> list[dict[str, float]]:
    return [{"accuracy": value, "silhouette_own": 0.5} for value in values]


def block(text: str, heading: str) -> dict[str, list[str]]:
    """The table below a heading: by label, the cells of its row."""
    lines = text.partition(f"{heading}\n")[2].lstrip().partition("\n#")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return {row[0]: row[1:] for row in rows[2:]}


def written(sets_lab, above: tuple[str, ...] = ()) -> tuple[str, pd.DataFrame, pd.DataFrame]:
    store = sets_lab.done()
    view = read_view(store)
    paths = write_sets_tables(store, view, above)
    assert [path.name for path in paths] == ["sets.md", "sets.csv", "ranks.csv"]
    return paths[0].read_text(), pd.read_csv(paths[1]), pd.read_csv(paths[2])


def test_the_best_value_of_each_set_is_bold_but_never_an_incomplete_one(sets_lab) -> None:
    sets_lab.add("one", {"kmeans": acc(*[0.5] * 5), "som": acc(*[0.6] * 5), "gmm": [*acc(*[0.4] * 4), "failed"]})
    sets_lab.add("two", {"kmeans": acc(*[0.5] * 5), "som": acc(*[0.3] * 5), "gmm": acc(*[0.4] * 5)})
    text, _, _ = written(sets_lab)
    assert block(text, "### Accuracy ↑") == {
        "kmeans": ["0.500 ± 0.000", "**0.500 ± 0.000**", "1.50 (1/2)", "10"],
        "som": ["**0.600 ± 0.000**", "0.300 ± 0.000", "2.00 (1/2)", "10"],
        "gmm": ["0.400 ± 0.000 (4 of 5 seeds)", "0.400 ± 0.000", "2.00 (0/1)", "9 of 10"],
    }
    assert text.count("**0.") == 2
    assert RULE in text
    assert block(text, "## Ranks")["kmeans"][0] == "1.50 (1/2)", "two sets are too few to tell ranks from chance"
    assert "Silhouette (own)" not in text


def test_a_mean_rank_that_rests_on_fewer_sets_is_never_bold(sets_lab) -> None:
    sets_lab.add("one", {"kmeans": acc(0.5), "som": acc(0.6), "gmm": acc(0.9)})
    sets_lab.add("two", {"kmeans": acc(0.2), "som": acc(0.3), "gmm": ["failed"]})
    text, _, ranks = written(sets_lab)
    assert {label: cells[0] for label, cells in block(text, "## Ranks").items()} == {
        "kmeans": "2.50 (0/2)",
        "som": "1.50 (1/2)",
        "gmm": "1.00 (1/1)",
    }
    gmm = ranks[ranks.label == "gmm"].iloc[0]
    assert (gmm.mean_rank, gmm.n_sets, gmm.n_sets_ranked, gmm.n_won) == (1.0, 1, 2, 1)


def test_nothing_is_bold_across_k_except_indices_that_do_not_grow_with_k(sets_lab) -> None:
    names = ("accuracy", "ari", "nmi", "silhouette_input", "reconstruction_error")
    rows = {method: [dict.fromkeys(names, value)] * 5 for method, value in (("kmeans", 0.5), ("som", 0.6))}
    sets_lab.add("one", rows, n_clusters={"som": 20})
    text, _, _ = written(sets_lab)
    bold = {
        line.removeprefix("### ")
        for line in text.splitlines()
        if line.startswith("### ") and "**" in str(block(text, line))
    }
    assert bold == {"ARI ↑", "Silhouette (input) ↑"}
    assert "Accuracy is not ranked on one: the numbers of clusters differ." in text


def test_the_shortest_time_is_bold_only_among_rows_of_one_k(sets_lab) -> None:
    for title, k in (("one-k", 10), ("two-k", 20)):
        rows = {"kmeans": acc(*[0.5] * 5), "som": acc(*[0.6] * 5)}
        sets_lab.add(title, rows, n_clusters={"som": k}, seconds={"kmeans": 3.0})
    text, _, _ = written(sets_lab)
    assert block(text, "## Seconds of a fit") == {
        "kmeans": ["**3.0 ± 0.0**", "3.0 ± 0.0", "10"],
        "som": ["12.2 ± 0.0", "12.2 ± 0.0", "10"],
    }


def test_a_mean_rank_is_bold_where_the_test_shows_that_it_is_better_than_the_next(sets_lab) -> None:
    for number in range(12):
        sets_lab.add(f"set-{number}", {"kmeans": acc(0.5, 0.5), "som": acc(0.6, 0.6), "gmm": acc(0.4, 0.4)})
    text, _, _ = written(sets_lab)
    assert [cells[0] for cells in block(text, "## Ranks").values()] == [
        "2.00 (0/12)",
        "**1.00 (12/12)**",
        "3.00 (0/12)",
    ]


def test_with_one_seed_nothing_is_bold_and_overlapping_intervals_never_are(sets_lab) -> None:
    sets_lab.add("one", {"kmeans": acc(0.5), "som": acc(0.6)}, seconds={"kmeans": 3.0})
    text, _, _ = written(sets_lab)
    assert "**" not in text.partition("# Ranks")[2]
    assert text.count("Nothing is bold: with one seed") == 2  # agreement with labels, and seconds


def test_a_row_whose_interval_overlaps_the_next_wins_the_set_without_bold(sets_lab) -> None:
    sets_lab.add("one", {"kmeans": acc(0.5, 0.7), "som": acc(0.6, 0.9)})
    text, _, _ = written(sets_lab)
    assert block(text, "### Accuracy ↑")["som"][:2] == ["0.750 ± 0.212", "1.00 (1/1)"]


def test_the_heading_names_each_set_its_preset_and_its_folder_and_all_caveats(sets_lab) -> None:
    sets_lab.add("one", {"kmeans": acc(0.5), "dec": acc(0.6)})
    sets_lab.add("a_b", {"kmeans": ["failed"], "dec": acc(0.3)})
    text, _, _ = written(sets_lab, ("Presets were *tuned*.",))
    assert text.startswith("# all\n\nPresets were \\*tuned\\*.\n\n2 data sets, 1 seed, 3 of 4 cells finished.")
    assert "- one: 5,000 samples of 784 features (28 × 28 × 1 images), 2 classes; preset small (the default" in text
    assert "2 of 2 cells finished; results folder one" in text
    for line in (
        "- kmeans is not ranked on a_b: 0 of 1 seeds, 1 failed.",
        "- a_b: Failed: kmeans, seed 0: FloatingPointError: a reason",
        "- a_b: Tracebacks of failed cells: python -m bench show a_b --errors",
    ):
        assert line in text


def test_the_csv_has_a_row_for_each_row_and_set_with_its_ranks(sets_lab) -> None:
    sets_lab.add("one", {"kmeans": acc(0.5, 0.7), "som": acc(0.6, 0.9)})
    sets_lab.add("two", {"kmeans": ["failed", "failed"], "som": acc(0.3, 0.3)})
    _, table, _ = written(sets_lab)
    assert table[["set", "label", "n_ok", "n_failed"]].to_numpy().tolist() == [
        ["one", "kmeans", 2, 0],
        ["one", "som", 2, 0],
        ["two", "kmeans", 0, 2],
        ["two", "som", 2, 0],
    ]
    assert table.accuracy_mean.round(3).fillna(-1).tolist() == [0.6, 0.75, -1, 0.3]
    assert table.accuracy_n.tolist() == [2, 2, 0, 2]
    assert table.accuracy_rank.fillna(-1).tolist() == [2.0, 1.0, -1, -1]
    assert "silhouette_own_rank" not in table
