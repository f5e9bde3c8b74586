"""The test of ranks over data sets: tables of the literature, scipy, and too few data sets or rows."""

import numpy as np
import pytest
from scipy.stats import friedmanchisquare

from bench.metrics.declarations import metric
from bench.report.friedman import critical_difference, friedman, sentences
from bench.report.ranks import Ranking, _ranks

# Demšar 2006, Table 5 (a): critical values of Nemenyi's test at 0.05, for 2 to 10 classifiers
NEMENYI = [1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164]


def made(values: dict[str, list[float]]) -> Ranking:
    """A ranking by accuracy: by row, the value on each data set; NaN is a row that is not ranked."""
    n_sets = len(next(iter(values.values())))
    by_set = {
        str(number): {label: each[number] for label, each in values.items() if each[number] == each[number]}
        for number in range(n_sets)
    }
    return Ranking(
        metric("accuracy"), {title: _ranks(each, True) for title, each in by_set.items()}, {}, {}, by_set, []
    )


@pytest.mark.parametrize("n_rows", range(2, 11))
def test_critical_values_are_those_of_the_literature(n_rows: int) -> None:
    expected = NEMENYI[n_rows - 2] * np.sqrt(n_rows * (n_rows + 1) / (6 * 10))
    assert critical_difference(n_rows, 10) == pytest.approx(expected, abs=1e-3)


def test_the_statistic_is_that_of_scipy_and_rank_1_is_the_highest_accuracy() -> None:
    generator = np.random.default_rng(0)
    values = {label: (generator.random(8) + shift).tolist() for label, shift in (("a", 0.0), ("b", 1.0), ("c", 2.0))}
    result = friedman(made(values), list(values))
    assert result is not None
    assert (result.statistic, result.p) == pytest.approx(friedmanchisquare(*values.values()))
    assert np.argsort(result.mean_ranks).tolist() == [2, 1, 0]
    assert result.mean_ranks == tuple(made(values).mean(label) for label in values)


def test_four_sets_are_too_few_and_equal_reasons_are_one_sentence() -> None:
    values = {"a": [1.0] * 4, "b": [2.0] * 4, "c": [3.0] * 4}
    assert friedman(made(values), list(values)) is None
    (line,) = sentences([made(values)], list(values))
    assert line == "Accuracy: 4 sets are too few for a test; expected 5 or more."


def test_a_clear_difference_names_the_pairs_that_differ() -> None:
    values = {"a": [0.1] * 12, "b": [0.5] * 12, "c": [0.9] * 12}
    (line,) = sentences([made(values)], list(values))
    assert line.startswith("Accuracy: Friedman test of 3 rows on 12 sets: χ² = 24.00, p < 0.001. By Nemenyi's test")
    assert line.endswith("or more: c is better than b; c is better than a; b is better than a.")


def test_a_row_that_is_not_ranked_everywhere_takes_no_part_and_is_named() -> None:
    nan = float("nan")
    values = {"a": [0.1] * 6, "b": [0.5] * 6, "c": [0.9] * 6, "d": [nan, *[0.99] * 5]}
    result = friedman(made(values), list(values))
    assert result is not None
    assert result.labels == ("a", "b", "c")
    assert result.mean_ranks == (3.0, 2.0, 1.0)
    assert "without d (not ranked on every set)" in sentences([made(values)], list(values))[0]


def test_two_rows_or_equal_rows_have_no_test() -> None:
    for values in ({"a": [0.1] * 6, "b": [0.5] * 6}, {"a": [0.5] * 6, "b": [0.5] * 6, "c": [0.5] * 6}):
        assert friedman(made(values), list(values)) is None
        assert "no test, because fewer than 3 rows" in sentences([made(values)], list(values))[0]


@pytest.mark.parametrize(
    ("n_sets", "values", "expected"),
    [
        (12, (0.1, 0.5, 0.9), {"c"}),
        (5, (0.1, 0.5, 0.9), {"b", "c"}),  # the mean ranks 1 and 2 differ by less than 1.48
        (12, (0.9, 0.9, 0.1), {"a", "b"}),
    ],
)
def test_the_best_rows_are_those_within_the_critical_difference_of_the_first(n_sets: int, values, expected) -> None:
    result = friedman(
        made({label: [each] * n_sets for label, each in zip("abc", values, strict=True)}), ["a", "b", "c"]
    )
    assert result is not None
    assert result.p < 0.05
    assert result.best == expected


@pytest.mark.parametrize("seed", range(5))
def test_nemenyis_probabilities_agree_with_the_critical_difference(seed: int) -> None:
    values = (np.random.default_rng(seed).random((4, 9)) + np.arange(4)[:, None] / 3).tolist()
    result = friedman(made(dict(zip("abcd", values, strict=True))), list("abcd"))
    assert result is not None
    for one in range(4):
        for other in range(4):
            apart = abs(result.mean_ranks[one] - result.mean_ranks[other])
            assert (apart >= result.critical_difference) == (result.ps[one][other] < 0.05)


def test_the_variants_of_c45_of_demsar() -> None:
    """Demšar 2006, Table 6 and Section 3.2.4: AUC of four variants of C4.5 on 14 data sets; χ² = 9.28, CD = 1.25."""
    table = {
        "C4.5": [0.763, 0.599, 0.954, 0.628, 0.882, 0.936, 0.661, 0.583, 0.775, 1.000, 0.940, 0.619, 0.972, 0.957],
        "+m": [0.768, 0.591, 0.971, 0.661, 0.888, 0.931, 0.668, 0.583, 0.838, 1.000, 0.962, 0.666, 0.981, 0.978],
        "+cf": [0.771, 0.590, 0.968, 0.654, 0.886, 0.916, 0.609, 0.563, 0.866, 1.000, 0.965, 0.614, 0.9751, 0.946],
        "+m+cf": [0.798, 0.569, 0.967, 0.657, 0.898, 0.931, 0.685, 0.625, 0.875, 1.000, 0.962, 0.669, 0.975, 0.970],
    }
    result = friedman(made(table), list(table))
    assert result is not None
    assert [round(rank, 3) for rank in result.mean_ranks] == [3.143, 2.0, 2.893, 1.964]
    assert result.critical_difference == pytest.approx(1.25, abs=0.005)
    without_ties = 12 * 14 / (4 * 5) * (sum(rank**2 for rank in result.mean_ranks) - 4 * 5**2 / 4)
    assert without_ties == pytest.approx(9.28, abs=0.01)
    assert result.statistic > without_ties, "scipy corrects for ties"
