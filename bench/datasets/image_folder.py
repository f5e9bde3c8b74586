"""Reads a local folder of image files as it lies: one row for each file, classes and splits from the folders."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

import PIL.Image

from bench.datasets.boundary import Boundary, check_cards
from bench.datasets.columns import NO_LABELS
from bench.datasets.configurations import check_configuration
from bench.datasets.folder_layout import Layout, read_layout
from bench.datasets.image_archives import ImageArchive
from bench.datasets.image_leftovers import twice, unread
from bench.datasets.image_names import DATA_ENDINGS, PACKED_ENDINGS, is_image, is_metadata
from bench.datasets.listing import Listing
from bench.datasets.metadata_files import FileLabels, read_metadata
from bench.datasets.named_labels import complete, indexed
from bench.datasets.named_splits import choose, default_split, left_out_splits
from bench.datasets.pictures import open_picture
from bench.datasets.pixel_arrays import Picture
from bench.datasets.rows import Opener, Rows
from bench.datasets.unused_options import refuse_unused
from bench.errors import UsageError
from bench.store.reading import Reading

_WITH_FRAMES = (".gif", ".tif", ".tiff", ".webp", ".apng")
_OPTIONS = set(Reading.__struct_fields__) - {"image_column", "text_column", "image_shape", "scale"}


@dataclass(frozen=True)
class Images:
    """The image files of a folder."""

    names: tuple[str, ...]
    """Their paths relative to the folder, sorted; below an archive, its name and the path inside."""
    layout_names: tuple[str, ...]
    """The same paths as if archives were folders of the same name without its ending."""
    open: Callable[[str], BinaryIO]
    """Opens the file with this name."""


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
    """The images in these archives; None if there are none, or if an archive has the layout of WebDataset."""
    archives = {path: ImageArchive(folder / path, folder.name) for path in paths}
    members: dict[str, tuple[ImageArchive, str]] = {}
    for path, archive in archives.items():
        if archive.others and (path.lower().endswith(".tar") or not archive.images):
            return None
        if any(is_metadata(other) for other in archive.others):
            raise UsageError(
                f"data set '{folder.name}': archive {path!r} has a metadata file, which is not read inside of an "
                "archive; unpack it, and give the folder"
            )
        members |= {f"{path}/{member}": (archive, member) for member in archive.images}
    if not members:
        return None
    names = tuple(sorted(members))
    endings = {path: path.rpartition(".")[0] for path in archives}
    plain = tuple(
        next(endings[path] + name[len(path) :] for path in archives if name.startswith(f"{path}/")) for name in names
    )
    return Images(names, plain, lambda name: members[name][0].read(members[name][1]))


def open_image_folder(folder: Path, listing: Listing, images: Images, split: str, reading: Reading) -> Rows:
    """The rows of `split` of a folder of images.

    Labels come from metadata files, else from class folders. With `reading.labels`, no labels are read here. Raises
    UsageError, one line, if the split does not exist, if a metadata file is not valid, or if only some images have
    labels.
    """
    source, names = folder.name, images.names
    check_configuration(["default"], reading.config, source)
    refuse_unused(reading, _OPTIONS, f"data set '{source}' is a folder of image files")
    layout = read_layout(images.layout_names)
    given = FileLabels() if reading.labels else read_metadata(folder, listing, names, reading)
    labels = _labels(layout, given, names, reading, source)
    about = [*layout.notes, *(layout.class_notes if labels.uses_folders else [])]
    notes = [f"data set '{source}': {note}" for note in about]
    if labels.dropped:
        notes.append(
            f"data set '{source}': {len(labels.dropped):,} images without a row in a metadata file are not read, first "
            f"{names[min(labels.dropped)]!r}; add a row for each image, or remove the metadata file"
        )
    rows_of = {name: [row for row in rows if row not in labels.dropped] for name, rows in layout.splits.items()}
    sizes = {name: len(rows) for name, rows in rows_of.items() if rows}
    expression = default_split(sizes, split)
    parts = choose(sizes, expression, source)
    chosen = [row for pieces in parts.values() for part, start, end in pieces for row in rows_of[part][start:end]]
    whole = {name: len(rows_of[name]) for pieces in parts.values() for name, _, _ in pieces}
    in_order = {part: sum(end - start for _, start, end in pieces) for part, pieces in parts.items()}
    found = complete(
        [labels.texts[row] for row in chosen],
        [names[row] for row in chosen],
        whole if expression.strip() == "all" else in_order,
        given.places,
        source,
    )
    codes, classes = indexed(found, [text for text in labels.texts if text is not None]) if found else (None, None)
    chosen_names = tuple(names[row] for row in chosen)
    return Rows(
        kind="images",
        source=source,
        revision=listing.digest,
        split=expression,
        parts=in_order if len(parts) == len(expression.split("+")) and all(in_order.values()) else {},
        n_rows=len(chosen),
        labels=codes,
        class_names=classes,
        read=partial(_read, images, chosen_names, source, reading.resize),
        names=chosen_names,
        notes=[
            *left_out_splits(sizes, split, source),
            *notes,
            *given.notes,
            *twice(chosen_names, listing, source),
            *unread((*names, *_own_labels(folder, reading)), listing, source, has_labels=found is not None),
            *_frames(images, chosen_names, source),
        ],
    )


def _own_labels(folder: Path, reading: Reading) -> list[str]:
    """The name of the file of `--labels`, if it lies in the folder."""
    if reading.labels is None or not Path(reading.labels).is_relative_to(folder):
        return []
    return [Path(reading.labels).relative_to(folder).as_posix()]


@dataclass(frozen=True)
class _Labels:
    texts: list[str | None]
    """The label of each image of the folder."""
    dropped: set[int]
    """Images that a metadata file with labels does not name."""
    uses_folders: bool


def _labels(layout: Layout, given: FileLabels, names: Sequence[str], reading: Reading, source: str) -> _Labels:
    """The labels of all images, from the metadata files if these have any, else from the folders."""
    if reading.labels or reading.label_column == NO_LABELS:
        return _Labels([None] * len(names), set(), uses_folders=False)
    if any(label is not None for label in given.labels.values()):
        without = set(given.without_row)
        dropped = {row for row, name in enumerate(names) if name in without}
        return _Labels([given.labels.get(name) for name in names], dropped, uses_folders=False)
    if reading.label_column is not None:
        raise UsageError(
            f"data set '{source}': --label-column {reading.label_column}: this folder of images has no metadata file "
            "with columns; expected `metadata.csv` with the column 'file_name', or give `--labels FILE.csv`"
        )
    return _Labels(layout.classes, set(), uses_folders=True)


def _read(
    images: Images, names: Sequence[str], source: str, resize: int | None, rows: Sequence[int]
) -> Iterator[Opener]:
    return (partial(_decode, images, names[row], source, resize) for row in rows)


def _decode(images: Images, name: str, source: str, resize: int | None) -> Picture:
    """The image in one file. Raises UsageError, which names the file, if it cannot be read."""
    try:
        with images.open(name) as file:
            return open_picture(file, resize=resize)
    except UsageError as error:
        if str(error).startswith("data set "):
            raise
        raise UsageError(f"data set '{source}', {name!r}: {error}") from error
    except OSError as error:
        raise UsageError(
            f"data set '{source}', {name!r}: the file cannot be read ({error.strerror or error}); correct its "
            "permissions or the disk"
        ) from error


def _frames(images: Images, names: Sequence[str], source: str) -> list[str]:
    """At most one line: the number of files with several frames, of which the first is read."""
    several = [name for name in names if name.lower().endswith(_WITH_FRAMES) and _n_frames(images, name) > 1]
    if not several:
        return []
    count = f"{len(several):,} files have" if len(several) > 1 else "1 file has"
    return [
        f"data set '{source}': {count} several frames, first {several[0]!r}; only the first frame of each is read; "
        "save the frames as files of their own to use them all"
    ]


def _n_frames(images: Images, name: str) -> int:
    """The number of frames; 1 for a file that cannot be read, which is named when it is decoded."""
    try:
        with images.open(name) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = PIL.Image.open(file, formats=["GIF", "TIFF", "WEBP", "PNG"])
            return int(getattr(picture, "n_frames", 1))
    except Exception:
        return 1
