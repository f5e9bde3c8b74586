"""Loads a data set by its name: from the cache, or by decoding it into the cache first."""

from pathlib import Path

from bench.datasets import bundled, cache
from bench.datasets.catalogue import DEFAULT_SPLIT, Place, locate
from bench.datasets.folders import listing_digest
from bench.datasets.images import ImageData
from bench.datasets.stream import DecodingCallback
from bench.errors import UsageError


def load(
    name: str, split: str = DEFAULT_SPLIT, cache_dir: Path | None = None, progress: DecodingCallback | None = None
) -> ImageData:
    """Load the data set `name`: of the catalogue, `owner/name[@revision]` on the Hub, or a folder in the Hub's layout.

    `split` is any expression that `datasets` understands. If a data set has only one of train and test, `train+test`
    means that one. A bundled data set is always loaded whole. The first call decodes the images into `cache_dir`
    (default: see `cache.root`) and calls `progress` with the number of decoded images and their total; later calls map
    the images into memory and do not use the network. The arrays are read-only.
    Raises UsageError, with a message of one line, if the data set cannot be loaded.
    """
    place = locate(name)
    if place.kind == "bundled":
        bundled.check_split(place.id, split)
        split = bundled.WHOLE
    state = _state(place)
    path = cache.entry_path(cache.root(cache_dir), _source(place), [place.kind, place.id, state, split])
    entry = cache.read(path)
    if entry is None:
        _decode(place, state, split, path, progress)
        entry = cache.read(path)
    if entry is None:
        raise UsageError(f"cannot read '{path}', which was written a moment ago; set DEC_BENCH_CACHE to another disk")
    return ImageData(
        name=name,
        source=entry.metadata.source,
        revision=entry.metadata.revision,
        split=entry.metadata.split,
        features=entry.features,
        labels=entry.labels,
        image_shape=entry.metadata.image_shape,
        class_names=entry.metadata.class_names,
        digest=entry.metadata.digest,
        parts=entry.metadata.parts,
    )


def _state(place: Place) -> str:
    """A text that is part of the key of the cache entry: if it changes, the data set is decoded again.

    For the Hub it is the revision as typed, so that a decoded data set needs no network.
    """
    if place.kind == "bundled":
        return bundled.revision(place.id)
    if place.kind == "folder":
        return listing_digest(Path(place.id))
    return place.revision or ""


def _source(place: Place) -> str:
    return Path(place.id).name if place.kind == "folder" else place.id


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
