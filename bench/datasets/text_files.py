"""A folder of `.txt` files: each file is one text, and its folder is its class."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import datasets
import numpy as np

from bench.datasets.catalogue import DEFAULT_SPLIT
from bench.datasets.hub import one_line
from bench.datasets.leftovers import is_data
from bench.datasets.listing import CARDS, Listing
from bench.datasets.rows import Opener, Rows
from bench.datasets.unused_options import refuse_unused
from bench.errors import UsageError
from bench.store.files import open_regular
from bench.store.reading import Reading

ENDING = ".txt"
LARGEST = 2**26
"""Bytes of the largest text: a novel has 2**20."""
_OPTIONS = {"on_bad", "limit", "stratify", "features"}
_SPLITS = ("train", "test", "validation")
"""Names of folders that are splits, if all folders at the top have such names."""


def is_text_folder(listing: Listing) -> bool:
    """Whether a folder has text files, and beside them only descriptions and hidden files or files of unknown kinds."""
    return bool(_text_files(listing)) and not any(is_data(name) for name in listing.names)


def open_text_folder(folder: Path, listing: Listing, split: str, reading: Reading) -> Rows:
    """The text files of a folder, in the order of their paths.

    The folder that contains a file is its class: `sport/1.txt`. If all folders at the top are called train, test or
    validation, they are splits: `train/sport/1.txt`; else all files are the split train. Files directly in the folder,
    or directly in a split, have no class. Raises UsageError if the files lie at different depths, if `split` is not
    valid or empty, or if `reading` has an option of tables or images.
    """
    source = folder.name
    refuse_unused(reading, _OPTIONS, f"data set '{source}' is a folder of text files")
    files = _text_files(listing)
    splits = {name.split("/")[0] for name in files if "/" in name}
    has_splits = bool(splits) and splits <= set(_SPLITS) and all("/" in name for name in files)
    depths = sorted({name.count("/") - has_splits for name in files})
    if len(depths) > 1 or depths[0] > 1:
        deep = max(files, key=lambda name: name.count("/"))
        raise UsageError(
            f"data set '{source}' has text files at different depths or in folders of folders, such as {deep!r} and "
            f"{min(files, key=lambda name: name.count('/'))!r}; expected each file in the folder of its class"
        )
    by_split = {
        name: [file for file in files if not has_splits or file.startswith(f"{name}/")]
        for name in (_SPLITS if has_splits else ("train",))
    }
    by_split = {name: found for name, found in by_split.items() if found}
    split, parts, chosen = _select(by_split, split, source)
    classes = sorted({Path(name).parent.name for name in files}) if depths[0] else None
    codes = {name: code for code, name in enumerate(classes or ())}
    labels = np.array([codes[Path(name).parent.name] for name in chosen], dtype=np.int64) if classes else None
    return Rows(
        kind="texts",
        source=source,
        revision=listing.digest,
        split=split,
        parts=parts,
        n_rows=len(chosen),
        labels=labels,
        class_names=classes,
        read=_TextFiles(folder, chosen).read,
        names=tuple(chosen),
        notes=_unread(listing, source),
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


def _select(by_split: dict[str, list[str]], split: str, source: str) -> tuple[str, dict[str, int], list[str]]:
    """The split that is read, the sizes of its parts, and the names of its files."""
    usual = [name for name in DEFAULT_SPLIT.split("+") if name in by_split]
    if split == DEFAULT_SPLIT and len(usual) == 1:
        split = usual[0]
    sizes = {name: len(found) for name, found in by_split.items()}
    chosen: list[str] = []
    parts: dict[str, int] = {}
    try:
        for part in split.split("+"):
            expression = "+".join(by_split) if part == "all" else part
            spans = datasets.ReadInstruction.from_spec(expression).to_absolute(sizes)
            found = [name for span in spans for name in by_split[span.splitname][span.from_ : span.to]]
            parts[part] = len(found)
            chosen += found
    except (ValueError, AssertionError) as error:
        raise UsageError(
            f"data set '{source}': split '{split}' is not valid ({one_line(error)}); the data set has the splits: "
            f"{', '.join(by_split)}"
        ) from error
    if not chosen:
        raise UsageError(f"data set '{source}': split '{split}' is empty; expected at least one text")
    return split, parts if len(parts) == split.count("+") + 1 else {}, chosen


def _text_files(listing: Listing) -> list[str]:
    return [name for name in listing.names if name.lower().endswith(ENDING)]


def _unread(listing: Listing, source: str) -> list[str]:
    """At most one line: the number of files that are not read, and the first name."""
    read = set(_text_files(listing))
    hidden = [name for name in listing.hidden if name.lower().endswith(ENDING)]
    unread = [name for name in listing.names if name not in read and name.rpartition("/")[2] not in CARDS] + hidden
    if not unread:
        return []
    count = f"{len(unread):,} files are" if len(unread) > 1 else "1 file is"
    return [
        f"data set '{source}': {count} not read, first {unread[0]!r}; only files that end in {ENDING} and are not "
        "hidden are texts"
    ]
