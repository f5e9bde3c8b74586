"""Prepares what `datasets` reads: the files of a data set become tables, and every failure one line."""

import logging
from collections.abc import Callable

import datasets
from huggingface_hub.errors import GatedRepoError
from huggingface_hub.utils.tqdm import disable_progress_bars

from bench.datasets import hub
from bench.datasets.boundary import Boundary, reader_name
from bench.errors import UsageError

_BATCH_ROWS = 1000  # rows of a Parquet file that are in memory at once, whatever the file says


def prepared(make_builder: Callable[[], datasets.DatasetBuilder], boundary: Boundary) -> datasets.DatasetBuilder:
    """The builder that `make_builder` gives, with all of its splits prepared and opened once.

    Raises UsageError if the data set cannot be read, or if one of its files lies outside of `boundary`.
    """
    source = boundary.source
    _silence_libraries()
    try:
        builder = make_builder()
        boundary.check_builder(builder)
        if reader_name(builder) == "parquet":
            builder.config.batch_size = min(builder.config.batch_size or _BATCH_ROWS, _BATCH_ROWS)
        builder.download_and_prepare()
        for name, split in (builder.info.splits or {}).items():
            if split.num_examples:  # `datasets` opens no empty split
                builder.as_dataset(split=name)  # a column name with zero bytes fails only here
    except UsageError:
        raise
    except Exception as error:  # libraries that read foreign files raise any kind of exception
        is_offline = isinstance(error, ConnectionError | TimeoutError) or (
            isinstance(error, hub.NETWORK_ERRORS) and not isinstance(error, OSError)
        )
        if is_offline:
            raise UsageError(hub.unreachable(source, hub.reason(error))) from error
        if isinstance(error, GatedRepoError) or "is a gated dataset" in str(error):
            raise UsageError(hub.gated(source)) from error
        words = "invalid literal for int()" in str(error)  # of the reader of WebDataset
        remedy = "; a file .cls must contain a whole number: name files with words .txt" if words else ""
        raise UsageError(f"cannot read data set '{source}' ({hub.reason(error)}){remedy}") from error
    return builder


def _silence_libraries() -> None:
    """Turn off the progress bars and the messages of the libraries. The caller shows its own progress."""
    datasets.disable_progress_bars()
    disable_progress_bars()
    for library in ("datasets", "huggingface_hub"):
        logging.getLogger(library).setLevel(logging.CRITICAL)
