"""The estimated time left, against a direct computation."""

from random import Random
from statistics import mean

from bench.console.eta import TimeLeft
from bench.store.records import Cell


def cells(method: str, n: int) -> list[Cell]:
    return [Cell(method=method, seed=seed, n_clusters=2) for seed in range(n)]


def test_no_estimate_before_a_cell_of_each_kind_has_finished():
    som, kmeans = cells("som", 2), cells("kmeans", 2)
    time_left = TimeLeft([*som, *kmeans])
    assert time_left.seconds(1) is None
    time_left.ended(som[0], 3.0)
    assert time_left.seconds(1) is None
    time_left.ended(kmeans[0])
    assert time_left.seconds(1) is None, "it ended elsewhere, so its time is not known"
    time_left.took(kmeans[0], 1.0)
    assert time_left.seconds(1) == 4.0
    assert time_left.seconds(2) == 2.0


def test_no_estimate_when_no_cell_is_left():
    (cell,) = cells("som", 1)
    time_left = TimeLeft([cell])
    time_left.ended(cell, 3.0)
    assert time_left.seconds(1) is None


def test_the_estimate_equals_the_sum_of_the_means_of_the_cells_that_are_left():
    generator = Random(0)
    waiting = [*cells("som", 30), *cells("kmeans", 20), *cells("dec", 10)]
    generator.shuffle(waiting)
    time_left, taken = TimeLeft(waiting), {name: [] for name in ("som", "kmeans", "dec")}
    while len(waiting) > 1:
        cell = waiting.pop()
        taken[cell.method].append(generator.uniform(0, 9))
        time_left.ended(cell, taken[cell.method][-1])
        if all(taken[other.method] for other in waiting):
            expected = sum(mean(taken[other.method]) for other in waiting) / 2
            assert abs(time_left.seconds(2) - expected) < 1e-9
        else:
            assert time_left.seconds(2) is None
