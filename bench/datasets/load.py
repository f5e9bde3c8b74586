"""From a name to an image set: found in the cache, or decoded into it."""

from pathlib import Path

from bench.datasets import bundled, cache
from bench.datasets.catalogue import DEFAULT_SPLIT, Place, locate
from bench.datasets.folders import listing_digest
from bench.datasets.images import ImageData
from bench.datasets.stream import Progress
from bench.errors import UsageError


def load(
    name: str, split: str = DEFAULT_SPLIT, cache_dir: Path | None = None, progress: Progress | None = None
) -> ImageData:
    """Load the set `name`: of the catalogue, `owner/name[@revision]` on the Hub, or a local folder in the Hub's layout.

    `split` is any expression that `datasets` understands; where a set has one of train and test alone, `train+test`
    means that one. A bundled set is always whole. The first call decodes the
    images into `cache_dir` (default: see `cache.root`) and tells `progress`; later ones map them into memory at once
    and ask no network. The arrays are read-only. Raises UsageError, one line, for whatever cannot be loaded.
    """
    place = locate(name)
    if place.kind == "bundled":
        bundled.check_split(place.id, split)
        split = bundled.WHOLE
    state = _state(place)
    entry = cache.entry_path(cache.root(cache_dir), _source(place), [place.kind, place.id, state, split])
    stored = cache.read(entry)
    if stored is None:
        _decode(place, state, split, entry, progress)
        stored = cache.read(entry)
    if stored is None:
        raise UsageError(f"cannot read back '{entry}', which was written just now; set DEC_BENCH_CACHE to another disk")
    about, features, labels = stored
    return ImageData(
        name=name,
        source=about.source,
        revision=about.revision,
        split=about.split,
        features=features,
        labels=labels,
        image_shape=about.image_shape,
        class_names=about.class_names,
        digest=about.digest,
    )


def _state(place: Place) -> str:
    """What must not have changed for a cached entry to stand.

    For the Hub that is only the revision as typed, so that a set that is decoded already needs no network.
    """
    if place.kind == "bundled":
        return bundled.revision(place.id)
    if place.kind == "folder":
        return listing_digest(Path(place.id))
    return place.revision or ""


def _source(place: Place) -> str:
    return Path(place.id).name if place.kind == "folder" else place.id


def _decode(place: Place, state: str, split: str, entry: Path, progress: Progress | None) -> None:
    if place.kind == "bundled":
        cache.write(entry, bundled.open_bundled(place.id), progress)
        return
    from bench.datasets import repository  # imports `datasets`, which a cached set does without

    with cache.scratch(entry.parent) as scratch:

        def write(channels: int | None) -> None:
            if place.kind == "hub":
                stream = repository.open_hub(place.id, place.revision, split, channels)
            else:
                stream = repository.open_folder(Path(place.id), state, split, scratch, channels)
            cache.write(entry, stream, progress)

        try:
            write(None)
        except repository.ColourAfterGreyError:
            write(3)
