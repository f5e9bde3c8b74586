"""Counts how often a difference is claimed where there is none.

    python docs/results/calibration.py 10000 results/benchmarks/calibration.csv

One family is a method and three baselines. All seeds of all four are drawn from one distribution, so every claim is
wrong. With the level of 5 % that the tables use, at most one family in twenty should have a claim.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from bench.statistics.differences import difference
from bench.statistics.families import verdicts

DESIGNS = (
    (4, False, "normal"),
    (5, False, "exponential"),
    (6, False, "normal"),
    (8, True, "normal"),
    (10, True, "exponential"),
)
"""Number of seeds, whether the rows are paired by seed, and the distribution of the seeds."""


def n_claims(families: int, n: int, shared: bool, draw: str) -> int:
    """The number of families in which at least one difference is claimed."""
    generator = np.random.default_rng(n)
    claimed = 0
    for _ in range(families):
        rows = [dict(enumerate(getattr(generator, draw)(size=n).tolist())) for _ in range(4)]
        family = {str(number): difference(rows[0], row, shared=shared) for number, row in enumerate(rows[1:])}
        claimed += any(each in ("higher", "lower") for each in verdicts(family).values())
    return claimed


def main(families: int, path: Path) -> None:
    """Write one row for each design, after each of them."""
    rows = []
    for n, shared, draw in DESIGNS:
        pairing = "paired" if shared else "unpaired"
        row = {"seeds": n, "pairing": pairing, "distribution": draw, "families": families}
        rows.append(row | {"with_a_claim": n_claims(families, n, shared, draw)})
        pd.DataFrame(rows).to_csv(path, index=False, lineterminator="\n")


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[1].isdecimal():
        sys.exit("usage: python docs/results/calibration.py FAMILIES FILE.csv")
    main(int(sys.argv[1]), Path(sys.argv[2]))
