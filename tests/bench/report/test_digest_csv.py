"""A table that a later command reads is read equal, or is set aside with a line."""

from pathlib import Path

import pandas as pd
import pytest

from bench.errors import UsageError
from bench.report import digest_csv
from bench.report.csv_files import write_csv
from bench.report.digest_csv import read_digest_csv, write_digest_csv

TABLE = pd.DataFrame(
    {
        "space": ["pixels", 'codes, "dec"', "two\nlines"],
        "index": [0.1 + 0.2, None, 1e-300],
        "chosen": [True, False, False],
        "other": ["", "x", "ü"],
        "made_from": ["012345678901"] * 3,
    }
)


def read(path: Path, warnings: list[str]) -> pd.DataFrame | None:
    return read_digest_csv(path, ["index", "chosen"], ["space", "made_from"], warnings.append, "it is made again")


def test_a_table_is_read_back_equal(tmp_path: Path) -> None:
    warnings: list[str] = []
    path = write_digest_csv(tmp_path / "table.csv", TABLE)
    read_back = read(path, warnings)
    assert read_back is not None
    pd.testing.assert_frame_equal(read_back.fillna({"other": ""}), TABLE, check_dtype=False)
    assert read(tmp_path / "absent.csv", warnings) is None
    assert warnings == []


def test_a_flipped_bit_is_found_or_changes_nothing(tmp_path: Path) -> None:
    path = write_digest_csv(tmp_path / "table.csv", TABLE)
    content = path.read_bytes()
    whole = read(path, [])
    for position in range(len(content)):
        for bit in range(8):
            damaged = bytearray(content)
            damaged[position] ^= 1 << bit
            path.write_bytes(damaged)
            warnings: list[str] = []
            table = read(path, warnings)
            if table is None:
                assert len(warnings) == 1
                assert "table.csv.corrupt; it is made again." in warnings[0]
            else:
                pd.testing.assert_frame_equal(table, whole)


@pytest.mark.parametrize(
    "table",
    [
        TABLE.drop(columns="space"),
        TABLE.assign(index=["a", "b", "c"]),
        TABLE.assign(space=[None, "a", "b"]),
        TABLE[:0],
        pd.DataFrame(),
    ],
)
def test_a_forged_table_with_a_digest_of_its_own_is_set_aside(tmp_path: Path, table: pd.DataFrame) -> None:
    warnings: list[str] = []
    assert read(write_digest_csv(tmp_path / "table.csv", table), warnings) is None
    assert len(warnings) == 1


def test_a_table_without_a_digest_is_set_aside(tmp_path: Path) -> None:
    warnings: list[str] = []
    assert read(write_csv(tmp_path / "table.csv", TABLE), warnings) is None
    assert "does not match its digest" in warnings[0]


def test_a_file_that_cannot_be_read_is_not_damaged(tmp_path, monkeypatch):
    def refuse(path):
        raise UsageError(f"cannot read {path}")

    path = write_digest_csv(tmp_path / "t.csv", pd.DataFrame({"a": [1]}))
    monkeypatch.setattr(digest_csv, "read_file", refuse)
    with pytest.raises(UsageError, match="cannot read"):
        digest_csv.read_digest_csv(path, ["a"], [], lambda line: None, "remedy")
    assert path.exists()
