"""Features that a pretrained model computes once: they stay in the cache under a key of all that decides them."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import PIL.Image

from bench.datasets import cache
from bench.datasets.array_files import DamagedError
from bench.datasets.features.encoder_process import encoder_on
from bench.datasets.features.encoders import Encoder
from bench.datasets.features.models import PretrainedModel, installed, pretrained_model
from bench.datasets.features.weights import Weights, find_weights
from bench.datasets.image_stream import finished
from bench.datasets.images import ImageData
from bench.datasets.pixel_arrays import Picture
from bench.datasets.preparation import Preparation, Steps, check_fits
from bench.datasets.rows import Rows
from bench.datasets.stream import DecodingCallback, ImageStream, metadata_of
from bench.datasets.text_stream import identity_of, length_text, read_texts
from bench.datasets.unused_options import refuse_unused
from bench.errors import UsageError
from bench.store.reading import Reading
from bench.store.remarks import fact
from methods.registry import chosen_device

BATCH = 32
"""Rows that a model computes at once. The last digits of the features depend on it, so it is the same everywhere."""
_OPTIONS = {*Reading.__struct_fields__} - {"resize", "resize_mode", "image_shape", "scale", "columns"}
_SLICE = 4096  # rows of finished features that are written at once


def feature_stream(
    rows: Rows,
    reading: Reading,
    folder: Path,
    progress: DecodingCallback | None = None,
    learnt: Preparation | None = None,
) -> ImageStream:
    """The features of `rows` from the pretrained model `reading.features`; see `pretrained_model`.

    The model runs on the fastest device of this machine. All features are in an entry of the cache in `folder`, whose
    key is the digest of the content of all rows, that of the weights, the versions of the libraries and the kind of
    the device. So other labels or a copy of the data do not compute them again. The labels are no part of anything.
    Raises UsageError, one line, if the model does not fit the rows, is not installed or cannot be read, if its features
    are not finite, or if its weights differ from those of `learnt`.
    """
    model = pretrained_model(reading.features or "")
    model.check_kind(rows.kind, rows.title)
    model.check_library()
    if rows.kind == "images":
        refuse_unused(reading, _OPTIONS, f"--features {model.text} resizes the images itself")
    weights = find_weights(model)
    if learnt is not None and learnt.steps.weights != weights.digest:
        raise UsageError(
            f"--features {model.text}: its weights {weights.digest[:12]} differ from {learnt.steps.weights[:12]}, "
            "which made the features of the training data; give the model in that revision"
        )
    device = chosen_device("auto")
    versions = [installed(name) for name in (model.library.name, "transformers", "torch", "pillow")]
    key = [
        "features",
        _content_digest(rows, reading, progress),
        model.text,
        weights.digest,
        *versions,
        device.partition(":")[0],
        str(BATCH),
    ]
    path = cache.entry_path(folder, "features", key)
    data = _stored(path)
    if data is None:
        with encoder_on(model, weights, device) as encoder:
            cache.write(path, _computed(rows, reading, model, encoder), progress)
        data = _stored(path)
    if data is None:
        raise UsageError(f"another process deleted '{path}', or the disk is damaged; try again")
    values = data.features
    identity = rows.identity
    if rows.kind == "texts":
        texts = read_texts(rows)
        identity = identity_of(rows, texts)
        rows = replace(rows, how_read=[*rows.how_read, fact(length_text(texts))])
    metadata = metadata_of(rows, n_columns=values.shape[1], feature_kind=_kind(model, weights, device))
    slices = (values[start : start + _SLICE] for start in range(0, len(values), _SLICE))
    if learnt is None:
        steps = Steps(kind="pretrained", n_features=values.shape[1], weights=weights.digest, reading=reading)
        learnt = Preparation(steps)
    else:
        check_fits(learnt, rows.title, "pretrained", values.shape[1])
    return ImageStream(metadata, rows.labels, slices, identity, learnt)


def _stored(path: Path) -> ImageData | None:
    try:
        return cache.read(path, path.name)
    except DamagedError:
        return None


def _kind(model: PretrainedModel, weights: Weights, device: str) -> str:
    revision = f" at {weights.revision[:12]}" if weights.revision else ""
    where = model.folder.name if model.folder else model.hub_id
    return (
        f"from the pretrained model {where}{revision} ({installed(model.library.name)}, "
        f"weights {weights.digest[:12]}), computed on {device}"
    )


def _content_digest(rows: Rows, reading: Reading, progress: DecodingCallback | None) -> str:
    """SHA-256 of the content of all rows, in order."""
    sha = hashlib.sha256()
    for done, content in enumerate(_contents(rows, reading), 1):
        if isinstance(content, str):
            head, body = "text", content.encode(errors="surrogatepass")
        else:
            head, body = f"image {content.size}", content.tobytes()
        sha.update(f"{head} {len(body)}\n".encode())
        sha.update(body)
        if progress is not None and (done % BATCH == 0 or done == len(rows)):
            progress(done, len(rows))
    return sha.hexdigest()


def _contents(rows: Rows, reading: Reading) -> Iterator[Any]:
    """The images, as Pillow's in RGB, or the texts, one after the other."""
    for start in range(0, len(rows), BATCH):
        for row, opened in enumerate(rows.read(range(start, min(start + BATCH, len(rows)))), start):
            content = opened()
            yield content if rows.kind == "texts" else _as_rgb(content, rows, row, reading)


def _as_rgb(picture: Picture, rows: Rows, row: int, reading: Reading) -> PIL.Image.Image:
    """The image with 8 bits a channel, on a white or black background."""
    values, limits = picture.values, picture.limits
    if limits is None:
        if picture.stated or values.dtype.kind != "f" or values.min() < 0 or values.max() > 1:
            raise UsageError(
                f"data set '{rows.title}', {rows.called(row)}: pixels of an unknown range; --features needs images of "
                "8 or 16 bits, or floats in [0, 1]; convert them"
            )
        limits = (0.0, 1.0)
    pixels = finished(picture, reading, limits, opacity=False)
    whole = np.rint(pixels * 255).astype(np.uint8)
    return PIL.Image.fromarray(np.repeat(whole, 3, axis=2) if whole.shape[2] == 1 else whole)


def _computed(rows: Rows, reading: Reading, model: PretrainedModel, encode: Encoder) -> ImageStream:
    """The features of all rows, without labels and names: the entry that is kept."""
    batches = _batches(rows, reading, model, encode)
    first = next(batches)
    bare = replace(rows, labels=None, class_names=None, names=None, origin=None, notes=[], how_read=[], skipped=[])
    return ImageStream(metadata_of(bare, n_columns=first.shape[1]), None, _chained(first, batches))


def _chained(
    first: npt.NDArray[np.float32], others: Iterator[npt.NDArray[np.float32]]
) -> Iterator[npt.NDArray[np.float32]]:
    yield first
    yield from others


def _batches(
    rows: Rows, reading: Reading, model: PretrainedModel, encode: Encoder
) -> Iterator[npt.NDArray[np.float32]]:
    batch: list[Any] = []
    done = 0
    for content in _contents(rows, reading):
        batch.append(content)
        if len(batch) == BATCH or done + len(batch) == len(rows):
            values = encode(batch)
            if not np.isfinite(values).all():
                row = done + int(np.flatnonzero(~np.isfinite(values).all(axis=1))[0])
                raise UsageError(
                    f"--features {model.text}: the features of row {row:,} of data set '{rows.title}' are not finite; "
                    "choose another model"
                )
            yield values
            done += len(batch)
            batch = []
