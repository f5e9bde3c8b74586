"""Rows with noise, and rows with another number of clusters than asked for."""

import pytest
from msgspec.structs import replace

from bench.report.groups import Group, group, several_k
from bench.report.outcomes import read
from bench.report.same_task import has_another_number, has_noise, k_of_scores, k_of_seconds, numbers_found


def row(lab, asked: int | None, found: list[int], noise: float = 0.0) -> Group:
    for seed, number in enumerate(found):
        scores = {"n_clusters_found": float(number), "noise_share": noise * seed}
        lab.ok(replace(lab.cell("some:Class", seed), n_clusters=asked), scores)
    (made,) = group(read(lab.done()).all)
    return made


@pytest.mark.parametrize(
    ("asked", "found", "another", "of_scores", "of_seconds"),
    [
        pytest.param(10, [10, 10], False, 10, 10, id="as asked for"),
        pytest.param(10, [10, 9], True, 10, None, id="fewer: no advantage in scores, less work"),
        pytest.param(10, [10, 11], True, None, None, id="more"),
        pytest.param(10, [9, 11], True, None, None, id="fewer and more"),
        pytest.param(None, [31, 31], True, None, None, id="not asked"),
    ],
)
def test_the_number_of_clusters_by_which_a_row_is_compared(lab, asked, found, another, of_scores, of_seconds) -> None:
    made = row(lab, asked, found)
    assert numbers_found(made) == sorted(set(found))
    assert (has_another_number(made), k_of_scores(made), k_of_seconds(made)) == (another, of_scores, of_seconds)


def test_a_row_without_scores_is_compared_by_the_number_that_was_asked_for(lab) -> None:
    lab.ok(lab.cell("kmeans", 0), {})
    (made,) = group(read(lab.done()).all)
    assert (has_another_number(made), k_of_scores(made), k_of_seconds(made)) == (False, 10, 10)


def test_one_fit_with_noise_makes_a_row_with_noise(lab) -> None:
    assert has_noise(row(lab, 10, [10, 10], noise=0.25))


def test_no_fit_with_noise(lab) -> None:
    assert not has_noise(row(lab, 10, [10, 10]))


def test_a_row_that_gets_no_number_does_not_make_several_numbers(lab) -> None:
    lab.ok(replace(lab.cell("some:Class", 0), n_clusters=None), {})
    lab.ok(lab.cell("kmeans", 0), {})
    assert not several_k(group(read(lab.done()).all))
    lab.ok(lab.cell("som", 0, n_clusters=20), {})
    assert several_k(group(read(lab.done()).all))
