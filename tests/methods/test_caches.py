"""torch's folder for compiled code is inside the project's cache folder."""

import os
import subprocess
import sys
from getpass import getuser
from pathlib import Path

import pytest

from bench.datasets.cache_folder import private_folder
from methods.caches import give_torch_its_own_folder

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def without_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", "")  # so that the value is restored after the test
    monkeypatch.delenv("TORCHINDUCTOR_CACHE_DIR")
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


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="the name of the temporary folder is in TMPDIR")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_file_with_the_name_of_the_folder_of_torch_fails_no_cell(tmp_path: Path, jobs: str):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    (temporary / f"torchinductor_{getuser()}").write_text("the file of another user")
    environment = {**os.environ, "TMPDIR": str(temporary)}
    short = ["--dataset", "digits", "--param", "dec.pretrain_epochs=1", "--param", "dec.epochs=1"]
    folder = ["--results-dir", str(tmp_path / "results")]
    done = subprocess.run(
        [sys.executable, "-m", "bench", "run", "--methods", "dec", "--seeds", "1", "--jobs", jobs, *short, *folder],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list((tmp_path / "results/digits/cells").glob("*.json"))) == 1
