"""The interval of the difference of two more runs, one of each of two rows."""

from math import sqrt

import numpy as np

from bench.statistics.differences import ByRun
from bench.statistics.intervals import LEVEL, Interval, prediction_interval


def prediction_interval_of_difference(new: ByRun, base: ByRun, *, shared: bool) -> Interval | None:
    """The interval in which new − base lies for one more run of each row, for runs of normal distributions.

    `shared`: whether both rows share work on each common run, such as one pretrained autoencoder. Then it is the
    prediction interval of the differences of common runs. Otherwise every run of one row is as good a partner as any
    other: mean(new) − mean(base) ± t · √(s²_new (1 + 1/n_new) + s²_base (1 + 1/n_base)), with the degrees of freedom of
    Welch (1947) for these two terms. Hahn (1977) judges a claim that one product is better than another by such an
    interval. None if there are fewer than 2 pairs, or fewer than 2 runs of one row.

    >>> new, base = {0: 9.0, 1: 10.0, 2: 11.0}, {0: 4.0, 1: 5.0, 2: 6.0}
    >>> paired = prediction_interval_of_difference(new, base, shared=True)
    >>> unpaired = prediction_interval_of_difference(new, base, shared=False)
    >>> (paired.low, paired.high), (round(unpaired.low, 2), round(unpaired.high, 2))
    ((5.0, 5.0), (0.47, 9.53))
    """
    if shared:
        return prediction_interval([new[run] - base[run] for run in new if run in base])
    if min(len(new), len(base)) < 2:
        return None
    from scipy.stats import t  # slow to import

    samples = [np.array(list(values.values())) for values in (new, base)]
    apart = float(samples[0].mean() - samples[1].mean())
    terms = [float(values.var(ddof=1)) * (1 + 1 / len(values)) for values in samples]
    if not sum(terms):
        return Interval(apart, apart, "t")
    parts = [term**2 / (len(values) - 1) for term, values in zip(terms, samples, strict=True)]
    freedom = sum(terms) ** 2 / sum(parts)
    half = float(t.ppf(1 - LEVEL / 2, freedom)) * sqrt(sum(terms))
    return Interval(apart - half, apart + half, "t")
