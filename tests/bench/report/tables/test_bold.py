"""Bold values in a written table.md, checked from the printed text alone, over many invented results folders."""

import random
import re
from pathlib import Path

import pytest
from written_tables import INPUT, LABELS, by_method, section

from bench.store.store import Store

ROWS = ("dec", "som", "kmeans", "sklearn.cluster:DBSCAN", "pack:Own")
BOLD_COLUMNS = ("Accuracy ↑", "ARI ↑", "NMI ↑", "Fit seconds ↓", "Silhouette ↑", "Davies–Bouldin ↓")
_NUMBER = re.compile(r"(-?[\d.,]+)(?: ± ([\d.,]+))?")


def invented(lab, number: int) -> Store:
    """A folder with rows of one to three seeds; some seeds failed, some have noise, some lack a value or a seed."""
    draw = random.Random(number)
    for method in ROWS:
        kind = draw.choice(["whole", "whole", "whole", "one seed", "failed", "noise", "without a value", "no seed"])
        centre, spread = draw.choice([0.2, 0.3, 0.5, 0.7]), draw.choice([0.0, 0.0004, 0.02, 0.1])
        for seed in range(1 if kind == "one seed" else 3):
            cell = lab.cell(method, seed)
            if kind == "failed" and seed:
                lab.failed(cell, "a reason")
                continue
            value = round(centre + draw.uniform(-spread, spread), 4)
            names = ("accuracy", "ari", "nmi", "silhouette_input", "davies_bouldin_input")
            values = dict.fromkeys(names, centre if kind == "no seed" else value) | {"n_clusters_found": 10.0}
            values["noise_share"] = 0.4 if kind == "noise" and seed else 0.0
            if kind == "without a value" and not seed:
                values = {name: each for name, each in values.items() if name not in names}
            lab.ok(cell, values, seconds=10 * value, takes_seed=kind != "no seed")
    return lab.done()


def interval(text: str) -> tuple[float, float | None] | None:
    """The printed mean, and the printed ± or None; None for a text without a number."""
    match = _NUMBER.match(text.strip("*"))
    if match is None:
        return None
    mean, sd = (None if each is None else float(each.replace(",", "")) for each in match.groups())
    assert mean is not None
    return mean, sd


def apart(one: tuple[float, float | None], other: tuple[float, float | None]) -> bool:
    return round(abs(one[0] - other[0]) - (one[1] or 0) - (other[1] or 0), 9) > 0


@pytest.mark.parametrize("part", range(4))
def test_a_bold_value_is_the_best_and_overlaps_no_other_value_of_its_column(lab, tmp_path: Path, part: int) -> None:
    n_bold = 0
    for number in range(part * 10, part * 10 + 10):
        mine = type(lab)(Store(tmp_path, f"folder{number}"))
        store = invented(mine, number)
        rows = {**by_method(section(store, LABELS))}
        for method, row in by_method(section(store, INPUT)).items():
            rows[method] = {**row, **rows[method]}
        for column in BOLD_COLUMNS:
            values = {method: interval(row[column]) for method, row in rows.items()}
            bold = [method for method, row in rows.items() if row[column].startswith("**")]
            assert len(bold) <= 1
            for method in bold:
                n_bold += 1
                best = values[method]
                assert best is not None
                assert best[1] is not None, "a value of one seed, or without a seed"
                assert "†" not in method
                assert rows[method]["Seeds"] == "3"
                assert "(n=" not in rows[method][column]
                others = {each: value for each, value in values.items() if each != method and value is not None}
                assert all(apart(best, value) for value in others.values()), (number, column, values)
                whole = [
                    value[0]
                    for each, value in others.items()
                    if "†" not in each and rows[each]["Seeds"] in "13" and "(n=" not in rows[each][column]
                ]
                assert whole
                better = max if column.endswith("↑") else min
                assert better(best[0], *whole) == best[0]
    assert n_bold > 3, "the check has seen bold values"


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        pytest.param({"seeds": 3, "failed": 1, "spread": 0.2}, False, id="a row with a failed seed overlaps"),
        pytest.param({"seeds": 3, "failed": 1, "spread": 0.0}, True, id="a row with a failed seed is apart"),
        pytest.param({"seeds": 3, "noise": 0.5, "spread": 0.2}, False, id="a row with noise overlaps"),
        pytest.param({"seeds": 3, "noise": 0.5, "spread": 0.0}, True, id="a row with noise is apart"),
    ],
)
def test_a_row_that_is_never_bold_can_take_the_mark_from_another(lab, beside: dict, expected: bool) -> None:
    for method, ari in (("dec", 0.60), ("kmeans", 0.30)):
        for seed in range(3):
            lab.ok(lab.cell(method, seed), {"ari": ari + 0.01 * seed})
    for seed in range(beside["seeds"]):
        cell = lab.cell("pack:Own", seed)
        if seed < beside.get("failed", 0):
            lab.failed(cell, "a reason")
        else:
            lab.ok(cell, {"ari": 0.64 + beside["spread"] * (seed - 1), "noise_share": beside.get("noise", 0.0)})
    column = {method: row["ARI ↑"] for method, row in by_method(section(lab.done(), LABELS)).items()}
    assert column["dec"].startswith("**") is expected
    assert sum(text.startswith("**") for text in column.values()) == expected
