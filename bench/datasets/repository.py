"""Reads a set in the layout of the Hub: the same code for the Hub itself and for a local folder."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import datasets
import numpy as np
import numpy.typing as npt
from huggingface_hub.errors import GatedRepoError
from huggingface_hub.utils.tqdm import disable_progress_bars
from PIL.Image import Image

from bench.datasets import hub
from bench.datasets.columns import image_column, label_column
from bench.datasets.labels import read_labels
from bench.datasets.pictures import is_grey, pixels
from bench.datasets.splits import present, select
from bench.datasets.stream import ImageStream
from bench.errors import UsageError

_ERRORS = (*hub.NETWORK_ERRORS, ValueError, RuntimeError, datasets.exceptions.DatasetsError)
_BATCH_BYTES = 32 * 2**20  # of decoded pixels at once


class ColourAfterGreyError(Exception):
    """A set that began with grey images holds a coloured one: all must be read with three channels."""


def open_folder(folder: Path, revision: str, split: str, scratch: Path, channels: int | None) -> ImageStream:
    """Open a local folder. What `datasets` writes goes to `scratch`, which the caller deletes after reading."""
    _be_quiet()
    builder = _prepared(lambda: datasets.load_dataset_builder(str(folder), cache_dir=str(scratch)), folder.name)
    return _open(builder, folder.name, revision, split, channels)


def open_hub(hub_id: str, revision: str | None, split: str, channels: int | None) -> ImageStream:
    """Open a set of the Hub, at `revision` or else the newest one. What is fetched stays in the Hub's own cache."""
    _be_quiet()
    commit = hub.commit_of(hub_id, revision)
    builder = _prepared(lambda: datasets.load_dataset_builder(hub_id, revision=commit or revision), hub_id)
    wanted = commit or revision
    if wanted and builder.hash and builder.hash != wanted:  # `datasets` falls back on whatever was fetched before
        raise UsageError(f"data set '{hub_id}': expected revision '{wanted}', but only '{builder.hash}' is at hand")
    return _open(builder, hub_id, commit or str(builder.hash), split, channels)


def _prepared(make: Callable[[], datasets.DatasetBuilder], source: str) -> datasets.DatasetBuilder:
    try:
        builder = make()
        builder.download_and_prepare()
    except _ERRORS as error:
        cut_off = isinstance(error, ConnectionError | TimeoutError) or (
            isinstance(error, hub.NETWORK_ERRORS) and not isinstance(error, OSError)
        )
        if cut_off:
            raise UsageError(hub.out_of_reach(source, error)) from error
        if isinstance(error, GatedRepoError) or "is a gated dataset" in str(error):
            raise UsageError(hub.gated(source)) from error
        raise UsageError(f"cannot read data set '{source}' ({hub.one_line(error)})") from error
    return builder


def _open(
    builder: datasets.DatasetBuilder, source: str, revision: str, split: str, channels: int | None
) -> ImageStream:
    split = present(builder, split)
    table = select(builder, split, source)
    column = image_column(table.features, source)
    labels, class_names = read_labels(table, label_column(table.features), source)
    pictures = table.select_columns([column])
    first = next(_pictures(pictures.select([0]), column, source, 1))[0]
    channels = channels or (1 if is_grey(first) else 3)
    return ImageStream(
        source=source,
        revision=revision,
        split=split,
        n_samples=len(table),
        image_shape=(first.height, first.width, channels),
        labels=labels,
        class_names=class_names,
        batches=_batches(pictures, column, source, (first.height, first.width, channels)),
    )


def _batches(
    table: datasets.Dataset, column: str, source: str, shape: tuple[int, int, int]
) -> Iterator[npt.NDArray[np.float32]]:
    height, width, channels = shape
    n_features = height * width * channels
    for pictures in _pictures(table, column, source, max(1, min(1000, _BATCH_BYTES // (4 * n_features)))):
        rows = np.empty((len(pictures), n_features), dtype=np.float32)
        for row, picture in zip(rows, pictures, strict=True):
            if picture.size != (width, height):
                raise UsageError(
                    f"data set '{source}' has images of several sizes (height × width): "
                    f"{height} × {width} and {picture.height} × {picture.width}; expected one"
                )
            if channels == 1 and not is_grey(picture):
                raise ColourAfterGreyError
            row[:] = pixels(picture, channels)
        yield rows


def _pictures(table: datasets.Dataset, column: str, source: str, size: int) -> Iterator[list[Image]]:
    batches = table.iter(batch_size=size)
    while True:
        try:
            batch = next(batches, None)
        except (OSError, ValueError) as error:
            raise UsageError(f"data set '{source}' has an image that cannot be decoded ({error})") from error
        if batch is None:
            return
        if any(picture is None for picture in batch[column]):
            raise UsageError(f"data set '{source}' has rows without an image in column '{column}'; expected none")
        yield batch[column]


def _be_quiet() -> None:
    # the caller shows progress of its own, and every message of ours is one line
    datasets.disable_progress_bars()
    disable_progress_bars()
    for library in ("datasets", "huggingface_hub"):
        logging.getLogger(library).setLevel(logging.CRITICAL)
