"""Bold values: the best one and all that cannot be told apart from it, by numbers of clusters."""

import pytest

from bench.report.best import ONE_SEED, RULE, TOO_FEW, best_rows, rule_of
from bench.report.groups import Group, group
from bench.report.outcomes import read


def groups_of(lab, seeds: dict[str, int]) -> list[Group]:
    for method, n in seeds.items():
        for seed in range(n):
            lab.ok(lab.cell(method, seed), {"ari": 0.5})
    return group(read(lab.done()).all)


def values_of(*means: float, n: int = 5) -> list[dict[int, float]]:
    return [{seed: mean + seed / 1000 for seed in range(n)} for mean in means]


def test_only_rows_of_one_number_of_clusters_are_compared(lab) -> None:
    groups = groups_of(lab, dict.fromkeys("abcde", 5))
    values = values_of(0.9, 0.8, 0.7, 0.6, 0.99)
    assert best_rows(groups, values, True, [5, 10, 5, 10, None]) == {0, 1}
    assert best_rows(groups, values, False, [5, 10, 5, 10, None]) == {2, 3}
    assert best_rows(groups, values, True, [0] * 5) == {4}
    values[4].popitem()
    assert best_rows(groups, values, True, [0] * 5) == {0}, "the best row lacks a seed"


def test_rows_as_far_apart_as_chance_allows_are_bold_together(lab) -> None:
    groups = groups_of(lab, dict.fromkeys("abc", 5))
    assert best_rows(groups, values_of(0.5, 0.501, 0.1), True, [0] * 3) == {0, 1}
    assert best_rows(groups, values_of(0.5, 0.505, 0.1), True, [0] * 3) == {1}


def test_a_row_alone_and_rows_without_values_have_no_best(lab) -> None:
    groups = groups_of(lab, {"a": 5, "b": 5})
    assert best_rows(groups, [values_of(0.5)[0], {}], True, [0, 0]) == set()
    assert best_rows([], [], True, []) == set()


@pytest.mark.parametrize(
    ("seeds", "expected"),
    [
        ({"a": 1, "b": 1}, ONE_SEED),
        ({"a": 3, "b": 3}, TOO_FEW),
        ({"a": 1, "b": 2}, TOO_FEW),
        ({"a": 4, "b": 4}, RULE),
        ({"a": 3, "b": 4, "c": 5}, RULE),
    ],
)
def test_the_rule_says_why_nothing_is_bold(lab, seeds: dict[str, int], expected: str) -> None:
    assert rule_of(groups_of(lab, seeds)) == expected


def test_rows_of_one_autoencoder_need_six_seeds(lab) -> None:
    """Five pairs have 32 signs, so no p below 2 / 32."""
    assert rule_of(groups_of(lab, {"dec": 5, "ae-kmeans": 5})) == TOO_FEW
    assert rule_of(groups_of(lab, {"dec": 6, "ae-kmeans": 6})) == RULE
