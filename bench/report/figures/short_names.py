"""Short names of rows for titles, axes and legends; a caption spells them out once. Imports no plotting library."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

LONGEST = 26
"""Largest number of characters of a label that stays as it is."""


def short_names(labels: Sequence[str]) -> dict[str, str]:
    """The short name of each label. `labels` are those of all rows of an experiment, in their order.

    A label that is too long becomes the name of its method. If that is the name of several rows, each gets its number
    among the rows of the method. So a row has the same name in all figures, and no two rows share one.

    >>> short_names(["som", "dec (lr=0.1)", "dec (kl_weight=0.1, reconstruction_weight=0)"])
    {'som': 'som', 'dec (lr=0.1)': 'dec (lr=0.1)', 'dec (kl_weight=0.1, reconstruction_weight=0)': 'dec #2'}
    >>> list(short_names(["sklearn.cluster:AgglomerativeClustering"]).values())
    ['AgglomerativeClustering']
    """
    methods = {label: _method(label) for label in labels}
    count = Counter(methods.values())
    made: dict[str, str] = {}
    for label, method in methods.items():
        if len(label) <= LONGEST and label not in made.values():
            made[label] = label
            continue
        place = 1 + sum(methods[other] == method for other in made)
        short = method if count[method] == 1 else f"{method} #{place}"
        while short in made.values() or (short in methods and short != label):
            place += 1
            short = f"{method} #{place}"
        made[label] = short
    return made


def spelt_out(names: Mapping[str, str], shown: Iterable[str]) -> list[str]:
    """One line for each label in `shown` that has another short name; `names` are those of `short_names`.

    >>> spelt_out({"som": "som", "a.b:Graph": "Graph"}, ["som", "a.b:Graph"])
    ['Graph: a.b:Graph']
    """
    return [f"{names[label]}: {label}" for label in shown if names[label] != label]


def _method(label: str) -> str:
    """The method of a label without its settings; of a class, its name without its module; not longer than a name."""
    name = label.partition(" (")[0].rpartition(":")[2]
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
