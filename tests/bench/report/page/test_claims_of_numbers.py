"""The answer of the page, and the sentence of each value, claim no interval if the seeds give none."""

from collections.abc import Callable, Mapping, Sequence

import pytest
from msgspec.structs import replace

from bench.report.groups import group
from bench.report.outcomes import read
from bench.report.page.answer import answers
from bench.report.page.main_table import main_tables
from bench.store.store import Store

Said = Callable[[Mapping[str, Sequence[float]]], tuple[list[str], list[str]]]


@pytest.fixture
def said(sets_lab) -> Said:
    """The answer for rows with these accuracies, and the sentences of the accuracies in the main table."""

    def of(rows: Mapping[str, Sequence[float]]) -> tuple[list[str], list[str]]:
        sets_lab.add("one", {name: [{"accuracy": value} for value in values] for name, values in rows.items()})
        groups = group(read(Store(sets_lab.results_dir, "one")).all)
        accuracy = main_tables(groups, labelled=True)[0].columns[0]
        return answers(groups, labelled=True), [value.detail for value in accuracy.values]

    return of


def test_equal_seeds_have_no_interval_of_width_zero(said: Said) -> None:
    sentences, details = said({"kmeans": [0.25, 0.25, 0.25]})
    equal = "kmeans has a mean accuracy of 0.250, the same for each of 3 seeds, so it has no interval."
    assert sentences == [f"{equal} There is no other row with which it can be compared."]
    assert "interval" not in details[0]


def test_one_seed_has_no_interval(said: Said) -> None:
    sentences, details = said({"kmeans": [0.25], "som": [0.5]})
    assert sentences == [
        "som has an accuracy of 0.500 with one seed. One seed has no interval. The next best row, kmeans, has 0.250: a "
        "difference of +0.250. So few seeds cannot decide which one is better; run more, for example with --seeds 10."
    ]
    assert "difference from som, the best: -0.250: too few seeds to decide" in details[0]


def test_different_seeds_have_an_interval(said: Said) -> None:
    sentences, details = said({"kmeans": [0.2, 0.3], "som": [0.5, 0.6]})
    assert "som has a mean accuracy of 0.550, 95 % interval [" in sentences[0]
    assert "(not corrected for the number of rows): too few seeds to decide" in details[0]


APART = {
    "low": [0.1 + seed / 1000 for seed in range(8)],
    "best": [0.801 + seed / 100 for seed in range(8)],
    "near": [0.8 + seed / 100 for seed in range(8)],
}
"""Accuracies of rows of which two cannot be told apart."""


def test_without_dec_the_best_row_is_named_with_those_that_cannot_be_told_apart_from_it(said: Said) -> None:
    first, second = said(APART)[0]
    assert first.startswith("best has a mean accuracy of 0.836, 95 % interval [")
    assert "The next best row, near, has 0.835: a difference of +0.001 [" in first
    assert first.endswith("]. The seeds do not decide which one is better.")
    assert second == ("best has the best mean of 3 rows. Told apart from it: low. Cannot be told apart from it: near.")


def test_without_dec_a_row_that_is_told_apart_is_better(said: Said) -> None:
    (sentence,) = said({name: APART[name] for name in ("low", "near")})[0]
    assert sentence.endswith("]. near is better.")


def test_dec_alone_is_compared_as_any_other_row(lab) -> None:
    for size in (5, 10):
        for seed in range(2):
            cell = replace(lab.cell("dec", seed), latent_dim=size)
            lab.ok(cell, {"accuracy": size / 20 + seed / 100})
    sentences = answers(group(read(lab.done()).all), labelled=True)
    assert "The next best row, dec (d=5), has 0.255" in sentences[0]
    assert not any("baseline" in sentence for sentence in sentences)


def test_a_row_with_noise_is_marked_and_not_compared(lab) -> None:
    for seed in range(2):
        lab.ok(lab.cell("kmeans", seed), {"accuracy": 0.5, "noise_share": 0.0})
        lab.ok(lab.cell("som", seed), {"accuracy": 0.4, "noise_share": 0.0})
        lab.ok(lab.cell("hdbscan", seed), {"accuracy": 0.9, "noise_share": 0.3})
    sentences = answers(group(read(lab.done()).all), labelled=True)
    assert sentences[0].startswith("kmeans has a mean accuracy of 0.500")
    assert sentences[1] == "Not compared: hdbscan † (0.900, samples in no cluster)."


def test_the_strongest_baseline_of_dec_is_marked_if_it_has_noise(lab) -> None:
    for seed in range(2):
        lab.ok(lab.cell("dec", seed), {"accuracy": 0.5, "noise_share": 0.0})
        lab.ok(lab.cell("hdbscan", seed), {"accuracy": 0.9, "noise_share": 0.3})
    (sentence,) = answers(group(read(lab.done()).all), labelled=True)
    assert "The strongest baseline, hdbscan †, has 0.900" in sentence


def test_rows_that_are_not_named_are_counted(said: Said) -> None:
    rows = {name: [place / 10, place / 10 + 0.05] for place, name in enumerate("abcdefghi")}
    sentences, _ = said(rows)
    assert sentences[1] == "i has the best mean of 9 rows. Too few seeds to decide: h, g, f, e, d, c and 2 others."
