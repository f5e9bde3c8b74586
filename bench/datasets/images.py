"""A loaded data set: a read-only matrix of pixels or other features, with its labels and its origin."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.store.reading import READ_PLAIN, Reading
from bench.store.records import DataSummary
from bench.store.remarks import Remark


@dataclass(frozen=True, eq=False)
class ImageData:
    """Flattened images, or a table. Two data sets are equal exactly if their digests are equal."""

    name: str
    """The name as the user typed it."""
    source: str
    """Hub id, folder name or package of the images."""
    revision: str
    """Commit on the Hub, version of the package, or digest of the folder's listing."""
    split: str
    """Split expression; `all` for bundled data sets."""
    features: npt.NDArray[np.float32]
    """(n_samples, n_features); read-only, memory-mapped. Images: pixels in [0, 1], height × width × channel flattened.
    Other data: the numbers that `feature_kind` describes."""
    labels: npt.NDArray[np.int64] | None
    """(n_samples,) indices into `class_names`; read-only; None if the data set has no labels."""
    image_shape: tuple[int, int, int] | None
    """Height, width, channels; None for a table."""
    class_names: list[str] | None
    """None if the data set has no labels."""
    digest: str
    """SHA-256 of features, labels and image shape."""
    parts: Mapping[str, int] = field(default_factory=dict)
    """Number of rows of each part of `split`, in order; {"train": 60000, "test": 10000} for "train+test".

    Empty if two parts are equal, or if one part alone is not a valid expression or has no rows."""
    notes: tuple[Remark, ...] = ()
    """What was not read, which every table shows; facts and events for the user of a command alone."""

    how_read: tuple[Remark, ...] = ()
    """For the readers of each table, too: rows that were drawn or left out, and changes of the images."""
    skipped: tuple[str, ...] = ()
    """Each row that was left out because it cannot be read, with the reason."""
    feature_kind: str = ""
    """What the features are, such as "columns, standardised"; empty for pixels."""
    row_names: tuple[str, ...] | None = None
    """(n_samples,) file names or ids of the rows; None where the source has none."""
    row_numbers: tuple[int, ...] | None = None
    """(n_samples,) numbers of the rows in the source, from 0 over all parts of `split`; None if no row was left out."""
    row_texts: tuple[str, ...] | None = None
    """(n_samples,) the beginning of each text, as one line; None for other data."""
    reading: Reading = READ_PLAIN
    """How the rows were read."""
    asked_split: str = ""
    """The split expression with which `load` finds this data set in the cache again; empty: `split`."""
    preparation: Path | None = None
    """File that says how new rows become such features, see `preparation_file`."""

    def summary(self) -> DataSummary:
        """The description of this data set that a manifest contains."""
        return DataSummary(
            name=self.name,
            source=self.source,
            revision=self.revision,
            split=self.split,
            digest=self.digest,
            n_samples=self.features.shape[0],
            n_features=self.features.shape[1],
            image_shape=self.image_shape,
            class_names=self.class_names,
            feature_kind=self.feature_kind,
            reading=self.reading,
            how_read=[remark.text for remark in self.how_read if remark.kind == "fact"],
            caveats=[r.text for r in (*self.notes, *self.how_read) if r.kind in ("caveat", "part")],
        )
