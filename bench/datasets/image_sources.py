"""Finds the image files of a local folder, also inside of archives."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bench.datasets.boundary import Boundary, check_cards
from bench.datasets.image_archives import ImageArchive
from bench.datasets.image_names import DATA_ENDINGS, PACKED_ENDINGS, is_image, is_metadata
from bench.datasets.listing import Listing
from bench.errors import UsageError

_TABLES = (".parquet", ".arrow", ".csv", ".tsv", ".json", ".jsonl")


@dataclass(frozen=True)
class Images:
    """The image files of a folder."""

    names: tuple[str, ...]
    """Their paths relative to the folder, sorted; below an archive, its name and the path inside."""
    layout_names: tuple[str, ...]
    """The same paths as if archives were folders of the same name without its ending."""
    open: Callable[[str], BinaryIO]
    """Opens the file with this name."""
    archives: tuple[str, ...] = ()
    """The archives that hold the images."""
    others: tuple[str, ...] = ()
    """The other files in these archives, which are not hidden; sorted."""
    hidden: tuple[str, ...] = ()
    """The hidden files in these archives; sorted."""


def find_images(folder: Path, listing: Listing) -> Images | None:
    """The images of a folder of image files, or of archives of them; None for a data set in another layout.

    The other layouts are that of the Hub, in which a card names the data files, tables of Parquet or Arrow, more tables
    than images, and WebDataset. Raises UsageError if a card or an archive names files outside of the data set.
    """
    names = listing.names
    tables = [name for name in names if name.lower().endswith((".parquet", ".arrow")) and not is_metadata(name)]
    if check_cards(folder, folder.name) or tables:
        return None
    images = tuple(filter(is_image, names))
    texts = [name for name in names if name.lower().endswith((".csv", ".tsv", ".jsonl")) and not is_metadata(name)]
    if images:
        boundary = Boundary(folder.name, (folder,))
        is_table = len(images) <= len(texts)
        return None if is_table else Images(images, images, lambda name: boundary.open(str(folder / name)))
    packed = [name for name in names if name.lower().endswith(PACKED_ENDINGS)]
    if packed and not any(name.lower().endswith(DATA_ENDINGS) for name in names):
        raise UsageError(
            f"data set '{folder.name}' has no images beside the archive {packed[0]!r}, which is not read; unpack it, "
            "and give the folder"
        )
    return _archived(folder, [name for name in names if name.lower().endswith((".zip", ".tar"))])


def _archived(folder: Path, paths: Sequence[str]) -> Images | None:
    """The images in these archives; None if there are none, or if an archive has the layout of WebDataset or tables."""
    archives: dict[str, ImageArchive] = {}
    for path in paths:
        archive = ImageArchive(folder / path, folder.name)
        has_table = any(other.lower().endswith(_TABLES) for other in archive.others)
        if (archive.others and path.lower().endswith(".tar")) or (has_table and not archive.images):
            return None
        if any(is_metadata(other) for other in archive.others):
            raise UsageError(
                f"data set '{folder.name}': archive {path!r} has a metadata file, which is not read inside of an "
                "archive; unpack it, and give the folder"
            )
        archives |= {path: archive} if archive.images else {}
    members = {f"{path}/{name}": (path, name) for path, archive in archives.items() for name in archive.images}
    if not members:
        return None
    names = tuple(sorted(members))
    return Images(
        names,
        tuple(f"{path.rpartition('.')[0]}/{member}" for path, member in map(members.__getitem__, names)),
        lambda name: archives[members[name][0]].read(members[name][1]),
        tuple(archives),
        _inside(archives, lambda archive: archive.others),
        _inside(archives, lambda archive: archive.hidden),
    )


def _inside(archives: dict[str, ImageArchive], of: Callable[[ImageArchive], list[str]]) -> tuple[str, ...]:
    return tuple(sorted(f"{path}/{name}" for path, archive in archives.items() for name in of(archive)))
