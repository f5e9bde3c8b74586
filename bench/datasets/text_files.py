"""A folder of `.txt` files: each file is one text, and its folder is its class."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from bench.datasets.columns import NO_LABELS
from bench.datasets.folder_layout import Layout, read_layout
from bench.datasets.image_leftovers import twice
from bench.datasets.leftovers import is_data
from bench.datasets.listing import CARDS, Listing
from bench.datasets.named_labels import complete, indexed
from bench.datasets.named_splits import choose_rows
from bench.datasets.rows import Opener, Rows
from bench.datasets.unused_options import refuse_unused
from bench.errors import UsageError
from bench.store.files import open_regular
from bench.store.reading import Reading
from bench.store.remarks import Remark, caveat

ENDING = ".txt"
LARGEST = 2**26
"""Bytes of the largest text: a novel has 2**20."""
_OPTIONS = {"label_column", "on_bad", "limit", "stratify", "class_sizes", "features"}


def is_text_folder(listing: Listing) -> bool:
    """Whether a folder has text files, and beside them only descriptions and hidden files or files of unknown kinds."""
    return bool(_text_files(listing)) and not any(is_data(name) for name in listing.names)


def open_text_folder(folder: Path, listing: Listing, split: str, reading: Reading) -> Rows:
    """The text files of a folder, in the order of their paths.

    Classes and splits come from the folders, as those of images do (see `read_layout`): `train/sport/1.txt`. With
    `reading.label_column` none, there are no labels. Raises UsageError, one line, if files of a split lie at different
    depths, if only some have a class, if `split` is not valid or empty, or if `reading` has an option of tables or
    images.
    """
    source = folder.name
    refuse_unused(reading, _OPTIONS, f"data set '{source}' is a folder of text files")
    if reading.label_column not in (None, NO_LABELS):
        raise UsageError(
            f"data set '{source}' is a folder of text files, which has no columns: --label-column "
            f"{reading.label_column}; expected '{NO_LABELS}', or no such option: the classes are the folders"
        )
    files = _text_files(listing)
    layout = read_layout(files, "texts")
    has_labels = reading.label_column is None
    if has_labels:
        _check_depths(layout, files, source)
    labels = layout.classes if has_labels else [None] * len(files)
    about = layout.notes + (layout.class_notes if has_labels else [])
    chosen = choose_rows(layout.splits, split, source)
    names = tuple(files[row] for row in chosen.rows)
    found = complete([labels[row] for row in chosen.rows], names, chosen.sizes, {}, source, "texts")
    codes, classes = indexed(found, [label for label in labels if label is not None]) if found else (None, None)
    return Rows(
        kind="texts",
        source=source,
        revision=listing.digest,
        split=chosen.split,
        parts=chosen.parts,
        n_rows=len(names),
        labels=codes,
        class_names=classes,
        read=_TextFiles(folder, names).read,
        names=names,
        notes=[
            *chosen.notes,
            *(note.about(source) for note in about),
            *twice(names, listing, source, "text"),
            *_unread(listing, source),
        ],
    )


def _check_depths(layout: Layout, files: Sequence[str], source: str) -> None:
    """Raise UsageError if texts of one split lie at different depths: one of them may not be a text of the data set."""
    for rows in layout.splits.values():
        by_depth = sorted((files[row] for row in rows), key=lambda name: name.count("/"))
        highest, deepest = by_depth[0], by_depth[-1]
        if highest.count("/") < deepest.count("/"):
            raise UsageError(
                f"data set '{source}' has text files at different depths, such as {deepest!r} and {highest!r}; "
                "expected each file in the folder of its class; move the files that do not belong to a class, or "
                f"use no classes with `--label-column {NO_LABELS}`"
            )


class _TextFiles:
    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self._folder = folder
        self._names = names

    def read(self, rows: Sequence[int]) -> Iterator[Opener]:
        for row in rows:
            yield partial(read_text_file, self._folder, self._names[row])


def read_text_file(folder: Path, name: str) -> str:
    """The text of a file in UTF-8, without a byte order mark. Raises UsageError if it is not such a file."""
    source = folder.name
    try:
        with open_regular(folder / name) as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"data set '{source}': {name!r} cannot be read ({error.strerror or error})") from error
    if len(content) > LARGEST:
        raise UsageError(f"data set '{source}': {name!r} has more than {LARGEST:,} bytes; expected one text, split it")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"data set '{source}': {name!r} is not UTF-8, byte {error.start:,} is 0x{content[error.start]:02x}; "
            "convert it, for example with `iconv -f WINDOWS-1252 -t UTF-8`"
        ) from error
    if "\0" in text:
        raise UsageError(f"data set '{source}': {name!r} is not a text file: it has zero bytes; remove it")
    return text


def _text_files(listing: Listing) -> list[str]:
    return [name for name in listing.names if name.lower().endswith(ENDING)]


def _unread(listing: Listing, source: str) -> list[Remark]:
    """At most one remark: the number of files that are not read, and the first name."""
    read = set(_text_files(listing))
    hidden = [name for name in listing.hidden if name.lower().endswith(ENDING)]
    unread = [name for name in listing.names if name not in read and name.rpartition("/")[2] not in CARDS] + hidden
    if not unread:
        return []
    count = f"{len(unread):,} files are" if len(unread) > 1 else "1 file is"
    return [
        caveat(
            f"data set '{source}': {count} not read, first {unread[0]!r}; only files that end in {ENDING} and are not "
            "hidden are texts"
        )
    ]
