"""Differences of two rows, against worked examples and by counting permutations."""

from itertools import combinations, product
from statistics import fmean

import pytest

from bench.statistics.differences import difference, exchanged, sign_flip, smallest_p
from bench.statistics.families import verdicts

DARWIN = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
"""Differences in height of pairs of crossed and self-fertilised maize, in eighths of an inch (Fisher 1935, § 17)."""


def test_darwins_maize() -> None:
    """Fisher counted 1,726 of the 32,768 signs, p = 0.0527 (§ 21). Wilcoxon's exact p of the data is 0.0413."""
    result = difference(dict(enumerate(DARWIN)), dict.fromkeys(range(15), 0), shared=True)
    assert result.p == pytest.approx(0.0527, abs=0.007), "9,999 random signs"
    assert result.p_ranks == pytest.approx(0.0413, abs=0.0015)
    assert result.summary.mean == pytest.approx(20.93, abs=0.01)
    assert result.pairing == "paired"


def test_the_membranes_of_hollander_and_wolfe() -> None:
    """Example 4.1: permeability at two ages; the one-sided exact p of the rank sum is 0.127."""
    late = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
    early = [1.15, 0.88, 0.90, 0.74, 1.21]
    result = difference(dict(enumerate(late)), dict(enumerate(early)), shared=False)
    assert result.p_ranks == pytest.approx(2 * 0.127, abs=0.001)
    assert result.improvement == pytest.approx(35 / 50), "U = 35 of 50 comparisons"


def test_signs_are_counted() -> None:
    values = [0.5, -0.25, 1.0, 0.75, -0.125]
    means = [
        abs(fmean(sign * value for sign, value in zip(signs, values, strict=True)))
        for signs in product((1, -1), repeat=5)
    ]
    assert sign_flip(values) == sum(mean >= abs(fmean(values)) for mean in means) / 32


def test_splits_are_counted() -> None:
    new, base = [0.5, 1.75, 1.0], [0.25, 0.75, 0.375, 0.125]
    values = [*new, *base]
    apart = [fmean(chosen) - (sum(values) - sum(chosen)) / 4 for chosen in combinations(values, 3)]
    found = fmean(new) - fmean(base)
    upper, lower = (sum(sign * each >= sign * found for each in apart) for sign in (1, -1))
    assert exchanged(new, base) == pytest.approx(min(1, 2 * min(upper, lower) / len(apart)))


@pytest.mark.parametrize("n", [4, 6, 8])
def test_the_smallest_p_is_reached_by_rows_that_do_not_overlap(n: int) -> None:
    high, low = {seed: 2 + seed**2 / 100 for seed in range(n)}, {seed: seed / 100 for seed in range(n)}
    for shared in (True, False):
        result = difference(high, low, shared=shared)
        assert result.p == pytest.approx(result.smallest_p)
        assert result.is_too_small == (shared and n < 6)
        assert result.improvement == 1.0
        assert difference(low, high, shared=shared).improvement == 0.0


def test_a_row_without_chance_is_one_value() -> None:
    new, base = {seed: 0.5 + seed / 100 for seed in range(6)}, dict.fromkeys(range(6), 0.4)
    result = difference(new, base, shared=False, fixed=(False, True))
    assert (result.pairing, result.n) == ("one fixed value", (6, 6))
    assert result.p == pytest.approx(2 / 64)
    assert result.summary.mean == pytest.approx(0.125)
    other = difference(base, new, shared=False, fixed=(True, False))
    assert other.summary.mean == pytest.approx(-0.125)
    assert smallest_p("one fixed value", 6, 1) == 2 / 64


def test_two_rows_without_chance_differ_on_every_seed() -> None:
    higher, lower = dict.fromkeys(range(3), 0.4), dict.fromkeys(range(3), 0.3)
    family = {
        "higher": difference(higher, lower, shared=False, fixed=(True, True)),
        "lower": difference(lower, higher, shared=False, fixed=(True, True)),
        "equal": difference(lower, {0: 0.3 + 1e-15}, shared=False, fixed=(True, True)),
    }
    assert verdicts(family) == {"higher": "higher", "lower": "lower", "equal": "cannot be decided"}
    assert family["higher"].p is None


def test_the_last_bits_of_equal_fits_are_no_difference() -> None:
    new = {seed: 0.3 + seed / 10 for seed in range(8)}
    result = difference(new, {seed: value * (1 + 1e-15) for seed, value in new.items()}, shared=True)
    assert (result.p, result.p_ranks, result.improvement, result.summary.mean) == (1.0, 1.0, 0.5, 0.0)


@pytest.mark.parametrize("shared", [True, False])
def test_rows_without_values_or_common_seeds_have_no_test(shared: bool) -> None:
    result = difference({}, {0: 1.0}, shared=shared)
    assert (result.summary.n, result.p, result.interval, result.improvement) == (0, None, None, None)
    assert difference({0: 1.0}, {1: 1.0}, shared=True).summary.n == 0


def test_pairing_removes_the_variation_that_seeds_share() -> None:
    base = {0: 0.1, 1: 0.5, 2: 0.9, 3: 0.2, 4: 0.6, 5: 0.4}
    new = {seed: value + 0.01 for seed, value in base.items()}
    assert verdicts({"it": difference(new, base, shared=True)}) == {"it": "higher"}
    assert verdicts({"it": difference(new, base, shared=False)}) == {"it": "cannot be decided"}


def test_rounding_does_not_tell_two_independent_rows_apart() -> None:
    """Silhouettes of equal partitions differ by some 1e-9 of their value, always in the same direction."""
    new, base = (dict.fromkeys(range(10), 0.0345 * (1 + share)) for share in (0.0, 3e-9))
    found = difference(new, base, shared=False)
    assert (found.p, found.p_ranks, found.improvement, found.summary.mean) == (1.0, 1.0, 0.5, 0.0)
    assert found.interval is not None
    assert not found.interval.excludes_zero
