"""The time of online training of a map, known before it begins. This module loads neither torch nor scikit-learn."""

from typing import Any

ROWS = COLUMNS = 10
STEPS_PER_UNIT = 500  # Kohonen's rule of thumb (Self-Organizing Maps, 3rd edition, section 3.7)
LONG_SECONDS = 60
_SECONDS_PER_NUMBER = 4e-9
"""For each step and each number of the codebook: 3.5 to 6.6 ns on one core of an AMD EPYC, for images of 784 to 9,216
features. Fewer features take more."""


class LongFitWarning(UserWarning):
    """A fit will take long, and another value of an option is much faster."""


def online_steps(n_samples: int, n_units: int) -> int:
    """The default number of steps: 500 per unit, or every sample once if that is more."""
    return max(n_samples, STEPS_PER_UNIT * n_units)


def long_fit(
    n_samples: int,
    n_features: int,
    *,
    training: str = "online",
    rows: int = ROWS,
    columns: int = COLUMNS,
    n_steps: int | None = None,
    **others: Any,
) -> str:
    """A sentence with the estimated time and the remedy, if online training takes longer than a minute; else empty.

    The options are those of SOM; `others` do not matter.

    >>> long_fit(200, 64 * 48 * 3).partition(" (")[0]
    'online training of the map takes about 3 minutes'
    >>> long_fit(5000, 784), long_fit(200, 64 * 48 * 3, training="batch")
    ('', '')
    """
    steps = n_steps or online_steps(n_samples, rows * columns)
    seconds = steps * rows * columns * n_features * _SECONDS_PER_NUMBER
    if training != "online" or seconds < LONG_SECONDS:
        return ""
    minutes = round(seconds / 60)
    time = f"{minutes} {'minute' if minutes == 1 else 'minutes'}"
    return (
        f"online training of the map takes about {time} ({steps:,} steps, {rows * columns} units, "
        f"{n_features:,} features); training='batch' takes seconds."
    )
