"""Improvement and standard deviation, by hand and by property."""

import statistics as reference

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.statistics.summary import improvement, summarize

numbers = st.floats(-1e6, 1e6)
positive = st.floats(1e-3, 1e6)


@pytest.mark.parametrize(
    ("new", "base", "higher", "expected"),
    [
        (0.6, 0.5, True, 20.0),
        (0.6, 0.5, False, -20.0),
        (3.0, 4.0, False, 25.0),
        (-0.5, 0.5, True, -200.0),
        (0.5, 0.0, True, None),
        (0.5, -0.1, True, None),
        (None, 0.5, True, None),
        (0.5, None, False, None),
    ],
)
def test_improvement_by_hand(new: float | None, base: float | None, higher: bool, expected: float | None) -> None:
    assert improvement(new, base, higher) == (None if expected is None else pytest.approx(expected))


@given(positive, st.booleans())
def test_equal_values_have_an_improvement_of_zero(value: float, higher: bool) -> None:
    assert str(improvement(value, value, higher)) == "0.0"


@given(numbers, positive)
def test_the_direction_changes_only_the_sign(new: float, base: float) -> None:
    upwards, downwards = improvement(new, base, True), improvement(new, base, False)
    assert upwards is not None
    assert downwards is not None
    assert upwards == -downwards


@given(positive, positive, st.booleans())
def test_better_is_positive(new: float, base: float, higher: bool) -> None:
    percent = improvement(new, base, higher)
    assert percent is not None
    if new != base:
        assert (percent > 0) == ((new > base) == higher)


@given(positive, positive, st.sampled_from([0.25, 2.0, 1024.0]))
def test_a_change_of_unit_does_not_change_the_percentage(new: float, base: float, unit: float) -> None:
    assert improvement(new * unit, base * unit, True) == pytest.approx(improvement(new, base, True))


@given(st.lists(numbers, min_size=2, max_size=10))
def test_mean_and_standard_deviation_equal_the_standard_library(values: list[float]) -> None:
    summary = summarize(values)
    assert summary.mean == pytest.approx(reference.fmean(values), abs=1e-6)
    assert summary.sd == pytest.approx(reference.stdev(values), abs=1e-6)
    assert summary.n == len(values)
