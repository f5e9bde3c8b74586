"""Converts UCI's Multiple Features, 2,000 handwritten digits of 16 × 15 pixels, to a data set folder.

    python docs/results/multiple_features.py mfeat-pix data/multiple-features

`mfeat-pix` comes from https://archive.ics.uci.edu/dataset/72/multiple+features (R. P. W. Duin 1998, CC BY 4.0). It has
one line per image, 200 lines for each digit from 0 to 9. A line has 240 numbers from 0 to 6, row by row. Each number is
the mean of 2 × 3 pixels.
"""

import sys
from pathlib import Path

import numpy as np
from datasets import ClassLabel, Dataset, Features, Image

HEIGHT, WIDTH, MAXIMUM, PER_CLASS = 16, 15, 6, 200


def main(source: Path, folder: Path) -> None:
    """Write train.parquet to `folder`. Each pixel is multiplied by 255 / 6 and rounded."""
    pixels = np.loadtxt(source, dtype=np.int64)
    if pixels.shape != (10 * PER_CLASS, HEIGHT * WIDTH) or pixels.min() != 0 or pixels.max() != MAXIMUM:
        sys.exit(f"{source} is not mfeat-pix: expected 2000 lines of 240 whole numbers from 0 to 6.")
    images = np.rint(pixels * (255 / MAXIMUM)).astype(np.uint8).reshape(-1, HEIGHT, WIDTH)
    labels = np.repeat(np.arange(10), PER_CLASS)
    features = Features({"image": Image(), "label": ClassLabel(names=[str(digit) for digit in range(10)])})
    folder.mkdir(parents=True, exist_ok=True)
    Dataset.from_dict({"image": list(images), "label": labels}, features=features).to_parquet(folder / "train.parquet")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python docs/results/multiple_features.py mfeat-pix FOLDER")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
