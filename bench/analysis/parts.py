"""Samples and classes of one part of a data set, such as its training images."""

from dataclasses import dataclass, replace

from bench.datasets.analysis import class_counts
from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.errors import UsageError


@dataclass(frozen=True)
class Part:
    """Sizes of one part."""

    n_samples: int
    class_counts: dict[str, int] | None
    """Class → number of samples; None if the data have no classes."""


def part_of(data: ImageData, name: str) -> Part | None:
    """The part `name` of a data set, such as `train`; None if the data set has no such part.

    A part that is not among the loaded rows is loaded.
    """
    if name in data.parts:
        names = list(data.parts)
        start = sum(data.parts[before] for before in names[: names.index(name)])
        rows = slice(start, start + data.parts[name])
        labels = None if data.labels is None else data.labels[rows]
        return _sizes(replace(data, features=data.features[rows], labels=labels))
    if name == data.split:
        return _sizes(data)
    try:
        return _sizes(load(data.name, name))
    except UsageError:  # for example, a bundled data set has no splits
        return None


def _sizes(data: ImageData) -> Part:
    return Part(len(data.features), class_counts(data))
