"""Loads a data set by its name: from the cache, or by decoding it into the cache first."""

from dataclasses import replace
from pathlib import Path

import msgspec

from bench.datasets import bundled, cache, file_rows, given_arrays
from bench.datasets.array_files import DamagedError
from bench.datasets.cache_folder import private_folder, scratch
from bench.datasets.catalogue import DEFAULT_SPLIT, Place, locate
from bench.datasets.class_sizes import with_class_sizes
from bench.datasets.features.models import pretrained_model
from bench.datasets.images import ImageData
from bench.datasets.limit import limited
from bench.datasets.listing import Listing, list_folder
from bench.datasets.plugin_data import load_plugin_data
from bench.datasets.preparation import Preparation
from bench.datasets.preparation_file import steps_digest
from bench.datasets.rows import Rows
from bench.datasets.stream import DecodingCallback, Metadata
from bench.datasets.unused_options import refuse_unused
from bench.errors import UsageError
from bench.store.reading import READ_PLAIN, Reading
from bench.store.remarks import Remark, event, fact


def load(
    name: str,
    split: str = DEFAULT_SPLIT,
    cache_dir: Path | None = None,
    progress: DecodingCallback | None = None,
    *,
    reading: Reading = READ_PLAIN,
    learnt: Preparation | None = None,
) -> ImageData:
    """Load the data set `name`: a name in the catalogue, `owner/name[@revision]` on the Hub, a folder or a file.

    The catalogue has the data sets of plug-ins, too.

    `split` is any expression that `datasets` understands. If a data set has only train or only test, `train+test` means
    this split. A bundled data set is always loaded whole. `reading` says how the rows are read. The first call decodes
    the images into `cache_dir` (default: see `private_folder`) and reports its progress. Later calls map the images
    into memory and do not use the network. A name `arrays:KEY` means arrays that `bench.run` wrote to the cache. The
    arrays are read-only. `notes` has one line if an entry of the cache was damaged and made again, and one if files of
    a local folder are not read. With `learnt`, the rows are prepared as the data of an earlier fit were, and `reading`
    says only which rows are read. Raises UsageError, one line, if the data set cannot be loaded, or does not fit
    `learnt`.
    """
    if learnt is not None:
        reading = learnt.reading_of(reading)
    place, asked_split = locate(name), split
    if place.kind == "plugin":
        return load_plugin_data(
            name,
            split,
            cache_dir,
            reading,
            lambda path: load(path, split, cache_dir, progress, reading=reading, learnt=learnt),
            is_learnt=learnt is not None,
        )
    asked, why = reading, ""
    if place.config is not None and reading.config is None:
        reading = msgspec.structs.replace(reading, config=place.config)
    if place.split is not None and split == DEFAULT_SPLIT:
        split = place.split
        why = f"data set '{name}': the split '{split}' is read, because the labels of the others are not public"
    if place.kind == "arrays":
        if learnt is not None:
            raise UsageError(f"data set '{name}' was given as arrays in Python; call predict of the model there")
        return replace(given_arrays.read_arrays(place.id, cache_dir), reading=reading)
    pinned = _pinned(place, reading, learnt)
    if place.kind == "bundled":
        bundled.check_split(place.id, split)
        refuse_unused(reading, bundled.OPTIONS, f"data set '{place.id}' is bundled")
        split = bundled.WHOLE
    listing = list_folder(Path(place.id)) if place.kind == "folder" else None
    source = Path(place.id).name if place.kind in ("folder", "file") else place.id
    state = _state(place, listing)
    identity = [place.kind, place.id, state, split, *_reading_key(reading), *_preparation_key(learnt)]
    path = cache.entry_path(private_folder(cache_dir), source, identity)
    notes: tuple[Remark, ...] = ()
    try:
        data = cache.read(path, name, pinned)
    except DamagedError as damage:
        data = None
        notes = (event(f"cache entry '{path}' was damaged ({damage}); it has been made again"),)
    if data is None:
        typed = name if place.kind in ("bundled", "hub") else ""
        _decode(place, typed, listing, state, split, reading, path, progress, learnt)
        data = _read_new(path, name)
        if pinned is not None:
            bundled.check_digest(place.id, data.digest)
    notes = (fact(why),) * bool(why) + notes + data.notes
    return replace(data, notes=notes, reading=asked, asked_split=asked_split)


