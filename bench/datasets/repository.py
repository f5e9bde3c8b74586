"""Reads a data set in the layout of the Hub, from the Hub itself or from a local folder."""

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
from bench.datasets.columns import image_column, label_column, read_labels
from bench.datasets.pictures import is_grey, pixels
from bench.datasets.splits import available_split, part_sizes, select
from bench.datasets.stream import ImageStream, Metadata
from bench.errors import UsageError

_ERRORS = (*hub.NETWORK_ERRORS, ValueError, RuntimeError, datasets.exceptions.DatasetsError)
_BATCH_BYTES = 32 * 2**20  # decoded pixels of one batch


class ColourAfterGreyError(Exception):
    """The first image is grey and a later one is coloured: all images must be read again with three channels."""


def open_folder(folder: Path, revision: str, split: str, scratch: Path, channels: int | None) -> ImageStream:
    """Open a local folder; `revision` is its listing digest.

    `channels` is the number of channels; None: as many as the first image has. `datasets` writes its files to
    `scratch`, which the caller deletes after reading. Raises UsageError if the folder cannot be read.
    """
    _silence_libraries()
    builder = _prepared(lambda: datasets.load_dataset_builder(str(folder), cache_dir=str(scratch)), folder.name)
    return _open(builder, folder.name, revision, split, channels)


def open_hub(hub_id: str, revision: str | None, split: str, channels: int | None) -> ImageStream:
    """Open a data set of the Hub at `revision`, or at the newest revision if None.

    `channels` is the number of channels; None: as many as the first image has. The downloaded files stay in the cache
    of the Hub's library. Raises UsageError if the data set cannot be read.
    """
    _silence_libraries()
    commit = hub.commit_of(hub_id, revision)
    builder = _prepared(lambda: datasets.load_dataset_builder(hub_id, revision=commit or revision), hub_id)
    expected = commit or revision
    if expected and builder.hash and builder.hash != expected:  # offline, `datasets` opens any downloaded revision
        raise UsageError(
            f"data set '{hub_id}': expected revision '{expected}', but only '{builder.hash}' is downloaded"
        )
    return _open(builder, hub_id, commit or str(builder.hash), split, channels)


def _prepared(make_builder: Callable[[], datasets.DatasetBuilder], source: str) -> datasets.DatasetBuilder:
    try:
        builder = make_builder()
        builder.download_and_prepare()
    except _ERRORS as error:
        is_offline = isinstance(error, ConnectionError | TimeoutError) or (
            isinstance(error, hub.NETWORK_ERRORS) and not isinstance(error, OSError)
        )
        if is_offline:
            raise UsageError(hub.unreachable(source, error)) from error
        if isinstance(error, GatedRepoError) or "is a gated dataset" in str(error):
            raise UsageError(hub.gated(source)) from error
        raise UsageError(f"cannot read data set '{source}' ({hub.one_line(error)})") from error
    return builder


def _open(
    builder: datasets.DatasetBuilder, source: str, revision: str, split: str, channels: int | None
) -> ImageStream:
    split = available_split(builder, split)
    table = select(builder, split, source)
    column = image_column(table.features, source)
    labels, class_names = read_labels(table, label_column(table.features), source)
    pictures = table.select_columns([column])
    first = next(_pictures(pictures.select([0]), column, source, 1))[0]
    channels = channels or (1 if is_grey(first) else 3)
    metadata = Metadata(
        source=source,
        revision=revision,
        split=split,
        parts=part_sizes(builder, split),
        n_samples=len(table),
        image_shape=(first.height, first.width, channels),
        class_names=class_names,
    )
    return ImageStream(metadata, labels, _batches(pictures, column, source, metadata.image_shape))


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
                    f"{height} × {width} and {picture.height} × {picture.width}; expected one size"
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
            raise UsageError(f"data set '{source}' has rows without an image in '{column}'; expected one in each row")
        yield batch[column]


def _silence_libraries() -> None:
    """Turn off the progress bars and the messages of the libraries. The caller shows its own progress."""
    datasets.disable_progress_bars()
    disable_progress_bars()
    for library in ("datasets", "huggingface_hub"):
        logging.getLogger(library).setLevel(logging.CRITICAL)
