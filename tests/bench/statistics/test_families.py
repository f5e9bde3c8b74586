"""Holm's correction, and the verdicts on a family."""

import numpy as np
import pytest

from bench.statistics.differences import difference
from bench.statistics.families import corrected, holm, out_of_reach, verdicts


def test_holm_equals_statsmodels() -> None:
    from statsmodels.stats.multitest import multipletests  # slow to import

    generator = np.random.default_rng(0)
    for ps in ([0.5], [0.01, 0.01, 0.01], [0.04, 0.0, 1.0, 0.02], *(generator.random((20, 6)) ** 3).tolist()):
        assert holm(ps) == pytest.approx(multipletests(ps, method="holm")[1])


def rows(n: int, *means: float) -> list[dict[int, float]]:
    return [{seed: mean + seed / 1000 for seed in range(n)} for mean in means]


def test_a_difference_is_claimed_only_if_interval_and_test_agree() -> None:
    """Five values with one outlier: the ranks do not overlap, but Welch's interval holds zero."""
    new, base = {0: 0.10, 1: 0.11, 2: 0.12, 3: 0.13, 4: 9.0}, {seed: seed / 100 for seed in range(5)}
    result = difference(new, base, shared=False)
    assert result.p is not None
    assert result.p < 0.05
    assert verdicts({"it": result}) == {"it": "cannot be decided"}


def test_the_reach_of_a_family_grows_with_its_seeds_and_falls_with_its_size() -> None:
    for n, size, expected in ((5, 1, False), (5, 6, False), (5, 7, True), (6, 7, False)):
        new, *others = rows(n, *[0.9] * (size + 1))
        family = {str(number): difference(new, row, shared=False) for number, row in enumerate(others)}
        assert bool(out_of_reach(family)) is expected, (n, size)


def test_a_pair_of_few_seeds_does_not_hide_the_others() -> None:
    new, one, other = rows(6, 0.9, 0.5, 0.4)
    family = {
        "of six": difference(new, one, shared=False),
        "of two": difference(new, {0: other[0], 1: other[1]}, shared=True),
    }
    assert verdicts(family) == {"of six": "higher", "of two": "n too small to decide"}


def test_only_differences_with_a_test_count_in_the_correction() -> None:
    new, one = rows(6, 0.9, 0.5)
    family = {"tested": difference(new, one, shared=False), "without a value": difference(new, {}, shared=False)}
    ps = corrected(family)
    assert ps["without a value"] is None
    assert ps["tested"] == family["tested"].p


def test_a_family_too_large_for_the_random_permutations_is_out_of_reach() -> None:
    """Of ten and ten runs, 9,999 random splits give 2 / 10,000 at least, so 249 pairs can be decided, and 250 not."""
    far = difference(
        {seed: 1.0 + seed / 100 for seed in range(10)}, {seed: seed / 100 for seed in range(10)}, shared=False
    )
    assert far.p == far.smallest_p == 2 / 10_000
    for n_pairs, expected in ((249, "higher"), (250, "n too small to decide")):
        family = {str(number): far for number in range(n_pairs)}
        assert set(verdicts(family).values()) == {expected}
