"""Features that a pretrained model computes once for each data set: they stay in the cache under a key of all that
decides them."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.datasets import cache
from bench.datasets.array_files import DamagedError
from bench.datasets.features.encoders import Encoder, load_encoder
from bench.datasets.features.models import PretrainedModel, installed, pretrained_model
from bench.datasets.features.weights import Weights, find_weights
from bench.datasets.images import ImageData
from bench.datasets.rows import Rows
from bench.datasets.stream import DecodingCallback, ImageStream, metadata_of
from bench.datasets.text_stream import text_facts
from bench.errors import UsageError
from methods.registry import execution_target

BATCH = 32
"""Rows that a model computes at once. The last digits of the features depend on it, so it is the same everywhere."""
_SLICE = 4096  # rows of finished features that are written at once


def feature_stream(rows: Rows, text: str, folder: Path, progress: DecodingCallback | None = None) -> ImageStream:
    """The features of `rows` from the pretrained model `text`; see `pretrained_model`.

    The model runs on the fastest device of this machine. All features are in an entry of the cache in `folder`, whose
    key is the digest of the content of all rows, that of the weights, the versions of the libraries and the kind of
    the device. So other labels or a copy of the data do not compute them again. The labels are no part of anything.
    Raises UsageError or MethodError, one line, if the model does not fit the rows, is not installed or cannot be read,
    or if its features are not finite.
    """
    model = pretrained_model(text)
    model.check_kind(rows.kind, rows.source)
    model.check_library()
    weights = find_weights(model)
    device = execution_target("auto")[0]
    versions = [installed(name) for name in (model.library.name, "transformers", "torch", "pillow")]
    identity = ["features", _content_digest(rows), text, weights.digest, *versions, device.partition(":")[0], str(BATCH)]
    path = cache.entry_path(folder, f"features-{rows.source}", identity)
    data = _stored(path)
    if data is None:
        encoder = load_encoder(model, weights, device)
        cache.write(path, _computed(rows, model, encoder), progress)
        data = _stored(path)
    if data is None:
        raise UsageError(f"another process deleted '{path}', or the disk is damaged; try again")
    values = data.features
    metadata = metadata_of(
        rows,
        n_columns=values.shape[1],
        feature_kind=_kind(model, weights, values.shape[1], device),
        facts=text_facts([read() for read in rows.read(range(len(rows)))]) if rows.kind == "texts" else {},
    )
    slices = (values[start : start + _SLICE] for start in range(0, len(values), _SLICE))
    return ImageStream(metadata, rows.labels, slices, rows.names)


def _stored(path: Path) -> ImageData | None:
    try:
        return cache.read(path, path.name)
    except DamagedError:
        return None


def _kind(model: PretrainedModel, weights: Weights, n_dimensions: int, device: str) -> str:
    revision = f" at {weights.revision[:12]}" if weights.revision else ""
    where = model.folder.name if model.folder else model.hub_id
    return (
        f"{n_dimensions:,} features of the pretrained model {where}{revision} ({installed(model.library.name)}, weights "
        f"{weights.digest[:12]}), computed on {device}"
    )


def _content_digest(rows: Rows) -> str:
    """SHA-256 of the content of all rows, in order."""
    sha = hashlib.sha256()
    for content in _contents(rows):
        if isinstance(content, str):
            head, body = f"text {len(content)}", content.encode(errors="surrogatepass")
        else:
            head, body = f"{content.mode} {content.size}", content.tobytes()
        sha.update(f"{head} {len(body)}\n".encode())
        sha.update(body)
    return sha.hexdigest()


def _contents(rows: Rows) -> Iterator[Any]:
    """The images, in RGB, or the texts, one after the other."""
    for start in range(0, len(rows), BATCH):
        for opened in rows.read(range(start, min(start + BATCH, len(rows)))):
            content = opened()
            yield content if isinstance(content, str) else content.convert("RGB")


def _computed(rows: Rows, model: PretrainedModel, encode: Encoder) -> ImageStream:
    """The features of all rows, without labels and names: the entry that is kept."""
    batches = _batches(rows, model, encode)
    first = next(batches)
    metadata = metadata_of(rows, n_columns=first.shape[1])
    bare = metadata.__class__(
        source=metadata.source,
        revision=metadata.revision,
        split=metadata.split,
        parts=metadata.parts,
        n_samples=metadata.n_samples,
        image_shape=None,
        n_columns=metadata.n_columns,
        class_names=None,
    )
    return ImageStream(bare, None, _chained(first, batches))


def _chained(
    first: npt.NDArray[np.float32], others: Iterator[npt.NDArray[np.float32]]
) -> Iterator[npt.NDArray[np.float32]]:
    yield first
    yield from others


def _batches(rows: Rows, model: PretrainedModel, encode: Encoder) -> Iterator[npt.NDArray[np.float32]]:
    batch: list[Any] = []
    done = 0
    for content in _contents(rows):
        batch.append(content)
        if len(batch) == BATCH or done + len(batch) == len(rows):
            values = encode(batch)
            if not np.isfinite(values).all():
                row = done + int(np.flatnonzero(~np.isfinite(values).all(axis=1))[0])
                raise UsageError(
                    f"--features {model.text}: the features of row {row:,} of data set '{rows.source}' are not finite; "
                    "choose another model"
                )
            yield values
            done += len(batch)
            batch = []
