"""Bold values: the best one, if its mean ± sd does not overlap that of another row, as printed."""

import pytest

from bench.report.best import ONE_SEED, ROWS_OF_ONE_SEED, RULE, best_row, best_rows, rule_of
from bench.report.groups import group
from bench.report.outcomes import read
from bench.statistics.summary import Summary


def of(*values: tuple[float, float | None]) -> list[Summary]:
    return [Summary(mean, sd, 1 if sd is None else 3) for mean, sd in values]


@pytest.mark.parametrize(
    ("values", "higher_is_better", "expected"),
    [
        pytest.param([(0.80, 0.01), (0.70, 0.02)], True, 0, id="apart"),
        pytest.param([(0.80, 0.01), (0.70, 0.02)], False, 1, id="apart, lower is better"),
        pytest.param([(0.80, 0.06), (0.70, 0.05)], True, None, id="they overlap"),
        pytest.param([(0.80, 0.05), (0.70, 0.05)], True, None, id="they touch"),
        pytest.param([(0.80, 0.04), (0.70, 0.05)], True, 0, id="one printed digit apart"),
        pytest.param([(0.80, 0.01), (0.79, 0.02), (0.10, 0.01)], True, None, id="the next counts"),
        pytest.param([(0.80, 0.01), (0.75, 0.0), (0.74, 0.06)], True, None, id="a later row overlaps"),
        pytest.param([(0.10, 0.01), (0.70, 0.30), (0.80, 0.01)], True, None, id="the next may vary more"),
        pytest.param([(0.81, 0.0), (0.80, 0.0)], True, 0, id="deterministic"),
        pytest.param([(0.801, 0.0), (0.799, 0.0)], True, None, id="deterministic, printed alike"),
        pytest.param([(0.9, None), (0.1, 0.0)], True, None, id="the best has one seed"),
        pytest.param([(0.9, 0.0), (0.1, None)], True, None, id="the next has one seed"),
        pytest.param([(0.9, 0.0), (0.8, 0.0), (0.1, None)], True, 0, id="another row has one seed"),
        pytest.param([(0.9, 0.0), (0.8, 0.0), (0.8, None)], True, None, id="one of two next rows has one seed"),
        pytest.param([(0.9, 0.0), (0.8, None), (0.8, 0.0)], True, None, id="the same in another order"),
        pytest.param([(0.9, 0.0), (0.9, 0.0), (0.1, 0.0)], True, None, id="two rows are best"),
        pytest.param([(0.9, 0.0)], True, None, id="alone"),
        pytest.param([], True, None, id="no row"),
    ],
)
def test_the_row_that_is_better_than_the_next(values, higher_is_better: bool, expected: int | None) -> None:
    assert best_row(of(*values), 2, higher_is_better) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param((0.90, 0.10), None, id="better, it overlaps"),
        pytest.param((0.95, 0.05), 0, id="better, apart"),
        pytest.param((0.60, 0.25), None, id="worse, it overlaps"),
        pytest.param((0.81, None), None, id="of one seed, in the interval"),
        pytest.param((0.82, None), 0, id="of one seed, outside the interval"),
    ],
)
def test_the_interval_of_a_row_that_is_not_compared_counts(value, expected: int | None) -> None:
    assert best_row(of((0.80, 0.01), (0.70, 0.01)), 2, True, of(value)) == expected


def test_rows_without_a_value_take_no_part() -> None:
    assert best_row([None, *of((0.5, 0.0)), Summary(None, None, 0), *of((0.4, 0.0))], 2, True) == 1


def test_touching_intervals_overlap_for_all_numbers_with_three_digits() -> None:
    """0.8 − 0.1 is above 0.6 + 0.1 in binary numbers; the printed numbers decide."""
    for number in range(200, 1000):
        mean, sd = number / 1000, (number % 90) / 1000
        assert best_row(of((mean, sd), (mean - 2 * sd, sd)), 3, True) is None
        assert best_row(of((mean, sd), (mean - 2 * sd - 0.001, sd)), 3, True) == 0


def groups_of(lab, seeds: dict[str, int]):
    for method, n in seeds.items():
        for seed in range(n):
            lab.ok(lab.cell(method, seed), {"ari": 0.5})
    return group(read(lab.done()).all)


def test_only_rows_of_one_number_of_clusters_are_compared(lab) -> None:
    groups = groups_of(lab, dict.fromkeys("abcde", 3))
    values = of((0.9, 0.0), (0.8, 0.0), (0.7, 0.0), (0.6, 0.0), (0.99, 0.0))
    assert best_rows(groups, values, 3, True, [5, 10, 5, 10, None]) == {0, 1}
    assert best_rows(groups, values, 3, True, [0] * 5) == {4}
    assert best_rows(groups, [*values[:4], Summary(0.99, 0.0, 2)], 3, True, [0] * 5) == {0}, "a seed has no value"


@pytest.mark.parametrize(
    ("seeds", "expected"),
    [({"a": 1, "b": 1}, ONE_SEED), ({"a": 2, "b": 2}, RULE), ({"a": 1, "b": 2}, f"{RULE} {ROWS_OF_ONE_SEED}")],
)
def test_the_rule_says_why_nothing_is_bold(lab, seeds: dict[str, int], expected: str) -> None:
    assert rule_of(groups_of(lab, seeds)) == expected
