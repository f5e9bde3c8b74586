"""Percentages that can be read: beyond the bound, the cell has a ratio or says why it has none."""

import pytest
from written_tables import parsed

from bench.report.groups import group
from bench.report.outcomes import read
from bench.report.tables.improvements import improvement_block, percentages_block


def improvement_of(lab, metric: str, new: float, base: float, block=improvement_block) -> str:
    lab.ok(lab.cell("dec", 0), {metric: new})
    lab.ok(lab.cell("kmeans", 0), {metric: base})
    (row,) = parsed(block(group(read(lab.done()).all)))
    return row["Improvement, %"]


@pytest.mark.parametrize(
    ("metric", "new", "base", "expected"),
    [
        ("davies_bouldin_input", 2.0, 0.02, "-9900.0"),
        ("davies_bouldin_input", 2.02, 0.02, "-10000.0"),
        ("davies_bouldin_input", 2.2, 0.02, "110 times"),
        ("calinski_harabasz_input", 100_260.0, 100.0, "1,003 times"),
        ("silhouette_input", -0.5, 0.00001, "n/a (baseline near 0)"),
        ("silhouette_input", 0.5, -0.1, "n/a (baseline not positive)"),
        ("ari", 0.5, 0.25, "100.0"),
    ],
)
def test_a_percentage_beyond_the_bound_is_a_ratio(lab, metric: str, new: float, base: float, expected: str) -> None:
    assert improvement_of(lab, metric, new, base) == expected


def test_the_largest_percentage_is_a_ratio_too(lab) -> None:
    lab.ok(lab.cell("dec", 0), {"calinski_harabasz_own": 60_000.0})
    for method, value in (("kmeans", 100.0), ("som", 10_000.0)):
        lab.ok(lab.cell(method, 0), {"calinski_harabasz_own": value})
    rows = parsed(percentages_block(group(read(lab.done()).all)))
    assert {row["Baseline"]: row["Improvement, %"] for row in rows} == {"kmeans": "600 times", "som": "500.0"}
    assert rows[0]["Best improvement, %"] == "600 times (vs. kmeans)"
