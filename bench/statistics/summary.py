"""Statistics over seeds: means, standard deviations and improvements in percent."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt


@dataclass(frozen=True)
class Summary:
    """Mean and sample standard deviation of `n` numbers; `mean` is None if n = 0, `sd` is None if n < 2."""

    mean: float | None
    sd: float | None
    n: int


def summarize(numbers: Sequence[float]) -> Summary:
    """Mean and sample standard deviation (n − 1 in the denominator).

    >>> summarize([1.0, 3.0])
    Summary(mean=2.0, sd=1.4142135623730951, n=2)
    >>> summarize([7.0])
    Summary(mean=7.0, sd=None, n=1)
    """
    n = len(numbers)
    if n == 0:
        return Summary(None, None, 0)
    mean = fsum(numbers) / n
    sd = None if n == 1 else sqrt(fsum((number - mean) ** 2 for number in numbers) / (n - 1))
    return Summary(mean, sd, n)


def improvement(new: float | None, base: float | None, higher_is_better: bool) -> float | None:
    """Percent by which `new` is better than `base`: (new − base) / |base| × 100, or its negative if lower is better.

    None if `new` or `base` is None, or if `base` is not positive: a percentage of zero or of a negative silhouette has
    no meaning.

    >>> improvement(0.75, 0.5, higher_is_better=True), improvement(0.75, 0.5, higher_is_better=False)
    (50.0, -50.0)
    >>> improvement(0.2, -0.1, higher_is_better=True)
    """
    if new is None or base is None or base <= 0:
        return None
    percent = (new - base) / abs(base) * 100
    return percent if higher_is_better else 0.0 - percent
