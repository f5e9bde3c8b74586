"""Rows have the names of their files, else the values of a column of ids; never the names of some rows only."""

from pathlib import Path

import pytest
from columns import parquet_set, png, read_set
from pictures import class_folders

FILES = [png(0), png(255)]


def cells(*paths: str | None) -> list[dict[str, object]]:
    return [{"bytes": file, "path": path} for file, path in zip(FILES, paths, strict=True)]


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        ({"image": cells("a.png", "b.png")}, ("a.png", "b.png")),
        ({"image": cells("a.png", "a.png"), "id": [7, 8]}, ("7", "8")),
        ({"image": cells("a.png", None), "__key__": ["k", "l"], "id": [7, 8]}, ("k", "l")),
        ({"image": FILES, "id": [7, 7], "File-Name": ["x.png", "y.png"]}, ("x.png", "y.png")),
        ({"image": FILES, "id": [7, 7]}, None),
        ({"image": FILES, "id": [1.5, 2.5]}, None),
        ({"image": FILES, "id": ["a", None]}, None),
    ],
)
def test_the_names_of_rows(tmp_path: Path, columns: dict[str, object], names: tuple[str, ...] | None):
    assert read_set(parquet_set(tmp_path / "set", train=columns)).row_names == names


def test_image_files_have_their_path_in_the_data_set(tmp_path: Path):
    folder = class_folders(tmp_path / "set", 1)
    assert read_set(folder).row_names == ("a/0.png", "b/0.png")
