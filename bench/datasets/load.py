"""Loads a data set by its name: from the cache, or by decoding it into the cache first."""

import hashlib
import os
from pathlib import Path

from bench.datasets import bundled, cache
from bench.datasets.catalogue import DEFAULT_SPLIT, Place, locate
from bench.datasets.images import ImageData
from bench.datasets.stream import DecodingCallback
from bench.errors import UsageError


def load(
    name: str, split: str = DEFAULT_SPLIT, cache_dir: Path | None = None, progress: DecodingCallback | None = None
) -> ImageData:
    """Load the data set `name`: a name in the catalogue, `owner/name[@revision]` on the Hub, or a local folder.

    `split` is any expression that `datasets` understands. If a data set has only train or only test, `train+test` means
    this split. A bundled data set is always loaded whole. The first call decodes the images into `cache_dir` (default:
    see `cache.root`) and reports its progress. Later calls map the images into memory and do not use the network. The
    arrays are read-only. Raises UsageError, one line, if the data set cannot be loaded.
    """
    place = locate(name)
    if place.kind == "bundled":
        bundled.check_split(place.id, split)
        split = bundled.WHOLE
    state = _state(place)
    source = Path(place.id).name if place.kind == "folder" else place.id
    path = cache.entry_path(cache.root(cache_dir), source, [place.kind, place.id, state, split])
    data = cache.read(path, name)
    if data is None:
        _decode(place, state, split, path, progress)
        data = cache.read(path, name)
    if data is None:
        raise UsageError(f"cannot read '{path}', which was written a moment ago; set DEC_BENCH_CACHE to another disk")
    return data


def _state(place: Place) -> str:
    """A text that is part of the key of the cache entry: if it changes, the data set is decoded again.

    For the Hub it is the revision as typed, so that a decoded data set needs no network.
    """
    if place.kind == "bundled":
        return bundled.revision(place.id)
    if place.kind == "folder":
        return _listing_digest(Path(place.id))
    return place.revision or ""


def _listing_digest(folder: Path) -> str:
    """SHA-256 of the relative name, size and modification time (ns) of every file below `folder`.

    Hidden files and folders are left out, because `datasets` does not read them either.
    """
    lines: list[str] = []
    visited: set[str] = set()  # symbolic links may form a circle
    for root, folders, files in os.walk(folder, followlinks=True):
        if (real := os.path.realpath(root)) in visited:
            folders.clear()
            continue
        visited.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in files:
            path = Path(root, name)
            if not name.startswith(".") and path.exists():  # False for a broken link
                state = path.stat()
                lines.append(f"{path.relative_to(folder).as_posix()}\t{state.st_size}\t{state.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _decode(place: Place, state: str, split: str, path: Path, progress: DecodingCallback | None) -> None:
    """Decode the data set into the cache entry at `path`."""
    if place.kind == "bundled":
        cache.write(path, bundled.open_bundled(place.id), progress)
        return
    from bench.datasets import repository  # imports `datasets`, which a data set in the cache does not need

    with cache.scratch(path.parent) as scratch:

        def write(channels: int | None) -> None:
            if place.kind == "hub":
                stream = repository.open_hub(place.id, place.revision, split, channels)
            else:
                stream = repository.open_folder(Path(place.id), state, split, scratch, channels)
            cache.write(path, stream, progress)

        try:
            write(None)
        except repository.ColourAfterGreyError:
            write(3)
