"""Opens a data set of the Hugging Face Hub."""

from pathlib import Path

import datasets
import huggingface_hub.constants

from bench.datasets import hub
from bench.datasets.boundary import Boundary
from bench.datasets.builders import prepared
from bench.datasets.configurations import configuration_note, make_builder
from bench.datasets.downloaded import find_downloaded, open_downloaded
from bench.datasets.rows import Rows
from bench.datasets.table_rows import open_rows
from bench.store.reading import Reading
from bench.store.remarks import caveat


def open_hub(hub_id: str, revision: str | None, split: str, reading: Reading) -> Rows:
    """Open a data set of the Hub at `revision`, or at the newest revision if None.

    If the Hub cannot be reached, what an earlier run downloaded is used, and a note says which revision it is. The
    downloaded files stay in the cache of the Hub's library. Raises UsageError if the data set cannot be read, or if a
    row names a file that was not downloaded with it.
    """
    downloads = (
        Path(huggingface_hub.constants.HF_HUB_CACHE) / f"datasets--{hub_id.replace('/', '--')}",
        Path(datasets.config.DOWNLOADED_DATASETS_PATH),
        Path(datasets.config.EXTRACTED_DATASETS_PATH),
    )
    boundary = Boundary(hub_id, downloads, f"hf://datasets/{hub_id}@")
    try:
        commit = hub.commit_of(hub_id, revision)
    except hub.UnreachableError:
        found = find_downloaded(hub_id, revision, reading.config)
        if found is None:
            raise
        builder = prepared(lambda: open_downloaded(hub_id, found), boundary)
        note = caveat(
            f"no network: data set '{hub_id}' is read at the revision {found.commit}, which was downloaded earlier; "
            "the Hub may have a newer one"
        )
        return open_rows(builder, boundary, found.commit, split, reading, [note])
    builder = prepared(lambda: make_builder(hub_id, reading.config, hub_id, revision=commit or revision), boundary)
    notes = configuration_note(builder, reading.config, hub_id)
    return open_rows(builder, boundary, commit or str(builder.hash), split, reading, notes)
