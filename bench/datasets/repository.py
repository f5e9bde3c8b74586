"""Reads a data set in the layout of the Hub, from the Hub itself or from a local folder."""

import logging
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import datasets
import huggingface_hub.constants
import numpy as np
import numpy.typing as npt
from huggingface_hub.errors import GatedRepoError
from huggingface_hub.utils.tqdm import disable_progress_bars
from PIL.Image import Image

from bench.datasets import hub
from bench.datasets.archives import check_archive
from bench.datasets.boundary import Boundary, check_cards, reader_name
from bench.datasets.columns import image_column, label_column, read_labels
from bench.datasets.leftovers import unread_files, unused_folders
from bench.datasets.listing import Listing
from bench.datasets.pictures import is_grey, open_picture, pixels
from bench.datasets.splits import available_split, part_sizes, select
from bench.datasets.stream import ImageStream, Metadata
from bench.datasets.tables import check_parquet
from bench.errors import UsageError

_BATCH_BYTES = 32 * 2**20  # decoded pixels of one batch
_BATCH_ROWS = 1000  # rows of a Parquet file that are in memory at once, whatever the file says


class ColourAfterGreyError(Exception):
    """The first image is grey and a later one is coloured: all images must be read again with three channels."""


def open_folder(folder: Path, listing: Listing, split: str, scratch: Path, channels: int | None) -> ImageStream:
    """Open the local folder whose files are `listing`.

    `channels` is the number of channels; None: as many as the first image has. `datasets` writes its files to
    `scratch`, which the caller deletes after reading. Raises UsageError if the folder cannot be read, or if its
    content names a file outside of the folder; this file is not opened, and the network is not used.
    """
    boundary = Boundary(folder.name, (folder, scratch))

    def make_builder() -> datasets.DatasetBuilder:
        check_cards(folder, folder.name)
        for name in listing.names:
            if name.lower().endswith((".zip", ".tar")):
                check_archive(folder / name, folder.name)
            elif name.lower().endswith(".parquet"):
                check_parquet(folder / name, folder.name)
        return datasets.load_dataset_builder(str(folder), cache_dir=str(scratch))

    builder = _prepared(make_builder, boundary)
    notes = [*unread_files(builder, folder, listing), *unused_folders(builder, folder)]
    return _open(builder, boundary, listing.digest, split, channels, notes)


def open_hub(hub_id: str, revision: str | None, split: str, channels: int | None) -> ImageStream:
    """Open a data set of the Hub at `revision`, or at the newest revision if None.

    `channels` is the number of channels; None: as many as the first image has. The downloaded files stay in the cache
    of the Hub's library. Raises UsageError if the data set cannot be read, or if a row names a file that was not
    downloaded with it.
    """
    commit = hub.commit_of(hub_id, revision)
    downloads = (
        Path(huggingface_hub.constants.HF_HUB_CACHE) / f"datasets--{hub_id.replace('/', '--')}",
        Path(datasets.config.DOWNLOADED_DATASETS_PATH),
        Path(datasets.config.EXTRACTED_DATASETS_PATH),
    )
    boundary = Boundary(hub_id, downloads, f"hf://datasets/{hub_id}@")
    builder = _prepared(lambda: datasets.load_dataset_builder(hub_id, revision=commit or revision), boundary)
    expected = commit or revision
    if expected and builder.hash and builder.hash != expected:  # offline, `datasets` opens any downloaded revision
        raise UsageError(
            f"data set '{hub_id}': expected revision '{expected}', but only '{builder.hash}' is downloaded"
        )
    return _open(builder, boundary, commit or str(builder.hash), split, channels, [])


def _prepared(make_builder: Callable[[], datasets.DatasetBuilder], boundary: Boundary) -> datasets.DatasetBuilder:
    source = boundary.source
    _silence_libraries()
    try:
        builder = make_builder()
        boundary.check_builder(builder)
        if reader_name(builder) == "parquet":
            builder.config.batch_size = min(builder.config.batch_size or _BATCH_ROWS, _BATCH_ROWS)
        builder.download_and_prepare()
        for name, split in (builder.info.splits or {}).items():
            if split.num_examples:  # `datasets` opens no empty split
                builder.as_dataset(split=name)  # a column name with zero bytes fails only here
    except UsageError:
        raise
    except Exception as error:  # libraries that read foreign files raise any kind of exception
        is_offline = isinstance(error, ConnectionError | TimeoutError) or (
            isinstance(error, hub.NETWORK_ERRORS) and not isinstance(error, OSError)
        )
        if is_offline:
            raise UsageError(hub.unreachable(source, error)) from error
        if isinstance(error, GatedRepoError) or "is a gated dataset" in str(error):
            raise UsageError(hub.gated(source)) from error
        raise UsageError(f"cannot read data set '{source}' ({_reason(error)})") from error
    return builder


