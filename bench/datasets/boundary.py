"""The boundary of a data set: what its content names is read only if it lies inside of the data set."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import datasets
import yaml
from datasets.utils.file_utils import xopen
from huggingface_hub import DatasetCard
from huggingface_hub.repocard import REGEX_YAML_BLOCK

from bench.datasets.archives import check_archive
from bench.datasets.foreign_files import conversion
from bench.datasets.listing import CARDS, is_hidden
from bench.errors import UsageError
from bench.store.files import NotRegularError, open_regular

READERS = ("arrow", "csv", "imagefolder", "json", "parquet", "webdataset")
"""The readers of `datasets` that are used. Others open further files that their data names, or run programs."""


@dataclass(frozen=True)
class Boundary:
    """The places whose files a data set may name."""

    source: str
    """Name of the data set in messages."""
    roots: tuple[Path, ...]
    """The folder of a local data set; the folders of the downloads for a data set of the Hub."""
    repository: str = ""
    """The beginning of the addresses of the data set's own files on the Hub; empty for a local folder."""

    def check_builder(self, builder: datasets.DatasetBuilder) -> None:
        """Raise UsageError if the reader is not one of `READERS`, or if a data file lies outside."""
        reader = reader_name(builder)
        if self.repository and reader == "cache":  # offline: what `datasets` made of an earlier download
            return
        if reader not in READERS:
            raise UsageError(
                f"data set '{self.source}' has files of the kind '{reader}'; expected one of {', '.join(READERS)}"
                f"{conversion(data_files(builder))}"
            )
        for file in data_files(builder):
            if not (self.repository and file.startswith((self.repository, "https://", "http://"))):
                self.resolve(file)

    def resolve(self, path: str) -> Path:
        """The real path of a file that the data names. Raises UsageError, before it is opened, if it lies outside."""
        real = Path(os.path.realpath(path))
        is_named = bool(self.repository) or any(not is_hidden(os.path.relpath(path, root)) for root in self.roots)
        is_inside = any(real.is_relative_to(os.path.realpath(root)) for root in self.roots)
        if Path(path).is_absolute() and is_named and is_inside:
            return real
        raise UsageError(self.outside(path))

    def open(self, path: str) -> BinaryIO:
        """Open a file that a row names: a regular file, or a member of a zip archive (`zip://MEMBER::ARCHIVE`)."""
        member, hop, archive = path.partition("::")
        if member.startswith("zip://") and hop and "::" not in archive:
            check_archive(self.resolve(archive), self.source)
            opened: BinaryIO = xopen(path, "rb")
            return opened
        try:
            return open_regular(self.resolve(path))
        except NotRegularError as error:
            raise UsageError(f"data set '{self.source}': {path!r} is not a regular file; remove it") from error

    def outside(self, path: str) -> str:
        """The message for a file that may not be opened."""
        return (
            f"data set '{self.source}' names the file {path!r}, which is outside of the data set or hidden; expected "
            "the path of a file inside, without '..': it is not opened; correct or remove the row that names it"
        )


def reader_name(builder: datasets.DatasetBuilder) -> str:
    """The kind of reader, such as `parquet` or `imagefolder`."""
    return type(builder).__module__.rpartition(".")[2]


def data_files(builder: datasets.DatasetBuilder) -> list[str]:
    """The data files of all splits, as paths or addresses."""
    return [str(file) for files in (builder.config.data_files or {}).values() for file in files]


def check_cards(folder: Path, source: str) -> bool:
    """Whether a card of the local data set names its data files. Raises UsageError if it names something outside.

    It is called before `datasets` reads the cards, because `datasets` looks for these files, also in the network.
    """
    names_files = False
    for name in CARDS:
        path = folder / name
        if not path.is_file():
            continue
        try:
            patterns = list(_card_patterns(path, source))
        except UsageError:
            raise
        except Exception as error:  # YAML and text decoders raise many kinds of exceptions for foreign files
            raise UsageError(
                f"cannot read data set '{source}': the card {name} is damaged ({' '.join(str(error).split())[:200]}); "
                "correct or remove it"
            ) from error
        for pattern in patterns:
            if _leaves(pattern):
                raise UsageError(
                    f"data set '{source}': {name} names the data file {pattern!r}; expected a path inside the data "
                    "set, neither hidden, nor with '..', nor an address: nothing is opened; correct the card"
                )
        names_files = names_files or bool(patterns)
    return names_files


def _card_patterns(path: Path, source: str) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    if path.name == "README.md":
        block = REGEX_YAML_BLOCK.search(text)
        text = block[2] if block else ""
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
        raise UsageError(
            f"data set '{source}': {path.name} has YAML aliases (*NAME), which are not read; write them out"
        )
    content = DatasetCard.load(path).data.to_dict() if path.name == "README.md" else yaml.safe_load(text)
    yield from _patterns(content.get("configs") if isinstance(content, dict) else None)


def _patterns(value: Any, below: bool = False) -> Iterator[str]:
    """All texts below the keys `data_files` and `data_dir`."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _patterns(item, below or key in ("data_files", "data_dir"))
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for item in value:
            yield from _patterns(item, below)
    elif below and value is not None:
        yield str(value)


def _leaves(pattern: str) -> bool:
    r"""Whether a pattern can match something outside, something hidden, or an address.

    >>> [_leaves(pattern) for pattern in ("data/*.png", "./a.csv", "../a.csv", "/a", "~/a", r"a\..\b", "hf://a", ".a")]
    [False, False, True, True, True, True, True, True]
    """
    parts = re.split(r"[/\\]", pattern)
    is_address = ":" in pattern
    return is_address or pattern.startswith(("/", "\\", "~")) or any(p.startswith(".") and p != "." for p in parts)
