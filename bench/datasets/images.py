"""An image set as every method sees it: a read-only matrix of pixels."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from bench.store.records import DataSummary


@dataclass(frozen=True, eq=False)
class ImageData:
    """Images, flattened. Two sets are the same data exactly if their digests are equal."""

    name: str
    """As the user typed it."""
    source: str
    """Hub id, folder name or package that the images came from."""
    revision: str
    """Commit on the Hub, version of the package, or digest of the folder's listing."""
    split: str
    """Split expression as typed; `all` for bundled sets."""
    features: npt.NDArray[np.float32]
    """(n_samples, n_features), pixels in [0, 1], height × width × channel flattened; read-only, memory-mapped."""
    labels: npt.NDArray[np.int64] | None
    """(n_samples,) indices into `class_names`; read-only; None where the set carries no labels."""
    image_shape: tuple[int, int, int]
    """Height, width, channels."""
    class_names: list[str] | None
    digest: str
    """SHA-256 of features, labels and image shape, computed when the set was decoded."""
    parts: Mapping[str, int] = field(default_factory=dict)
    """Number of rows of each part of the split expression, in the order of the rows, such as
    `{"train": 60000, "test": 10000}`; empty where they are not known."""

    def summary(self) -> DataSummary:
        """What a manifest says of this set."""
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
        )
