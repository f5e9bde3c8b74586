"""Writes images into the cache: a first reading may find that all images must be read in another way."""

from pathlib import Path

from bench.datasets import cache
from bench.datasets.bad_rows import readable
from bench.datasets.image_stream import OtherPlanError, image_stream, plan_of
from bench.datasets.pixel_range import with_limits
from bench.datasets.preparation import Preparation
from bench.datasets.rows import Rows
from bench.datasets.stream import DecodingCallback
from bench.datasets.unused_options import refuse_unused
from bench.errors import UsageError
from bench.store.reading import Reading

_OTHER_OPTIONS = {"text_column", "columns", "image_shape", "scale", "features"}
_OPTIONS = set(Reading.__struct_fields__) - _OTHER_OPTIONS


def write_images(
    path: Path,
    rows: Rows,
    reading: Reading,
    progress: DecodingCallback | None = None,
    learnt: Preparation | None = None,
) -> None:
    """Write the pixels of `rows` as the entry at `path`, prepared as `learnt` says, if it is given.

    Raises UsageError if they cannot be read or written, or do not fit `learnt`.

    Most data sets are read once. They are read again if a coloured image follows grey ones, if an image with
    transparent pixels follows opaque ones and `reading` asks for a channel of opacity, or if the range of the pixels
    follows from all of them. With `on_bad` skip, they are read once more before.
    """
    refuse_unused(reading, _OPTIONS, f"data set '{rows.title}' has images in files")
    if reading.on_bad == "skip":
        rows = readable(rows, progress)
    plan = None
    if learnt is not None:
        _write_prepared(path, rows, reading, progress, learnt)
        return
    while True:  # each new plan is wider than the one before, so this ends
        try:
            cache.write(path, image_stream(rows, reading, plan), progress)
            return
        except OtherPlanError as other:
            plan = with_limits(rows, other.plan, progress) if other.needs_limits else other.plan


def _write_prepared(
    path: Path, rows: Rows, reading: Reading, progress: DecodingCallback | None, learnt: Preparation
) -> None:
    """Write images that must fit the plan of the training images."""
    plan = plan_of(learnt, rows.title)
    try:
        cache.write(path, image_stream(rows, reading, plan, learnt), progress)
    except OtherPlanError as other:
        if other.needs_limits:
            found, remedy = "pixels whose range is not known", "convert them to 8 or 16 bits"
        elif other.plan.colours and not plan.colours:
            found, remedy = "images in colour", "convert them to grey images"
        else:
            found, remedy = "images with transparent pixels", "remove the transparency"
        raise UsageError(
            f"data set '{rows.title}' has {found}; the model expects images as in its training data: {remedy}, or fit "
            "a model to such images"
        ) from None
