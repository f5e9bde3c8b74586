"""Opens a local folder in the layout of the Hub."""

from pathlib import Path

import datasets

from bench.datasets.archives import check_archive
from bench.datasets.boundary import Boundary, check_cards
from bench.datasets.builders import prepared
from bench.datasets.leftovers import unread_files, unused_folders
from bench.datasets.listing import Listing
from bench.datasets.rows import Rows
from bench.datasets.table_rows import open_rows
from bench.datasets.tables import check_parquet
from bench.store.reading import Reading


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

    builder = prepared(make_builder, boundary)
    notes = [*unread_files(builder, folder, listing), *unused_folders(builder, folder)]
    return open_rows(builder, boundary, listing.digest, split, reading, notes)
