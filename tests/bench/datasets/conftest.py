"""Small folders in the Hub's layout, and a separate cache for each test."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import datasets
import pytest

MakeFolder = Callable[..., Path]


@pytest.fixture(autouse=True)
def cache_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache of each test in this folder, also of tests that do not name it."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("DEC_BENCH_CACHE", str(folder))
    return folder


@pytest.fixture
def make_folder(tmp_path: Path) -> MakeFolder:
    """A function that writes one Parquet file for each split, as on the Hub."""
    datasets.disable_progress_bars()

    def make(features: dict[str, Any], name: str = "pictures", **splits: dict[str, list[Any]]) -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        for split, columns in splits.items():
            table = datasets.Dataset.from_dict(columns, features=datasets.Features(features))
            table.to_parquet(folder / f"{split}-00000-of-00001.parquet")
        return folder

    return make
