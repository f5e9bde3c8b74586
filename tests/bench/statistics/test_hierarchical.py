"""Seeds and images together: the interval has both variances."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from bench.statistics.hierarchical import (
    accuracy_of_draws,
    ari_of_draws,
    interval_over_seeds_and_images,
    interval_over_seeds_and_subsamples,
)
from bench.statistics.intervals import interval_of_difference

N = 400
GENERATOR = np.random.default_rng(11)


def fits(accuracies: list[float]) -> list[np.ndarray]:
    """For each fit, which of the images it has right."""
    return [GENERATOR.permutation(N) < accuracy * N for accuracy in accuracies]


def width(new: list[np.ndarray], base: list[np.ndarray], shared: bool = False) -> float:
    score = accuracy_of_draws([*new, *base])
    interval = interval_over_seeds_and_images(score, (len(new), len(base)), N, shared=shared, draws=400)
    return interval.high - interval.low


def test_with_one_fit_each_only_the_images_vary() -> None:
    """Variance of the difference of two accuracies on the same images, by the normal distribution."""
    new, base = fits([0.8]), fits([0.6])
    one, other = int((new[0] & ~base[0]).sum()), int((base[0] & ~new[0]).sum())
    sd = ((one + other - (one - other) ** 2 / N) / N**2) ** 0.5
    assert width(new, base) == pytest.approx(2 * 1.96 * sd, rel=0.15)


def test_seeds_that_vary_widen_the_interval_and_pairs_narrow_it() -> None:
    steady, varied = [0.7] * 6, [0.5, 0.9, 0.6, 0.8, 0.5, 0.9]
    of_steady, of_varied = width(fits(steady), fits(steady)), width(fits(varied), fits(varied))
    assert of_varied > 2 * of_steady
    base = fits(varied)
    new = [each.copy() for each in base]
    assert width(new, base, shared=True) == 0.0
    assert width(new, base) > 0.1


def test_the_ari_of_drawn_images_is_that_of_scikit_learn() -> None:
    truth, labels = GENERATOR.integers(0, 4, N), [GENERATOR.integers(-1, 3, N) for _ in range(2)]
    score = ari_of_draws(labels, truth)
    counts = GENERATOR.integers(0, 3, N)
    for number, each in enumerate(labels):
        expected = adjusted_rand_score(np.repeat(truth, counts), np.repeat(each, counts))
        assert score(number, counts) == pytest.approx(expected)


def test_equal_data_give_equal_intervals() -> None:
    score = accuracy_of_draws(fits([0.5, 0.6]))
    one, other = (interval_over_seeds_and_images(score, (1, 1), N, shared=False, draws=50) for _ in range(2))
    assert one == other


def test_few_seeds_widen_the_interval_at_least_as_much_as_without_images() -> None:
    """A bootstrap of three seeds is narrower than Student's interval of the same seeds alone."""
    new, base = fits([0.78, 0.79, 0.8]), fits([0.7, 0.75, 0.8])
    score = accuracy_of_draws([*new, *base])
    interval = interval_over_seeds_and_images(score, (3, 3), N, shared=False, draws=200)
    seeds_only = interval_of_difference([0.78, 0.79, 0.8], [0.7, 0.75, 0.8])
    assert interval.kind == "t"
    assert seeds_only is not None
    assert interval.low <= seeds_only.low + 1e-9
    assert interval.high >= seeds_only.high - 1e-9
    assert (interval.low + interval.high) / 2 == pytest.approx(0.04)


def test_from_eight_seeds_on_it_is_a_bootstrap() -> None:
    score = accuracy_of_draws(fits([0.7] * 16))
    assert interval_over_seeds_and_images(score, (8, 8), N, shared=False, draws=50).kind == "percentile"


@pytest.mark.parametrize("n_subsamples", [5, 20])
def test_more_subsamples_of_one_data_set_do_not_hide_that_it_is_one(n_subsamples: int) -> None:
    """The mean of n samples has the variance s² / n, however many subsamples are drawn from them."""
    generator = np.random.default_rng(2)
    hits = 0
    for _ in range(300):
        sample = generator.normal(size=100)
        draws = np.array([[generator.permutation(sample)[:80].mean() for _ in range(n_subsamples)]])
        hits += 0.0 in interval_over_seeds_and_subsamples(draws, np.zeros_like(draws), 0.8, shared=False)
    assert 0.91 < hits / 300 < 0.985


def test_the_chance_of_the_seeds_is_not_counted_as_one_of_the_samples() -> None:
    """Seeds that vary, on samples that do not matter: the interval is that of the seeds' means."""
    values = np.random.default_rng(3).normal(size=(40, 5))
    interval = interval_over_seeds_and_subsamples(values, np.zeros((1, 5)), 0.8, shared=False)
    of_seeds = 2 * 2.78 * values.mean(1).std(ddof=1) / 40**0.5
    assert interval.high - interval.low < 2 * of_seeds


@pytest.mark.parametrize("shared", [True, False])
def test_variation_of_the_seeds_widens_the_interval_unless_both_share_it(shared: bool) -> None:
    seeds = np.linspace(0, 0.3, 6)[:, None] + np.linspace(0, 0.01, 5)[None]
    interval = interval_over_seeds_and_subsamples(seeds + 0.1, seeds, 0.8, shared=shared)
    assert (interval.low, interval.high) == (pytest.approx(0.1), pytest.approx(0.1)) if shared else interval.low < 0.05
    assert interval.high >= 0.1 - 1e-9
