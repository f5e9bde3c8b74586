"""Loading all of MNIST a second time: mapped from the cache, or decoded image by image."""

import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
from contest import Run, Scale

from bench.datasets.images import ImageData
from bench.datasets.load import load


def images(scale: Scale) -> ImageData:
    """All of MNIST, or 5,000 images of it."""
    return load(scale.mnist) if scale.full else load("mnist-5k")


def pixels(scale: Scale, full: int = 70_000, quick: int = 500) -> npt.NDArray[np.float32]:
    """Images in random order, one row each."""
    features = images(scale).features
    rows = np.random.default_rng(0).permutation(len(features))[: scale.pick(full, quick)]
    return np.ascontiguousarray(features[rows])


def mapped(scale: Scale) -> Run:
    images(scale)

    def run():
        features = images(scale).features
        mean = float(features.mean(dtype=np.float64))  # the mean reads all of the memory-mapped file
        return lambda: {"images": len(features), "mean": mean}

    return run


def decoded(scale: Scale) -> Run:
    """`np.stack` over the decoded images of a `datasets` data set, as tutorials do it."""
    import datasets

    datasets.disable_progress_bars()
    if scale.full:
        hub_id = scale.mnist if Path(scale.mnist).is_dir() else "ylecun/mnist"
        table = datasets.load_dataset(hub_id, split="train+test", cache_dir=tempfile.mkdtemp())
    else:
        features = (images(scale).features * 255).round().astype(np.uint8).reshape(-1, 28, 28)
        table = datasets.Dataset.from_dict({"image": list(features)}, datasets.Features({"image": datasets.Image()}))

    def run():
        stacked = np.stack([np.asarray(image) for image in table["image"]]).reshape(len(table), -1) / np.float32(255)
        mean = float(stacked.mean(dtype=np.float64))
        return lambda: {"images": len(stacked), "mean": mean}

    return run
