"""The data set of a command: it is loaded once, for all steps that need it."""

from collections.abc import Callable
from functools import cache

from rich.console import Console

from bench.console.progress import decoding_bar, print_remarks
from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.store.reading import Reading

DataLoader = Callable[[], ImageData]
"""Loads a data set at its first call. Later calls return the same data."""


def data_loader(dataset: str, split: str, reading: Reading, console: Console) -> DataLoader:
    """A loader of one data set, with a bar while images are decoded. It prints the remarks about the data set."""

    @cache
    def load_once() -> ImageData:
        with decoding_bar(console) as show_decoded:
            data = load(dataset, split, progress=show_decoded, reading=reading)
        print_remarks(console, [*data.notes, *data.how_read])
        return data

    return load_once
