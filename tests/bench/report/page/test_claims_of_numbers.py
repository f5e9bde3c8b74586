"""The answer of the page, and the sentence of each value, claim no interval if the seeds give none."""

from collections.abc import Callable, Mapping, Sequence

import pytest

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
    assert sentences == ["kmeans has a mean accuracy of 0.250, the same for each of 3 seeds, so it has no interval."]
    assert "interval" not in details[0]


def test_one_seed_has_no_interval(said: Said) -> None:
    sentences, details = said({"kmeans": [0.25], "som": [0.5]})
    assert sentences[0] == "som has a mean accuracy of 0.500 over 1 seed. One seed has no interval."
    assert "difference from som, the best: -0.250: too few seeds to decide" in details[0]


def test_different_seeds_have_an_interval(said: Said) -> None:
    sentences, details = said({"kmeans": [0.2, 0.3], "som": [0.5, 0.6]})
    assert "som has a mean accuracy of 0.550, 95 % interval [" in sentences[0]
    assert "(not corrected for the number of rows): too few seeds to decide" in details[0]


def test_rows_without_a_sentence_are_counted(said: Said) -> None:
    rows = {name: [place / 10, place / 10 + 0.05] for place, name in enumerate("abcdef")}
    sentences, _ = said(rows)
    assert [sentence.split(" ")[0] for sentence in sentences[:4]] == ["f", "e", "d", "c"]
    assert sentences[4:] == ["2 other rows are in the main tables."]