def _open(
    builder: datasets.DatasetBuilder,
    boundary: Boundary,
    revision: str,
    split: str,
    channels: int | None,
    notes: list[str],
) -> ImageStream:
    source = boundary.source
    split = available_split(builder, split)
    table = select(builder, split, source)
    column = image_column(table.features, source)
    labels, class_names = read_labels(table, label_column(table.features), source)
    reader = _Pictures(table, column, boundary)
    first = next(reader.read(0, 1))
    channels = channels or (1 if is_grey(first) else 3)
    shape = (first.height, first.width, channels)
    metadata = Metadata(
        source=source,
        revision=revision,
        split=split,
        parts=part_sizes(builder, split),
        n_samples=len(table),
        image_shape=shape,
        class_names=class_names,
        notes=notes,
    )
    return ImageStream(metadata, labels, _batches(reader, source, shape))


def _batches(reader: "_Pictures", source: str, shape: tuple[int, int, int]) -> Iterator[npt.NDArray[np.float32]]:
    height, width, channels = shape
    n_features = height * width * channels
    size = max(1, min(1000, _BATCH_BYTES // (4 * n_features)))
    for start in range(0, len(reader), size):
        stop = min(start + size, len(reader))
        rows = np.empty((stop - start, n_features), dtype=np.float32)
        for row, picture in zip(rows, reader.read(start, stop), strict=True):
            if picture.size != (width, height):
                raise UsageError(
                    f"data set '{source}' has images of several sizes (height × width): "
                    f"{height} × {width} and {picture.height} × {picture.width}; expected one size"
                )
            if channels == 1 and not is_grey(picture):
                raise ColourAfterGreyError
            row[:] = pixels(picture, channels)
        yield rows


class _Pictures:
    """The images of one column. `datasets` gives their bytes or paths; the paths are checked before they are opened."""

    def __init__(self, table: datasets.Dataset, column: str, boundary: Boundary) -> None:
        self._mode = table.features[column].mode
        self._table = table.select_columns([column]).cast_column(column, datasets.Image(decode=False))
        self._column = column
        self._boundary = boundary

    def __len__(self) -> int:
        return len(self._table)

    def read(self, start: int, stop: int) -> Iterator[Image]:
        """The images of these rows; one at a time is decoded. Raises UsageError for a row without a valid image."""
        for row, cell in enumerate(self._table[start:stop][self._column], start):
            yield self._decode(cell, row)

    def _decode(self, cell: dict[str, Any] | None, row: int) -> Image:
        source = self._boundary.source
        path, content = (cell["path"], cell["bytes"]) if cell else (None, None)
        if content is None and path is None:
            raise UsageError(
                f"data set '{source}' has rows without an image in '{self._column}'; expected one in each row"
            )
        name = f"row {row:,}" if path is None else f"row {row:,} ({path!r})"
        try:
            file = BytesIO(content) if content is not None else self._boundary.open(str(path))
        except UsageError:
            raise
        except Exception as error:  # an archive that is damaged raises many kinds, too
            raise UsageError(
                f"data set '{source}' has an image that cannot be read, {name}: {_reason(error)}"
            ) from error
        try:
            with file:
                picture = open_picture(file)
            return picture.convert(self._mode) if self._mode and self._mode != picture.mode else picture
        except UsageError as error:
            raise UsageError(f"data set '{source}', {name}: {error}") from error
        except Exception as error:  # Pillow raises many kinds of exceptions for damaged files
            raise UsageError(
                f"data set '{source}' has an image that cannot be decoded, {name}: {_reason(error)}"
            ) from error


def _reason(error: Exception) -> str:
    return hub.one_line(error) or type(error).__name__


def _silence_libraries() -> None:
    """Turn off the progress bars and the messages of the libraries. The caller shows its own progress."""
    datasets.disable_progress_bars()
    disable_progress_bars()
    for library in ("datasets", "huggingface_hub"):
        logging.getLogger(library).setLevel(logging.CRITICAL)
