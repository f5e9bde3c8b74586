"""A data set while it is decoded into the cache: all of its labels, and its images batch by batch."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import prod

import msgspec
import numpy as np
import numpy.typing as npt

from bench.datasets.preparation import Preparation
from bench.datasets.rows import RowIdentity, Rows
from bench.store.records import SCHEMA_VERSION
from bench.store.remarks import Remark

DecodingCallback = Callable[[int, int], None]
"""Called with the number of images that are decoded and the number of all images."""


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """The description of the arrays of a data set; the fields are explained at `ImageData`."""

    source: str
    revision: str
    split: str
    parts: dict[str, int]
    n_samples: int
    image_shape: tuple[int, int, int] | None
    n_columns: int | None = None
    """Number of columns of a table; None for images."""
    class_names: list[str] | None
    notes: list[Remark] = []
    how_read: list[Remark] = []
    skipped: list[str] = []
    feature_kind: str = ""
    rows_digest: str = ""
    """SHA-256 of the file with the names, numbers and texts of the rows; empty without any."""
    preparation_digest: str = ""
    """SHA-256 of the file with the preparation of the rows; empty without one."""
    arrays_digest: str = ""
    """Digest of the arrays; empty until all images are decoded. A field `digest` is that of the file (see `encode`)."""
    entry: str = ""
    """Name of the entry of the cache, so that an entry under another name is noticed; empty until then, too."""
    schema_version: int = SCHEMA_VERSION

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of the features, (n_samples, n_features)."""
        return self.n_samples, prod(self.image_shape) if self.image_shape else self.n_columns or 0


@dataclass(frozen=True)
class ImageStream:
    """The data that a reader passes to the cache. Only one batch of images is in memory at a time."""

    metadata: Metadata
    labels: npt.NDArray[np.int64] | None
    """(n_samples,)."""
    batches: Iterator[npt.NDArray[np.float32]]
    """Consecutive rows of the (n_samples, n_features) matrix; pixels are in [0, 1]."""
    identity: RowIdentity = field(default_factory=RowIdentity)
    """The names and numbers of the rows in the source, and the beginnings of texts."""
    preparation: Preparation | None = None
    """How new rows become such features; None for the features of another entry of the cache."""
    how_read: Callable[[], list[Remark]] = list
    """Called after the last batch: remarks that are known only then (see `ImageData.how_read`)."""


def metadata_of(
    rows: Rows,
    *,
    image_shape: tuple[int, int, int] | None = None,
    n_columns: int | None = None,
    feature_kind: str = "",
    notes: list[Remark] | None = None,
) -> Metadata:
    """The metadata of `rows` with features of this shape; `notes` are added to those of the rows."""
    return Metadata(
        source=rows.source,
        revision=rows.revision,
        split=rows.split,
        parts=rows.parts,
        n_samples=len(rows),
        image_shape=image_shape,
        n_columns=n_columns,
        class_names=rows.class_names,
        notes=rows.notes + (notes or []),
        how_read=rows.how_read,
        skipped=rows.skipped,
        feature_kind=feature_kind,
    )
