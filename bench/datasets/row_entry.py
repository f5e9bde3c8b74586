"""Writes the features of rows into the cache: pixels, weights of words, or the output of a pretrained model."""

from pathlib import Path

from bench.datasets import cache
from bench.datasets.bad_rows import readable
from bench.datasets.image_entry import write_images
from bench.datasets.preparation import Preparation, check_kind
from bench.datasets.rows import Rows
from bench.datasets.stream import DecodingCallback
from bench.datasets.table_stream import table_stream
from bench.datasets.text_stream import text_stream
from bench.datasets.unused_options import refuse_unused
from bench.store.reading import Reading

_OPTIONS_OF_TEXTS = {
    "config",
    "text_column",
    "label_column",
    "labels",
    "on_bad",
    "limit",
    "stratify",
    "class_sizes",
    "features",
}


def write_rows(
    path: Path,
    rows: Rows,
    reading: Reading,
    progress: DecodingCallback | None,
    learnt: Preparation | None = None,
) -> None:
    """Write the features of `rows` as the entry at `path`, prepared as `learnt` says, if it is given.

    Raises UsageError if a row cannot be read, or if the rows do not fit `learnt`.
    """
    if learnt is not None:
        check_kind(learnt, rows.title, rows.kind)
    if rows.kind == "images" and reading.features is None:
        write_images(path, rows, reading, progress, learnt)
        return
    if rows.kind == "table":
        cache.write(path, table_stream(rows, reading, learnt), progress)
        return
    if rows.kind == "texts":
        refuse_unused(reading, _OPTIONS_OF_TEXTS, f"data set '{rows.title}' has texts")
    if reading.on_bad == "skip":
        rows = readable(rows, progress)
    if reading.features is None:
        cache.write(path, text_stream(rows, reading, progress, learnt), progress)
        return
    from bench.datasets.features.stream import feature_stream  # imports torch

    cache.write(path, feature_stream(rows, reading, path.parent, progress, learnt), progress)
