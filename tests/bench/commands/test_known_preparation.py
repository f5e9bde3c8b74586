"""The preparation of a model is used only if it is whole and belongs to the model."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bench.cli.app import main
from bench.datasets.preparation_file import pack, read_preparation

pytestmark = pytest.mark.slow

NAME = "preparation.safetensors"
RUN = ["--methods", "kmeans", "--seeds", "1", "--threads", "1", "--n-clusters", "2"]
ROWS = "width,height\n0,10\n2,30\n1,1\n7,50\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two tables of equal columns, and a fit of each: `one` and `other`."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "a.csv").write_text(ROWS)
    (folder / "b.csv").write_text(ROWS.replace("50", "90"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("DEC_BENCH_CACHE", str(folder / "cache"))
        for name, table in (("one", "a.csv"), ("other", "b.csv")):
            assert main(["run", "--dataset", table, "--name", name, *RUN]) == 0
    return folder


@pytest.fixture
def place(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of `made`, which is the working directory."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEC_BENCH_CACHE", str(tmp_path / "cache"))
    return tmp_path


def call(capfd: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    capfd.readouterr()
    assert main(arguments) == code
    output, errors = capfd.readouterr()
    assert errors.count("\n") == (1 if code else 0), errors
    return errors if code else output


def with_another_scale(path: Path) -> None:
    """Change the scale of the first column; nothing else, such as the length, changes."""
    size = read_preparation(path, "").arrays["size"]
    content = path.read_bytes()
    assert content.count(size.tobytes()) == 1
    path.write_bytes(content.replace(size.tobytes(), (size * 2).tobytes()))


def test_a_changed_scale_in_results_is_found_and_the_run_mends_it(
    place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = place / "results/one/models" / NAME
    whole = path.read_bytes()
    predict = ["predict", "one", "--method", "kmeans", "--dataset", "b.csv", "--to", "labels.csv"]
    export = ["export", "one", "--method", "kmeans", "--to", "model"]
    with_another_scale(path)
    for command in (predict, export):
        message = call(capfd, *command, code=2)
        assert f"{NAME} is damaged: its content differs from its digest; give the command of the run again" in message
    assert not (place / "labels.csv").exists()
    assert not (place / "model").exists()
    call(capfd, "run", "--dataset", "a.csv", "--name", "one", *RUN)
    assert path.read_bytes() == whole
    for command in (predict, export):
        call(capfd, *command)


def test_the_preparation_of_other_data_is_refused(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = place / "results/one/models" / NAME
    path.write_bytes((place / "results/other/models" / NAME).read_bytes())
    predict = ["predict", "one", "--method", "kmeans", "--dataset", "b.csv", "--to", "labels.csv"]
    message = call(capfd, *predict, code=2)
    assert "belongs to other data (" in message
    assert "give the command of the run again" in message
    call(capfd, "run", "--dataset", "a.csv", "--name", "one", *RUN)
    call(capfd, *predict)


def test_an_exported_folder_is_whole_or_refused(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "other"):
        call(capfd, "export", name, "--method", "kmeans", "--to", f"{name}-model")
    path = place / "one-model" / NAME
    whole = path.read_bytes()
    predict = ["predict", "./one-model", "--dataset", "b.csv", "--to", "labels.csv"]
    with_another_scale(path)
    message = call(capfd, *predict, code=2)
    assert f"{NAME} is damaged: its content differs from its digest; export the model again, or copy" in message
    path.write_bytes((place / "other-model" / NAME).read_bytes())
    assert "belongs to another model than that of the folder; export the model" in call(capfd, *predict, code=2)
    path.write_bytes(pack(replace(read_preparation(path, ""), weights_digest="")))
    assert "belongs to another model than that of the folder; export the model" in call(capfd, *predict, code=2)
    path.write_bytes(whole)
    call(capfd, *predict)


def test_damage_in_the_cache_is_mended_by_the_next_run(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = place / "results/one/models" / NAME
    whole = path.read_bytes()
    shutil.rmtree(place / "cache")
    call(capfd, "run", "--dataset", "a.csv", "--name", "one", *RUN)
    (entry,) = place.glob(f"cache/*/{NAME}")
    assert entry.read_bytes() == whole
    with_another_scale(entry)
    capfd.readouterr()
    assert main(["run", "--dataset", "a.csv", "--name", "one", *RUN]) == 0
    assert "was damaged (preparation.safetensors has changed since it was written)" in "".join(capfd.readouterr())
    assert entry.read_bytes() == path.read_bytes() == whole
