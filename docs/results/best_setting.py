"""Prints the options of the setting with the highest mean accuracy in a cells.csv, as `option=value` on one line.

    python docs/results/best_setting.py results/tuning-mnist/som/cells.csv

Only docs/results/tuning.sh uses it, to tune a baseline with the true labels in sight.
"""

import json
import sys
from pathlib import Path

import pandas as pd


def main(path: Path) -> None:
    """Print the options that the manifest beside the file says were varied or set."""
    cells = json.loads(path.with_name("manifest.json").read_text("utf-8"))["cells"]
    options = list(dict.fromkeys(name for cell in cells for name in cell["params"]))
    means = pd.read_csv(path).groupby(options)["accuracy"].mean()
    best = means.idxmax()
    values = best if isinstance(best, tuple) else (best,)
    sys.stdout.write(" ".join(f"{name}={value}" for name, value in zip(options, values, strict=True)) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python docs/results/best_setting.py CELLS.CSV")
    main(Path(sys.argv[1]))
