"""One part of a data set, such as its training images."""

from dataclasses import replace

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.errors import UsageError


def part_of(data: ImageData, name: str) -> ImageData | None:
    """The part `name` of a data set, such as `train`; None if the data set has no such part.

    Rows of `data` are not loaded again; they keep its other fields, such as `digest`. A missing part is loaded.
    """
    if name in data.parts:
        names = list(data.parts)
        start = sum(data.parts[before] for before in names[: names.index(name)])
        rows = slice(start, start + data.parts[name])
        labels = None if data.labels is None else data.labels[rows]
        return replace(data, features=data.features[rows], labels=labels)
    if name == data.split:
        return data
    try:
        return load(data.name, name)
    except UsageError:  # for example, a bundled data set has no splits
        return None
