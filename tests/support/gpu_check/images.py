"""All images of MNIST as one array: decoded once from a folder in the Hub's layout, then read from a file."""

import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import PIL.Image
import pyarrow.parquet
from gpu_check.machine import Check

UInt8Array = npt.NDArray[np.uint8]
FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]


def decode(folder: Path) -> tuple[UInt8Array, IntArray]:
    """The images, (n, 28, 28), and their labels, (n,), of the Parquet files: first the training part, then the test.

    The folder is read without the package `datasets`. Raises FileNotFoundError if it has no Parquet file.
    """
    files = sorted(folder.rglob("*.parquet"), key=lambda path: (not path.name.startswith("train"), path.name))
    if not files:
        raise FileNotFoundError(f"{folder} has no Parquet file; expected all of MNIST in the Hub's layout.")
    table = pyarrow.concat_tables([pyarrow.parquet.read_table(path, columns=["image", "label"]) for path in files])
    encoded = table.column("image").combine_chunks().field("bytes").to_pylist()
    with ThreadPoolExecutor() as pool:
        decoded = list(pool.map(lambda one: np.asarray(PIL.Image.open(BytesIO(one)), dtype=np.uint8), encoded))
    return np.stack(decoded), table.column("label").to_numpy().astype(np.int64)


def count(check: Check) -> int:
    """The number of images of this check."""
    with np.load(check.data) as arrays:
        return check.scaled(len(arrays["y"]), 600)


def read(check: Check) -> tuple[UInt8Array, IntArray]:
    """The images and labels of this check: all of them, or at a smaller scale a part that is drawn once."""
    with np.load(check.data) as arrays:
        images, labels = arrays["X"], arrays["y"]
    rows = np.random.default_rng(0).permutation(len(images))[: count(check)]
    return np.ascontiguousarray(images[rows]), labels[rows]


def pixels(images: UInt8Array) -> FloatArray:
    """The images as rows of numbers in [0, 1], (n, 784)."""
    return images.reshape(len(images), -1).astype(np.float32) / np.float32(255)


def main(folder: str) -> None:
    """Write the file that every other stage reads."""
    images, labels = decode(Path(folder))
    np.savez(Check.of_environment().data, X=images, y=labels)
    sys.stdout.write(f"{len(images):,} images of {images.shape[1]} × {images.shape[2]} pixels\n")


if __name__ == "__main__":
    main(sys.argv[1])
