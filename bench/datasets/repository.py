"""Reads a data set in the layout of the Hub, from the Hub itself or from a local folder."""

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import datasets
import huggingface_hub.constants
from huggingface_hub.errors import GatedRepoError
from huggingface_hub.utils.tqdm import disable_progress_bars

from bench.datasets import hub
from bench.datasets.archives import check_archive
from bench.datasets.boundary import Boundary, check_cards, reader_name
from bench.datasets.columns import has_images, image_column, label_column, read_labels
from bench.datasets.leftovers import unread_files, unused_folders
from bench.datasets.listing import Listing
from bench.datasets.pictures import open_picture
from bench.datasets.pixel_arrays import Picture
from bench.datasets.rows import Opener, Rows
from bench.datasets.splits import available_split, part_sizes, select
from bench.datasets.tables import check_parquet
from bench.datasets.text_cells import TextCells, text_column
from bench.errors import UsageError
from bench.store.reading import Reading

_BATCH_ROWS = 1000  # rows of a Parquet file that are in memory at once, whatever the file says


def open_folder(folder: Path, listing: Listing, split: str, reading: Reading, scratch: Path) -> Rows:
    """Open the local folder whose files are `listing`.

    `datasets` writes its files to `scratch`, which the caller deletes after reading. Raises UsageError if the folder
    cannot be read, or if its content names a file outside of the folder; this file is not opened, and the network is
    not used.
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
    return _open(builder, boundary, listing.digest, split, reading, notes)


def open_hub(hub_id: str, revision: str | None, split: str, reading: Reading) -> Rows:
    """Open a data set of the Hub at `revision`, or at the newest revision if None.

    The downloaded files stay in the cache of the Hub's library. Raises UsageError if the data set cannot be read, or if
    a row names a file that was not downloaded with it.
    """
    commit = hub.commit_of(hub_id, revision)
    downloads = (
        Path(huggingface_hub.constants.HF_HUB_CACHE) / f"datasets--{hub_id.replace('/', '--')}",
        Path(datasets.config.DOWNLOADED_DATASETS_PATH),
        Path(datasets.config.EXTRACTED_DATASETS_PATH),
    )
    boundary = Boundary(hub_id, downloads, f"hf://datasets/{hub_id}@")
    builder = _prepared(
        lambda: datasets.load_dataset_builder(hub_id, reading.config, revision=commit or revision), boundary
    )
    expected = commit or revision
    if expected and builder.hash and builder.hash != expected:  # offline, `datasets` opens any downloaded revision
        raise UsageError(
            f"data set '{hub_id}': expected revision '{expected}', but only '{builder.hash}' is downloaded"
        )
    return _open(builder, boundary, commit or str(builder.hash), split, reading, [])


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
    reading: Reading,
    notes: list[str],
) -> Rows:
    source = boundary.source
    split = available_split(builder, split)
    table = select(builder, split, source)
    named = label_column(table.features)
    labels, class_names = read_labels(table, named, source)
    texts = None
    if reading.text_column is not None or not has_images(table.features):
        texts = text_column(table, reading.text_column, named, source)
    content: TextCells | _Pictures
    if texts is None:
        content = _Pictures(table, image_column(table.features, source), boundary, reading.resize)
    else:
        content = TextCells(table, texts, source)
    return Rows(
        kind="images" if texts is None else "texts",
        source=source,
        revision=revision,
        split=split,
        parts=part_sizes(builder, split),
        n_rows=len(table),
        labels=labels,
        class_names=class_names,
        read=content.read,
        notes=notes,
    )


class _Pictures:
    """The images of one column. `datasets` gives their bytes or paths; the paths are checked before they are opened."""

    def __init__(self, table: datasets.Dataset, column: str, boundary: Boundary, resize: int | None) -> None:
        self._resize = resize
        self._mode = table.features[column].mode
        self._table = table.select_columns([column]).cast_column(column, datasets.Image(decode=False))
        self._column = column
        self._boundary = boundary

    def read(self, rows: Sequence[int]) -> Iterator[Opener]:
        """The openers of these rows; a row without a valid image raises UsageError when it is opened."""
        for row, cell in zip(rows, self._table[list(rows)][self._column], strict=True):
            yield partial(self._decode, cell, row)

    def _decode(self, cell: dict[str, Any] | None, row: int) -> Picture:
        source = self._boundary.source
        path, content = (cell["path"], cell["bytes"]) if cell else (None, None)
        name = f"row {row:,}" if path is None else f"row {row:,} ({path!r})"
        if content is None and path is None:
            raise UsageError(
                f"data set '{source}', {name}: no image in '{self._column}'; expected one in each row; remove the row"
            )
        try:
            file = BytesIO(content) if content is not None else self._boundary.open(str(path))
            with file:
                return open_picture(file, self._mode, self._resize)
        except UsageError as error:
            prefix = "" if str(error).startswith("data set") else f"data set '{source}', {name}: "
            raise UsageError(f"{prefix}{error}") from error
        except Exception as error:  # a missing file, or an archive that is damaged
            raise UsageError(
                f"data set '{source}', {name}: an image that cannot be read ({_reason(error)}); expected a file that "
                "can be opened; restore it, or remove the row"
            ) from error


def _reason(error: Exception) -> str:
    return hub.one_line(error) or type(error).__name__


def _silence_libraries() -> None:
    """Turn off the progress bars and the messages of the libraries. The caller shows its own progress."""
    datasets.disable_progress_bars()
    disable_progress_bars()
    for library in ("datasets", "huggingface_hub"):
        logging.getLogger(library).setLevel(logging.CRITICAL)
