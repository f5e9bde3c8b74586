"""The text of a table file: unpacked, and decoded by its byte order mark, as UTF-8 or as Windows-1252."""

import codecs
import gzip
import zlib
from pathlib import Path

from bench.datasets.archives import LARGEST_MEMBER, LARGEST_RATIO
from bench.errors import UsageError
from bench.store.remarks import Remark, caveat

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_BLOCK = 2**24  # bytes unpacked at once


def read_text(path: Path) -> tuple[str, list[Remark]]:
    """The text of the file, with `\\n` at the ends of its lines, and remarks about its encoding.

    Raises UsageError if the file is empty, is not a text, or would unpack to an absurd size; OSError if it cannot be
    read.
    """
    content = _unpacked(path) if path.name.lower().endswith(".gz") else path.read_bytes()
    encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), None)
    notes = []
    try:
        text = content.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding is not None:
            raise UsageError(
                f"data set '{path.name}' begins as {encoding} and is not ({error.reason}); save it as UTF-8"
            ) from error
        text = content.decode("cp1252", errors="replace")
        notes = [caveat(f"data set '{path.name}': it is not UTF-8, so it is read as Windows-1252 (Latin 1)")]
    if "\0" in text:
        raise UsageError(f"data set '{path.name}' is not a text file: it has zero bytes; expected lines of values")
    if not text.strip():
        raise UsageError(f"data set '{path.name}' is empty; expected lines of values")
    return text.replace("\r\n", "\n").replace("\r", "\n"), notes


def _unpacked(path: Path) -> bytes:
    limit = max(LARGEST_MEMBER, LARGEST_RATIO * path.stat().st_size)
    parts, total = [], 0
    try:
        with gzip.open(path) as file:
            while block := file.read(_BLOCK):
                total += len(block)
                if total > limit:
                    raise UsageError(
                        f"data set '{path.name}' unpacks to more than {limit:,} bytes; expected at most "
                        f"{LARGEST_RATIO} times the size of the file; unpack it, and remove what is not needed"
                    )
                parts.append(block)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UsageError(
            f"data set '{path.name}' is not a whole gzip file ({' '.join(str(error).split())}); download it again, or "
            "correct its name"
        ) from error
    return b"".join(parts)
