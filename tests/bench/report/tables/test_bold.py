"""Bold values in a written table.md, checked against the cells of the folder, over many invented results folders."""

import random
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from written_tables import LABELS, by_method, section

from bench.report.groups import group
from bench.report.outcomes import read
from bench.store.store import Store

ROWS = ("dec", "som", "kmeans", "sklearn.cluster:DBSCAN", "pack:Own")
N_SEEDS = 5


def invented(lab, number: int) -> Store:
    """A folder with rows of five seeds; some have one seed only, a failed seed, noise, or a seed without a value."""
    draw = random.Random(number)
    for method in ROWS:
        kind = draw.choice(["whole", "whole", "whole", "one seed", "failed", "noise", "without a value"])
        centre, spread = draw.choice([0.2, 0.3, 0.4, 0.5, 0.6, 0.7]), draw.choice([0.0, 0.0004, 0.05, 0.2])
        for seed in range(1 if kind == "one seed" else N_SEEDS):
            cell = lab.cell(method, seed)
            if kind == "failed" and not seed:
                lab.failed(cell, "a reason")
                continue
            values = {"ari": round(centre + draw.uniform(-spread, spread), 4), "noise_share": 0.0}
            values["noise_share"] = 0.4 if kind == "noise" and seed else 0.0
            if kind == "without a value" and not seed:
                del values["ari"]
            lab.ok(cell, values)
    return lab.done()


def overlap(one: list[float], other: list[float]) -> bool:
    """Whether one value of each row is on the wrong side; five values that do not overlap have the smallest p."""
    return max(min(one), min(other)) <= min(max(one), max(other))


@pytest.mark.parametrize("part", range(3))
def test_bold_rows_are_whole_and_hold_the_best_and_no_row_that_is_apart_from_it(lab, tmp_path: Path, part: int) -> None:
    n_alone = n_together = 0
    for number in range(part * 10, part * 10 + 10):
        store = invented(type(lab)(Store(tmp_path, f"folder{number}")), number)
        groups = {each.label: each for each in group(read(store).all)}
        values = {label: list(each.by_seed("ari").values()) for label, each in groups.items()}
        shown = by_method(section(store, LABELS))
        bold = [method for method, row in shown.items() if row["ARI ↑"].startswith("**")]
        if not bold:
            continue
        for method in bold:
            assert "†" not in method
            assert "failed" not in shown[method]["Seeds"]
            assert "(n=" not in shown[method]["ARI ↑"]
            assert shown[method]["Seeds"] == "5", "one seed is too few"
        whole = [label for label in values if len(values[label]) == N_SEEDS and f"{label} †" not in shown]
        best = max(bold, key=lambda method: np.mean(values[method]))
        assert np.mean(values[best]) == max(np.mean(values[label]) for label in whole)
        n_alone, n_together = n_alone + (len(bold) == 1), n_together + (len(bold) > 1)
        for other in bold:
            # Of two rows of five values each that do not overlap, p is 2 / 252 before and at most 8 / 252 after Holm.
            if other != best and min(len(values[best]), len(values[other])) == N_SEEDS:
                assert overlap(values[best], values[other]), (number, values)
    assert n_alone, "the check has seen a best row"
    assert n_together, "the check has seen rows that cannot be told apart"


@pytest.mark.parametrize("kind", ["failed", "noise"])
def test_a_row_with_a_failed_seed_or_noise_is_never_bold_and_takes_no_part(lab, kind: str) -> None:
    for method, ari in (("dec", 0.60), ("kmeans", 0.30)):
        for seed in range(N_SEEDS):
            lab.ok(lab.cell(method, seed), {"ari": ari + 0.001 * seed})
    for seed in range(N_SEEDS):
        cell = lab.cell("pack:Own", seed)
        if kind == "failed" and not seed:
            lab.failed(cell, "a reason")
        else:
            lab.ok(cell, {"ari": 0.65 + 0.001 * seed, "noise_share": 0.5 if kind == "noise" else 0.0})
    column = {method: row["ARI ↑"] for method, row in by_method(section(lab.done(), LABELS)).items()}
    assert [method for method, text in column.items() if text.startswith("**")] == ["dec"]


def test_every_pair_of_equal_rows_is_bold_together(lab) -> None:
    for method in ROWS[:3]:
        for seed in range(N_SEEDS):
            lab.ok(lab.cell(method, seed), {"ari": 0.5})
    column = [row["ARI ↑"] for row in by_method(section(lab.done(), LABELS)).values()]
    assert all(one == other == "**0.500 ± 0.000**" for one, other in combinations(column, 2))
