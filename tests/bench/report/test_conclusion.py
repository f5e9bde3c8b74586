"""The conclusion: one line for each configuration of DEC, against the strongest baselines."""

import pytest

from bench.report.conclusion import MORE_SEEDS, conclusions
from bench.report.groups import group
from bench.report.outcomes import read
from bench.report.tables.improvements import improvements_frame


def lines_of(lab) -> list[str]:
    return conclusions(improvements_frame(group(read(lab.done()).all), "demo"))


def fill(lab, n_seeds: int) -> None:
    for seed in range(n_seeds):
        for method, ari in (("dec", 0.7), ("kmeans", 0.5), ("som", 0.6)):
            lab.ok(lab.cell(method, seed), {"ari": ari + seed / 1000})


def test_with_few_seeds_it_says_that_nothing_is_decided(lab) -> None:
    fill(lab, 3)
    (line,) = lines_of(lab)
    assert line == f"dec against the strongest baseline of each metric: ARI +0.100 [0.098, 0.102] (som): {MORE_SEEDS}."


def test_with_more_seeds_each_metric_has_its_verdict(lab) -> None:
    fill(lab, 6)
    (line,) = lines_of(lab)
    assert line.startswith("dec against the strongest baseline of each metric: ARI +0.100 [")
    assert line.endswith("(som): better.")


@pytest.mark.parametrize(("n_configurations", "expected"), [(2, 2), (5, 1)])
def test_a_grid_has_one_line(lab, n_configurations: int, expected: int) -> None:
    for number in range(n_configurations):
        lab.ok(lab.cell("dec", 0, {"kl_weight": number}), {"ari": 0.7})
    lab.ok(lab.cell("kmeans", 0), {"ari": 0.5})
    lines = lines_of(lab)
    assert len(lines) == expected
    assert ("5 configurations of DEC" in lines[0]) == (expected == 1)


def test_without_dec_or_a_baseline_there_is_none(lab) -> None:
    lab.ok(lab.cell("kmeans", 0), {"ari": 0.5})
    assert lines_of(lab) == []
