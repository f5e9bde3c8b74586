"""Says what of a local data set is not read: files, and names of folders that look like classes."""

from collections.abc import Sequence
from pathlib import Path

import datasets
from datasets.packaged_modules.imagefolder.imagefolder import ImageFolder

from bench.datasets.boundary import data_files, reader_name
from bench.datasets.folder_layout import unused_classes
from bench.datasets.listing import CARDS, Listing
from bench.store.remarks import Remark, caveat, fact

_TABLES = (".parquet", ".arrow", ".csv", ".tsv", ".json", ".jsonl", ".zip", ".tar")
DESCRIPTIONS = (*CARDS, "config.json", "dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json")
"""Files of the Hub's layout, and of `save_to_disk` of `datasets`, that hold no data."""


def unread_files(builder: datasets.DatasetBuilder, folder: Path, listing: Listing) -> list[Remark]:
    """The number of images and tables in `folder` that no split contains, the first name and why; or nothing.

    A further remark, a fact, counts the files of other kinds, such as texts and programs.
    """
    read = {_relative(path, folder) for path in _read_paths(builder)}
    unread = [name for name in (*listing.names, *listing.hidden) if is_data(name) and name not in read]
    others = [name for name in listing.names if not is_data(name) and not _is_description(name) and name not in read]
    told = []
    if unread:
        told.append(caveat(f"{_count(unread)} not read, first {unread[0]!r}: {_why(unread[0], listing, builder)}"))
    if others:
        told.append(fact(f"{_count(others)} not read, first {others[0]!r}: neither images nor tables"))
    return [remark.about(folder.name) for remark in told]


def _count(names: Sequence[str]) -> str:
    return f"{len(names):,} files are" if len(names) > 1 else "1 file is"


def unused_folders(builder: datasets.DatasetBuilder, folder: Path) -> list[Remark]:
    """At most one remark, if image files lie in several folders and `datasets` does not use the folders as classes."""
    files = [_relative(file, folder) for file in data_files(builder) if not file.lower().endswith(_TABLES)]
    above = [file.split("/")[:-1] for file in files]
    has_table = len(files) < len(data_files(builder))
    is_one_depth = len({*map(len, above)}) < 2
    if reader_name(builder) != "imagefolder" or has_table or "label" in builder.info.features or is_one_depth:
        return []
    return [caveat(f"data set '{folder.name}': {unused_classes(list(zip(files, above, strict=True)), '', 'images')}")]


def _read_paths(builder: datasets.DatasetBuilder) -> set[str]:
    """The data files; of image files only those that a row contains."""
    files = set(data_files(builder))
    if reader_name(builder) != "imagefolder":
        return files
    tables = {file for file in files if file.lower().endswith(_TABLES)}
    rows = builder.as_dataset(split="all")
    column = next((name for name, kind in rows.features.items() if isinstance(kind, datasets.Image)), None)
    if column is None:  # the caller reports it
        return files
    images = rows.select_columns([column]).cast_column(column, datasets.Image(decode=False))
    return tables | {cell["path"] for cell in images[:][column] if cell is not None}


def _why(name: str, listing: Listing, builder: datasets.DatasetBuilder) -> str:
    if name in listing.hidden:
        return "names that begin with a dot are hidden; rename the file to use it"
    if "\n" in name:
        return "`datasets` does not read names with a line break; rename the file to use it"
    if any(part.startswith("__") for part in name.split("/")[:-1]):
        return "`datasets` does not read folders whose names begin with '__'; rename the folder to use it"
    if reader_name(builder) == "imagefolder" and name.lower().endswith(_image_extensions()):
        return "no split and no line of the metadata file names it; add it there, or remove it"
    return f"the data set is read as '{reader_name(builder)}' from other files; remove it, or give its folder alone"


def is_data(name: str) -> bool:
    """Whether a name is that of an image or of a table, and not of a description."""
    return not _is_description(name) and name.lower().endswith((*_TABLES, *_image_extensions()))


def _is_description(name: str) -> bool:
    """Whether a file describes the data set: a file of the Hub's layout, or LICENSE."""
    file = name.rpartition("/")[2]
    return file in DESCRIPTIONS or ("." not in file and file.isupper())


def _image_extensions() -> tuple[str, ...]:
    return tuple(ImageFolder.EXTENSIONS)


def _relative(path: str, folder: Path) -> str:
    return Path(path).relative_to(folder).as_posix() if Path(path).is_relative_to(folder) else path
