"""Data sets of plug-ins: arrays or a path, and each fault in one line with the package."""

import sys
from pathlib import Path

import numpy as np
import pytest
from plugin_packages import install

from bench.datasets import catalogue
from bench.datasets.catalogue import Place, locate
from bench.datasets.load import load
from bench.errors import UsageError
from bench.experiments.reading import reading_of
from methods.registry import installed

SOURCE = """
from pathlib import Path
import numpy as np

def arrays():
    return np.arange(24.0).reshape(12, 2) / 24, ["a", "b"] * 6

def path():
    file = Path(__file__).with_name("numbers.csv")
    file.write_text("width,height,label\\n" + "".join(f"{i},{i % 3},{i % 2}\\n" for i in range(12)))
    return file

def fails():
    raise KeyError("my own problem")

def exits():
    raise SystemExit(3)

def wrong():
    return np.array([[np.nan, 1.0], [1.0, 2.0]])

number = 3
"""
POINTS = """[dec_bench.datasets]
tiny-arrays = tiny_data_of_tests:arrays
tiny-path = tiny_data_of_tests:path
fails = tiny_data_of_tests:fails
exits = tiny_data_of_tests:exits
wrong = tiny_data_of_tests:wrong
script = tiny_script_of_tests:arrays
number = tiny_data_of_tests:number
absent = tiny_data_of_tests:absent
digits = tiny_data_of_tests:arrays
"""


@pytest.fixture(autouse=True)
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(tmp_path)
    modules = {"tiny_data_of_tests": SOURCE, "tiny_script_of_tests": "raise SystemExit(4)"}
    install(tmp_path, "tiny-data", modules, POINTS)
    for name in modules:
        monkeypatch.delitem(sys.modules, name, raising=False)
    installed.cache_clear()
    yield
    installed.cache_clear()


def test_arrays_are_cached_by_content_and_have_the_name_and_the_package(tmp_path: Path):
    assert locate("tiny-arrays") == Place("plugin", "tiny-arrays")
    first, again = (load("tiny-arrays", cache_dir=tmp_path / "cache") for _ in range(2))
    assert (first.name, first.source, first.class_names) == ("tiny-arrays", "tiny-data 1.0", ["a", "b"])
    np.testing.assert_array_equal(first.features, np.arange(24, dtype=np.float32).reshape(12, 2) / 24)
    assert first.digest == again.digest
    assert len(load("tiny-arrays", cache_dir=tmp_path / "cache", reading=reading_of({"limit": 5})).features) == 5


def test_a_path_is_read_as_on_the_command_line(tmp_path: Path):
    reading = reading_of({"label_column": "label"})
    data = load("tiny-path", cache_dir=tmp_path / "cache", reading=reading)
    same = load(str(tmp_path / "numbers.csv"), cache_dir=tmp_path / "cache", reading=reading)
    assert (data.name, data.source, data.digest) == ("tiny-path", "tiny-data 1.0", same.digest)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("fails", "data set 'fails' of plug-in tiny-data 1.0: its function failed (KeyError: 'my own problem')"),
        ("exits", "data set 'exits' of plug-in tiny-data 1.0: its function failed (SystemExit: 3)"),
        (
            "script",
            "data set 'script' of plug-in tiny-data 1.0: cannot load 'tiny_script_of_tests:arrays' (SystemExi",
        ),
        ("number", "data set 'number' of plug-in tiny-data 1.0: 'tiny_data_of_tests:number' is a int; expected a func"),
        ("absent", "data set 'absent' of plug-in tiny-data 1.0: cannot load 'tiny_data_of_tests:absent' (AttributeErr"),
        ("wrong", "data set 'wrong' of plug-in tiny-data 1.0: "),
    ],
)
def test_a_fault_is_one_line_with_the_package(name: str, message: str, tmp_path: Path):
    with pytest.raises(UsageError) as error:
        load(name, cache_dir=tmp_path / "cache")
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


def test_arrays_have_no_splits(tmp_path: Path):
    with pytest.raises(UsageError, match="it has arrays, and no splits; expected 'all', got 'test'"):
        load("tiny-arrays", "test", cache_dir=tmp_path / "cache")


def test_a_mistyped_name_and_a_name_that_is_taken():
    with pytest.raises(UsageError, match="unknown data set 'tiny-array'; did you mean 'tiny-arrays'"):
        locate("tiny-array")
    (line,) = catalogue.plugin_problems()
    assert "plug-in tiny-data 1.0, entry point dec_bench.datasets: the name 'digits' is one of dec-bench's own" in line
    assert locate("digits").kind == "bundled"
