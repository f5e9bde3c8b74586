"""The folders of torch and numba for compiled code are inside the project's cache folder."""

import os
import subprocess
import sys
from getpass import getuser
from pathlib import Path

import pytest
from commands import bench

from bench.datasets.cache_folder import private_folder
from methods import caches
from methods.caches import folder_for_numba, give_torch_its_own_folder

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def without_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", "")  # so that the value is restored after the test
    monkeypatch.delenv("TORCHINDUCTOR_CACHE_DIR")
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    monkeypatch.setenv("DEC_BENCH_CACHE", str(tmp_path / "deep" / "cache"))


def test_the_folder_is_in_the_cache_of_data_sets_and_only_its_user_may_read_it():
    give_torch_its_own_folder()
    folder = Path(os.environ["TORCHINDUCTOR_CACHE_DIR"])
    assert folder == private_folder(None) / "torch"
    assert folder.is_dir()
    if os.name == "posix":
        assert [path.stat().st_mode & 0o777 for path in (folder, folder.parent)] == [0o700, 0o700]


def test_a_folder_that_the_user_has_set_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", "mine")
    give_torch_its_own_folder()
    assert os.environ["TORCHINDUCTOR_CACHE_DIR"] == "mine"
    assert not list(tmp_path.iterdir())


def test_if_the_folder_cannot_be_made_torch_keeps_its_own_choice(tmp_path: Path):
    (tmp_path / "deep").write_text("a file")
    give_torch_its_own_folder()
    assert "TORCHINDUCTOR_CACHE_DIR" not in os.environ


def can_write_only_below(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a read-only installation without a home."""
    can_write = caches._can_write
    monkeypatch.setattr(caches, "_can_write", lambda path: path.is_relative_to(folder) and can_write(path))


def test_numba_keeps_its_own_choice_where_it_can_write():
    with folder_for_numba():
        assert "NUMBA_CACHE_DIR" not in os.environ


def test_numba_gets_a_folder_in_the_cache_where_it_cannot_write(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    can_write_only_below(tmp_path, monkeypatch)
    with folder_for_numba():
        assert os.environ["NUMBA_CACHE_DIR"] == str(tmp_path / "deep/cache/numba")
    assert (tmp_path / "deep/cache/numba").is_dir()


def test_a_folder_of_numba_that_the_user_has_set_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    can_write_only_below(tmp_path, monkeypatch)
    monkeypatch.setenv("NUMBA_CACHE_DIR", "mine")
    with folder_for_numba():
        assert os.environ["NUMBA_CACHE_DIR"] == "mine"
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_code_is_not_kept_where_others_can_write(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    can_write_only_below(tmp_path, monkeypatch)
    (tmp_path / "deep/cache").mkdir(parents=True)
    (tmp_path / "deep/cache").chmod(0o777)
    with folder_for_numba():
        assert "NUMBA_CACHE_DIR" not in os.environ


def test_without_any_folder_the_error_of_numba_is_one_line_that_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    can_write_only_below(tmp_path / "nowhere", monkeypatch)
    with pytest.raises(ImportError, match="DEC_BENCH_CACHE or NUMBA_CACHE_DIR") as error, folder_for_numba():
        raise RuntimeError("cannot cache function 'rdist': no locator available for file 'layouts.py'")
    assert "\n" not in str(error.value)
    with pytest.raises(RuntimeError, match="something else"), folder_for_numba():
        raise RuntimeError("something else")


NUMBA = """
import os, sys, tempfile
real = tempfile.TemporaryFile
def temporary_file(*arguments, dir=None, **options):  # as if only the cache could be written
    if dir is not None and not str(dir).startswith(os.environ["DEC_BENCH_CACHE"]):
        raise PermissionError(13, "Permission denied", str(dir))
    return real(*arguments, dir=dir, **options)
tempfile.TemporaryFile = temporary_file
from methods.caches import folder_for_numba
with folder_for_numba():
    import numba
    import cached
print(cached.double(21))
"""


@pytest.mark.slow
def test_numba_compiles_into_the_cache_if_nothing_else_can_be_written(tmp_path: Path):
    pytest.importorskip("numba")
    (tmp_path / "cached.py").write_text(
        "import numba\n@numba.njit('int64(int64)', cache=True)\ndef double(x):\n    return 2 * x\n"
    )
    cache = tmp_path / "cache"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "NUMBA_"))}
    environment |= {"HOME": os.devnull, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}", "DEC_BENCH_CACHE": str(cache)}
    done = subprocess.run([sys.executable, "-c", NUMBA], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "42\n", "")
    assert list((cache / "numba").rglob("*.nbi"))


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="the name of the temporary folder is in TMPDIR")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_file_with_the_name_of_the_folder_of_torch_fails_no_cell(tmp_path: Path, jobs: str):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    (temporary / f"torchinductor_{getuser()}").write_text("the file of another user")
    short = "--dataset digits --param dec.pretrain_epochs=1 --param dec.epochs=1"
    command = f"run --methods dec --seeds 1 --jobs {jobs} {short} --results-dir {tmp_path / 'results'}"
    done = bench(command, ROOT, {**os.environ, "TMPDIR": str(temporary)}, draws=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list((tmp_path / "results/digits/cells").glob("*.json"))) == 1
