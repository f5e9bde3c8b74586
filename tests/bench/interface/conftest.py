"""A cache for the data sets of these tests, and processes that see this source and the modules of the tests."""

import os
from pathlib import Path

import pytest
from documents import ROOT


@pytest.fixture(autouse=True)
def environment(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of this process, which the processes that it starts inherit."""
    cache = tmp_path_factory.getbasetemp() / "interface-cache"
    cache.mkdir(mode=0o700, exist_ok=True)
    monkeypatch.setenv("DEC_BENCH_CACHE", str(cache))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(ROOT), str(ROOT / "tests" / "support"))))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    return dict(os.environ)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for results."""
    return tmp_path / "results"
