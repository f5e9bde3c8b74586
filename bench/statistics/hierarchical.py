"""Seeds and images together: the interval of the difference of two methods over both sources of chance.

A fit varies with its seed, and every score varies with the images that happen to be in the data set. The bootstrap
draws both: images with replacement, the same for all fits, and for each draw seeds with replacement (Davison & Hinkley
1997, Section 3.8).
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bench.statistics.intervals import LEVEL, Interval
from bench.statistics.partitions import adjusted_rand_indices

DRAWS = 1_000
RESAMPLES = 9_999

Counts = NDArray[np.int64]
"""(n_samples,): how often each image is drawn."""


def interval_over_seeds_and_images(
    score: Callable[[int, Counts], float], seeds: tuple[int, int], n_samples: int, *, shared: bool, draws: int = DRAWS
) -> Interval:
    """The percentile interval of mean(new) − mean(base).

    `score` returns the score of a fit on drawn images; fits are numbered, first those of `new`, then those of `base`,
    and `seeds` has how many there are of each. `shared`: whether fit i of both share work, as in `difference`; then
    both get the same draws of seeds. With one fit each, the interval is over images only. The generator is its own.
    """
    generator = np.random.default_rng(0)
    values = []
    for _ in range(draws):
        counts = np.bincount(generator.integers(0, n_samples, n_samples), minlength=n_samples)
        scores = [score(number, counts) for number in range(sum(seeds))]
        new, base = np.array(scores[: seeds[0]]), np.array(scores[seeds[0] :])
        drawn = generator.integers(0, seeds[0], seeds[0])
        of_base = drawn if shared else generator.integers(0, seeds[1], seeds[1])
        values.append(new[drawn].mean() - base[of_base].mean())
    low, high = np.quantile(values, [LEVEL / 2, 1 - LEVEL / 2])
    return Interval(float(low), float(high), "percentile")


def interval_over_seeds_and_subsamples(
    new: NDArray[np.float64], base: NDArray[np.float64], share: float, *, shared: bool
) -> Interval:
    """The percentile interval of mean(new) − mean(base) of fits on several subsamples of the samples.

    Both arrays have shape (n_seeds, n_subsamples); column i of both is of the same subsample, which has that `share` of
    the samples. `shared`: whether row i of both share work; then both get the same draws of seeds. Seeds and subsamples
    are drawn with replacement, each on its own, and their effects are added. Two subsamples have most samples in
    common, so their differences are too small by the factor √((1 − share) / share); they are divided by it (the
    delete-d jackknife of Shao & Wu 1989).
    """
    generator = np.random.default_rng(0)
    apart = new.mean() - base.mean()
    of_subsamples = (new.mean(0) - base.mean(0) - apart) * (share / (1 - share)) ** 0.5
    drawn = generator.integers(0, new.shape[1], (RESAMPLES, new.shape[1]))
    values = apart + of_subsamples[drawn].mean(1)
    rows = generator.integers(0, len(new), (RESAMPLES, len(new)))
    of_base = rows if shared else generator.integers(0, len(base), (RESAMPLES, len(base)))
    values += new.mean(1)[rows].mean(1) - base.mean(1)[of_base].mean(1) - apart
    low, high = np.quantile(values, [LEVEL / 2, 1 - LEVEL / 2])
    return Interval(float(low), float(high), "percentile")


def accuracy_of_draws(right: Sequence[NDArray[np.bool_]]) -> Callable[[int, Counts], float]:
    """The score of `interval_over_seeds_and_images`: the accuracy of each fit on drawn images.

    `right` has one array of shape (n_samples,) for each fit: which images it has right, with clusters matched to
    classes on all images.
    """
    return lambda number, counts: float(counts[right[number]].sum() / counts.sum())


def ari_of_draws(labels: Sequence[NDArray[np.int64]], truth: NDArray[np.int64]) -> Callable[[int, Counts], float]:
    """The score of `interval_over_seeds_and_images`: the adjusted Rand index of each fit on drawn images.

    `labels` has one array of shape (n_samples,) for each fit.
    """
    classes, true_codes = np.unique(truth, return_inverse=True)
    codes = []
    for each in labels:
        clusters, own = np.unique(each, return_inverse=True)
        codes.append((own * len(classes) + true_codes, (len(clusters), len(classes))))

    def score(number: int, counts: Counts) -> float:
        cells, shape = codes[number]
        table = np.bincount(cells, counts, minlength=shape[0] * shape[1]).reshape(1, *shape)
        return float(adjusted_rand_indices(table)[0])

    return score
