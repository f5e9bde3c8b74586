"""The default split takes what is there, and names what it does not read."""

from pathlib import Path

import pytest
from columns import parquet_set, read_set, refused

from bench.datasets.images import ImageData

ROWS = {"label": ["a", "b"]}


def told(data: ImageData) -> list[str]:
    """The notes without the one about the column of labels."""
    return [note.text for note in data.notes if "labels: column 'label'" not in note.text]


@pytest.mark.parametrize(
    ("splits", "split", "note"),
    [
        (["validation"], "validation", None),
        (["train", "test"], "train+test", None),
        (
            ["train", "validation"],
            "train",
            "split 'validation' (2 rows) is not read, only train; --split all reads all",
        ),
        (["train", "test", "validation"], "train+test", "'validation' (2 rows) is not read, only train and test"),
    ],
)
def test_the_default_split(tmp_path: Path, splits: list[str], split: str, note: str | None):
    folder = parquet_set(tmp_path / "set", **dict.fromkeys(splits, ROWS))
    data = read_set(folder)
    assert data.split == split
    assert (note is None and told(data) == []) or (note is not None and note in told(data)[0])
    everything = read_set(folder, "all")
    assert len(everything.features) == 2 * len(splits)
    assert told(everything) == []


def test_splits_of_other_names_are_all_read(tmp_path: Path):
    parquet_set(tmp_path / "set", one=ROWS, two=ROWS)
    card = (
        "---\nconfigs:\n- config_name: default\n  data_files:\n  - split: one\n    path: one.parquet\n  - split: two\n"
    )
    (tmp_path / "set" / "README.md").write_text(f"{card}    path: two.parquet\n---\n")
    data = read_set(tmp_path / "set")
    assert (data.split, len(data.features), told(data)) == ("one+two", 4, [])


def test_an_unknown_split_has_near_misses(tmp_path: Path):
    folder = parquet_set(tmp_path / "set", validation=ROWS)
    assert "unknown split 'validaton'; did you mean 'validation'? known: validation" in refused(folder, "validaton")
