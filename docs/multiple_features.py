"""UCI's Multiple Features as a folder that the suite reads: 2,000 handwritten digits of 16 × 15 pixels.

    python docs/multiple_features.py mfeat-pix data/multiple-features

`mfeat-pix` comes from https://archive.ics.uci.edu/dataset/72/multiple+features (R. P. W. Duin 1998, CC BY 4.0): a line
an image, 240 means of 2 × 3 pixels from 0 to 6, row by row, 200 lines for each digit from 0 to 9.
"""

import sys
from pathlib import Path

import numpy as np
from datasets import ClassLabel, Dataset, Features, Image

HEIGHT, WIDTH, MOST, EACH = 16, 15, 6, 200


def main(source: Path, folder: Path) -> None:
    """Write train.parquet to `folder`, each pixel times 255 / 6 and rounded."""
    pixels = np.loadtxt(source, dtype=np.int64)
    if pixels.shape != (10 * EACH, HEIGHT * WIDTH) or pixels.min() != 0 or pixels.max() != MOST:
        sys.exit(f"{source} is not mfeat-pix: expected 2000 lines of 240 whole numbers from 0 to 6.")
    images = np.rint(pixels * (255 / MOST)).astype(np.uint8).reshape(-1, HEIGHT, WIDTH)
    labels = np.repeat(np.arange(10), EACH)
    features = Features({"image": Image(), "label": ClassLabel(names=[str(digit) for digit in range(10)])})
    folder.mkdir(parents=True, exist_ok=True)
    Dataset.from_dict({"image": list(images), "label": labels}, features=features).to_parquet(folder / "train.parquet")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python docs/multiple_features.py mfeat-pix FOLDER")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
