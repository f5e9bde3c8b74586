"""Opens a local folder: of image files, or in the layout of the Hub."""

from pathlib import Path

import datasets
from datasets.data_files import EmptyDatasetError
from datasets.exceptions import DataFilesNotFoundError

from bench.datasets.archives import check_archive
from bench.datasets.boundary import Boundary, check_cards
from bench.datasets.builders import prepared
from bench.datasets.configurations import configuration_note, make_builder, without_others
from bench.datasets.foreign_files import not_read
from bench.datasets.image_folder import open_image_folder
from bench.datasets.image_sources import find_images
from bench.datasets.leftovers import unread_files, unused_folders
from bench.datasets.listing import Listing, check_for_library, path_for_library
from bench.datasets.rows import Rows
from bench.datasets.table_rows import open_rows
from bench.datasets.tables import check_parquet
from bench.errors import UsageError
from bench.store.reading import Reading


def open_folder(folder: Path, listing: Listing, split: str, reading: Reading, scratch: Path) -> Rows:
    """Open the local folder whose files are `listing`.

    `datasets` writes its files to `scratch`, which the caller deletes after reading. Raises UsageError if the folder
    cannot be read, or if its content names a file outside of the folder; this file is not opened, and the network is
    not used.
    """
    images = find_images(folder, listing)
    if images is not None:
        return open_image_folder(folder, listing, images, split, reading)
    check_for_library(folder.name, listing)
    path = path_for_library(folder, listing, scratch)
    boundary = Boundary(folder.name, (folder, path, scratch))

    def make_checked() -> datasets.DatasetBuilder:
        check_cards(folder, folder.name)
        for name in listing.names:
            if name.lower().endswith((".zip", ".tar")):
                check_archive(folder / name, folder.name)
            elif name.lower().endswith(".parquet"):
                check_parquet(folder / name, folder.name)
        try:
            return make_builder(str(path), reading.config, folder.name, cache_dir=str(scratch))
        except (DataFilesNotFoundError, EmptyDatasetError) as error:
            raise UsageError(not_read(listing.names, folder.name)) from error

    builder = prepared(make_checked, boundary)
    notes = [
        *configuration_note(builder, reading.config, folder.name),
        *unread_files(builder, path, without_others(listing, builder, path)),
        *unused_folders(builder, path),
    ]
    return open_rows(builder, boundary, listing.digest, split, reading, notes)
