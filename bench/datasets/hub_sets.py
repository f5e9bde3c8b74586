"""Opens a data set of the Hugging Face Hub."""

from pathlib import Path

import datasets
import huggingface_hub.constants

from bench.datasets import hub
from bench.datasets.boundary import Boundary
from bench.datasets.builders import prepared
from bench.datasets.rows import Rows
from bench.datasets.table_rows import open_rows
from bench.errors import UsageError
from bench.store.reading import Reading


def open_hub(hub_id: str, revision: str | None, split: str, reading: Reading) -> Rows:
    """Open a data set of the Hub at `revision`, or at the newest revision if None.

    The downloaded files stay in the cache of the Hub's library. Raises UsageError if the data set cannot be read, or if
    a row names a file that was not downloaded with it.
    """
    commit = hub.commit_of(hub_id, revision)
    downloads = (
        Path(huggingface_hub.constants.HF_HUB_CACHE) / f"datasets--{hub_id.replace('/', '--')}",
        Path(datasets.config.DOWNLOADED_DATASETS_PATH),
        Path(datasets.config.EXTRACTED_DATASETS_PATH),
    )
    boundary = Boundary(hub_id, downloads, f"hf://datasets/{hub_id}@")
    builder = prepared(lambda: datasets.load_dataset_builder(hub_id, revision=commit or revision), boundary)
    expected = commit or revision
    if expected and builder.hash and builder.hash != expected:  # offline, `datasets` opens any downloaded revision
        raise UsageError(
            f"data set '{hub_id}': expected revision '{expected}', but only '{builder.hash}' is downloaded"
        )
    return open_rows(builder, boundary, commit or str(builder.hash), split, reading, [])
