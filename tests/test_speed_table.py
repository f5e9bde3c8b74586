"""A measured row fails if it is worse than its published row allows."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from contest import Scale, contest, keep_rows
from speed_table import PUBLISHED, Limit, Ratio, check_rows, summary, write_tables

FULL, QUICK = Scale(mnist="mnist", full=True), Scale(mnist="mnist", full=False)


def ratio(value: float, what: str = "sorting") -> Ratio:
    """A row whose three turns have the ratios `value` / 2, `value` and 2 × `value`."""
    return Ratio(what, "bubble sort", target=2000, ours=[2.0, 1.0, 0.5], theirs=[value] * 3, facts="")


def limit(value: float, what: str = "memory", mark: float = 2.5) -> Limit:
    return Limit(what, value, mark, "GB", "one process")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two published rows: a ratio of 2,000 and a limit of 2.5 GB."""
    write_tables([ratio(2000), limit(1.5)], tmp_path, "a computer")
    return tmp_path


@pytest.mark.parametrize("row", [ratio(1600), ratio(9000), limit(2.5), limit(0.1)])
def test_a_row_within_its_bounds_passes(folder: Path, row: Ratio | Limit):
    check_rows([row], folder)


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (ratio(1599), "sorting: expected at least 0.8 of the published ratio of 2,000×, measured 1,599×"),
        (limit(2.51), "memory: expected at most 2.5 GB, measured 2.51 GB"),
        (limit(2.6, mark=3.0), "memory: expected at most 2.5 GB, measured 2.6 GB"),
    ],
)
def test_a_row_beyond_its_bounds_fails(folder: Path, row: Ratio | Limit, line: str):
    with pytest.raises(AssertionError) as caught:
        check_rows([row], folder)
    assert str(caught.value) == line


def test_every_row_that_fails_is_named(folder: Path):
    with pytest.raises(AssertionError) as caught:
        check_rows([ratio(1), limit(2), limit(3)], folder)
    assert [line.partition(":")[0] for line in str(caught.value).splitlines()] == ["sorting", "memory"]


def test_a_row_that_is_not_published_has_nothing_to_compare_with(folder: Path, tmp_path: Path):
    check_rows([ratio(1, "searching"), limit(9, "disk")], folder)
    check_rows([ratio(1), limit(9)], tmp_path / "empty")


def test_rows_are_checked_where_they_are_made(monkeypatch: pytest.MonkeyPatch):
    """A contest and a limit, both beside the rows that this project publishes; without timing nothing is compared."""
    benchmark = SimpleNamespace(extra_info={})
    slow = Ratio("Exact silhouette, 70,000 × 64", "", 15, ours=[1.0], theirs=[8.8], facts="")  # 0.8 × 11.1 is 8.88
    with pytest.raises(AssertionError, match=r"0\.8 of the published ratio of 11\.1×, measured 8\.8×"):
        keep_rows(benchmark, FULL, [slow])
    assert benchmark.extra_info == {}
    keep_rows(benchmark, QUICK, [slow])
    assert benchmark.extra_info == {"rows": [slow]}
    kept = []
    monkeypatch.setattr("contest.keep_rows", lambda _benchmark, _scale, rows: kept.extend(rows))
    side = lambda scale: lambda: lambda: {"loss": 0.5}  # noqa: E731
    benchmark.pedantic = lambda run, setup, rounds, iterations: (setup(), run())
    contest(benchmark, QUICK, what="nothing", peer="nobody", target=1, ours=side, theirs=side)
    assert [row.what for row in kept] == ["nothing"]


def test_published_rows_can_be_read_back(tmp_path: Path):
    """Tables that are written again without a new row are the published ones."""
    for name in ("ratios.csv", "limits.csv"):
        (tmp_path / name).write_bytes((PUBLISHED / name).read_bytes())
    write_tables([], tmp_path, "")
    for name in ("ratios.csv", "limits.csv", "table.md"):
        assert (tmp_path / name).read_text() == (PUBLISHED / name).read_text()
    assert summary(tmp_path) == summary(PUBLISHED)