def _pinned(place: Place, reading: Reading, learnt: Preparation | None) -> Metadata | None:
    """The description that a bundled data set must have if it is read as it is; None for all other data."""
    plain = place.kind == "bundled" and reading == READ_PLAIN and learnt is None
    return bundled.metadata(place.id) if plain else None


def _preparation_key(learnt: Preparation | None) -> list[str]:
    return [] if learnt is None else [steps_digest(learnt)]


def _read_new(path: Path, name: str) -> ImageData:
    """Read the entry that was written a moment ago."""
    try:
        data = cache.read(path, name)
    except DamagedError as damage:
        raise UsageError(
            f"cannot read '{path}', which was written a moment ago ({damage}); set DEC_BENCH_CACHE to another disk"
        ) from damage
    if data is None:
        raise UsageError(f"another process deleted '{path}'; try again")
    return data


def _state(place: Place, listing: Listing | None) -> str:
    """A text that is part of the key of the cache entry: if it changes, the data set is decoded again.

    For the Hub it is the revision as typed, so that a decoded data set needs no network.
    """
    if place.kind == "bundled":
        return bundled.revision(place.id)
    if place.kind == "file":
        return file_rows.state_of(Path(place.id))
    return place.revision or "" if listing is None else listing.digest


def _reading_key(reading: Reading) -> list[str]:
    """What of `reading` is part of the key of the cache entry. Nothing for the defaults."""
    if reading == READ_PLAIN:
        return []
    try:
        state = Path(reading.labels).stat() if reading.labels else None
    except OSError as error:
        raise UsageError(
            f"--labels: cannot read '{reading.labels}' ({error.strerror}); expected a CSV file with a name and a label "
            "in each line"
        ) from error
    model = [] if reading.features is None else pretrained_model(reading.features).key
    return [msgspec.json.encode(reading).decode(), *model, f"{state.st_size} {state.st_mtime_ns}" if state else ""]


def _decode(
    place: Place,
    typed: str,
    listing: Listing | None,
    state: str,
    split: str,
    reading: Reading,
    path: Path,
    progress: DecodingCallback | None,
    learnt: Preparation | None,
) -> None:
    """Decode the data set into the cache entry at `path`. `typed` as in `Rows`."""
    if _pinned(place, reading, learnt) is not None:
        cache.write(path, bundled.open_bundled(place.id), progress)
        return
    from bench.datasets.labels_file import with_labels
    from bench.datasets.row_entry import write_rows  # imports Pillow, which a data set in the cache does not need

    with scratch(path.parent) as temporary:
        rows = with_labels(_open(place, listing, state, split, reading, temporary), reading)
        rows = with_class_sizes(limited(replace(rows, typed=typed), reading), reading)
        write_rows(path, rows, reading, progress, learnt)


def _open(
    place: Place, listing: Listing | None, state: str, split: str, reading: Reading, scratch_folder: Path
) -> Rows:
    """The rows of a data set, before they are decoded."""
    if place.kind == "bundled":
        return bundled.open_rows(place.id)
    if place.kind == "file":
        return file_rows.open_file(Path(place.id), state, split, reading)
    from bench.datasets import hub_sets, repository, text_files  # they import `datasets`

    if listing is None:
        return hub_sets.open_hub(place.id, place.revision, split, reading)
    if text_files.is_text_folder(listing):
        return text_files.open_text_folder(Path(place.id), listing, split, reading)
    return repository.open_folder(Path(place.id), listing, split, reading, scratch_folder)
