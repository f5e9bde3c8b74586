"""Tables as CSV, with cells that need quotes."""

import csv
from pathlib import Path

import pandas as pd

from bench.report.csv_files import write_csv

CELLS = ["=1+1", "-2", "@x", "a,b", 'q"t', "two\nlines", "a\rb", "c\r\nd", "\x1b[31m", "../x", "\u202e", " x "]


def test_every_cell_is_read_back_as_it_was(tmp_path: Path):
    path = write_csv(tmp_path / "t.csv", pd.DataFrame({"name": CELLS, "n\r": range(len(CELLS))}))
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [["name", "n\r"], *([cell, str(number)] for number, cell in enumerate(CELLS))]
    table = pd.read_csv(path)
    assert table["name"].tolist() == CELLS
