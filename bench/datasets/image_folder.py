"""Reads a local folder of image files as it lies: one row for each file, classes and splits from the folders."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.datasets.columns import NO_LABELS
from bench.datasets.configurations import check_configuration
from bench.datasets.folder_layout import Layout, read_layout
from bench.datasets.image_leftovers import twice, unread
from bench.datasets.image_sources import Images
from bench.datasets.listing import Listing
from bench.datasets.metadata_files import FileLabels, read_metadata
from bench.datasets.missing_words import word_classes
from bench.datasets.named_labels import complete, indexed
from bench.datasets.named_splits import choose_rows
from bench.datasets.pictures import open_picture
from bench.datasets.pixel_arrays import Picture
from bench.datasets.rows import Opener, Rows
from bench.datasets.unused_options import refuse_unused
from bench.errors import UsageError
from bench.store.reading import Reading
from bench.store.remarks import Remark, caveat

_OPTIONS = set(Reading.__struct_fields__) - {"image_column", "text_column", "image_shape", "scale"}


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
    rows_of = {name: [row for row in rows if row not in labels.dropped] for name, rows in layout.splits.items()}
    chosen = choose_rows(rows_of, split, source)
    chosen_names = tuple(names[row] for row in chosen.rows)
    found = complete([labels.texts[row] for row in chosen.rows], chosen_names, chosen.sizes, given.places, source)
    has_labels = found is not None or reading.labels is not None
    codes, classes = indexed(found, [text for text in labels.texts if text is not None]) if found else (None, None)
    words = word_classes(codes, classes, "the metadata file") if given.places and codes is not None and classes else []
    return Rows(
        kind="images",
        source=source,
        revision=listing.digest,
        split=chosen.split,
        parts=chosen.parts,
        n_rows=len(chosen_names),
        labels=codes,
        class_names=classes,
        read=partial(_read, images, chosen_names, source, reading.resize),
        names=chosen_names,
        notes=[
            *chosen.notes,
            *_layout_notes(layout, labels, names, source),
            *given.notes,
            *(note.about(source) for note in words),
            *twice(chosen_names, listing, source),
            *unread(images, _own_labels(folder, reading), listing, source, has_labels=has_labels),
        ],
    )


def _layout_notes(layout: Layout, labels: "_Labels", names: Sequence[str], source: str) -> list[Remark]:
    """Remarks about the folders, and about the images that a metadata file leaves out."""
    notes = [*layout.notes, *(layout.class_notes if labels.uses_folders else [])]
    if labels.dropped:
        count = f"{len(labels.dropped):,} images" if len(labels.dropped) > 1 else "1 image"
        dropped = (
            f"{count} without a row in a metadata file {'are' if len(labels.dropped) > 1 else 'is'} not read, first "
            f"{names[min(labels.dropped)]!r}; add a row for each image, or remove the metadata file"
        )
        notes.append(caveat(dropped))
    return [note.about(source) for note in notes]


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
