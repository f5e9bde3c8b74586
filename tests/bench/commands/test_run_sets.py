"""A run on several data sets: it resumes, it refuses a set that cannot be read, and one fault leaves the others."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from commands import until
from interrupts import Driver, Interrupt
from PIL import Image

from bench.cli.app import main
from bench.report.figures.declarations import FIGURES
from bench.store.sets import read_sets
from bench.store.store import Store

pytestmark = pytest.mark.slow  # each command loads torch, or starts processes


@pytest.fixture(autouse=True)
def place(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the folders of images `blobs` and `spots`."""
    cache = tmp_path_factory.getbasetemp() / "sets-cache"
    cache.mkdir(mode=0o700, exist_ok=True)
    monkeypatch.setenv("DEC_BENCH_CACHE", str(cache))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.chdir(tmp_path)
    for seed, name in enumerate(("blobs", "spots")):
        generator = np.random.default_rng(seed)
        for label in ("dark", "light"):
            folder = tmp_path / name / "train" / label
            folder.mkdir(parents=True)
            for number in range(8):
                pixels = generator.integers(0, 100, (8, 8)) + 100 * (label == "light")
                Image.fromarray(pixels.astype(np.uint8)).save(folder / f"{number}.png")
    return tmp_path


def fits(folder: Path) -> dict[str, int]:
    """The time at which each record was written."""
    return {str(path): path.stat().st_mtime_ns for path in sorted(folder.glob("results/*/cells/*.json"))}


RUN = ["run", "--methods", "pca-kmeans,kmeans", "--seeds", "2", "--threads", "1"]
"""Of our methods, which need no process of their own."""


def test_each_set_has_the_cells_of_a_run_on_it_alone_and_the_end_has_the_table_over_all(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    ranks = [figure for figure in FIGURES if figure.name == "ranks"]
    monkeypatch.setattr("bench.report.figures.write.FIGURES", ranks)
    run = [each.replace("pca-kmeans", "instant:Instant") for each in RUN]
    assert main([*run, "--dataset", "./blobs"]) == 0
    alone = fits(place)
    capsys.readouterr()
    assert main([*run, "--dataset", "digits,./blobs"]) == 0
    output = capsys.readouterr().out
    assert {path: time for path, time in fits(place).items() if path in alone} == alone
    assert len(fits(place)) == 8
    assert "4 of 4 cells are finished already." in output
    lines = output.splitlines()
    assert lines[-4:] == [
        "results/sets-blobs-digits/sets.md, and beside it sets.csv and ranks.csv",
        "results/sets-blobs-digits/report.html",
        "digits: results/digits/table.md",
        "blobs: results/blobs/table.md",
    ]
    assert "sets-blobs-digits, 2 data sets, 2 seeds: ranks" in lines
    table = pd.read_csv("results/sets-blobs-digits/sets.csv").set_index(["set", "label"])
    for name in ("digits", "blobs"):
        own = pd.read_csv(f"results/{name}/table.csv").set_index("label")
        for label in ("instant:Instant", "kmeans"):
            assert table.loc[(name, label), "accuracy_mean"] == own.loc[label, "accuracy_mean"]
        assert table.loc[(name, "kmeans"), "ari_rank"] == 1
    assert (place / "results/sets-blobs-digits/figures/ranks.png").exists()

    before = fits(place)
    assert main([*run, "--dataset", "blobs,digits"]) == 0  # the same sets in another order
    assert main([*run, "--dataset", "digits"]) == 0
    assert fits(place) == before


def test_a_name_gives_folders_of_their_own_and_all_commands_work_on_it(place: Path, capsys: pytest.CaptureFixture[str]):
    assert main([*RUN, "--dataset", "blobs,./spots", "--name", "mine", "--jobs", "2"]) == 0
    ended = capsys.readouterr().out.partition("mine, 2 data sets")[2]
    assert sorted(path.name for path in place.glob("results/mine*")) == ["mine", "mine-blobs", "mine-spots"]
    for command in (["show", "mine"], ["report", "mine"]):
        assert main(command) == 0
        assert capsys.readouterr().out.partition("mine, 2 data sets")[2] == ended
    assert main(["status", "mine"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "mine: 2 data sets, 8 of 8 cells finished"
    assert main(["show"]) == 0
    assert "over all: blobs, spots" in capsys.readouterr().out
    assert main(["show", "mine", "--errors"]) == 0
    assert "mine-spots: no cell has failed." in capsys.readouterr().out
    document = place / "page.md"
    document.write_text("<!-- begin mine -->\n<!-- end mine -->\n")
    assert main(["report", "mine", "--into", "page.md"]) == 0
    assert "\n## mine\n" in document.read_text()
    assert "\n### Ranks\n" in document.read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["figures", "mine"], "is for the results on one of them: mine-blobs, mine-spots"),
        ([*RUN, "--dataset", "blobs", "--name", "mine"], "are a table over several data sets"),
        ([*RUN, "--dataset", "blobs,spots", "--name", "mine-blobs"], "are on one data set"),
        ([*RUN, "--dataset", "blobs,spots", "--dask", "local:1", "--jobs", "2"], "--jobs excludes --dask"),
    ],
)
def test_wrong_use_is_one_line(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]):
    assert main([*RUN, "--dataset", "./blobs,./spots", "--name", "mine", "--seeds", "1"]) == 0
    capsys.readouterr()
    assert main([each.replace("blobs,spots", "./blobs,./spots") for each in arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_set_that_cannot_be_read_is_refused_before_the_first_cell(place: Path, capsys: pytest.CaptureFixture[str]):
    (place / "spots/train/dark/0.png").write_bytes(b"no image")
    assert main([*RUN, "--dataset", "digits,./spots"]) == 2
    assert "spots" in capsys.readouterr().err
    assert fits(place) == {}


def test_a_folder_with_other_data_is_refused_before_the_first_cell(place: Path, capsys: pytest.CaptureFixture[str]):
    assert main([*RUN, "--dataset", "./spots", "--name", "mine-blobs"]) == 0
    before = fits(place)
    assert main([*RUN, "--dataset", "digits,./blobs", "--name", "mine"]) == 2
    assert "results 'mine-blobs' are on data set './spots'" in capsys.readouterr().err
    assert fits(place) == before
    assert read_sets(Store(place / "results", "mine")) is None


def test_a_fault_on_one_set_leaves_the_others_and_the_table_says_what_is_missing(
    place: Path, capsys: pytest.CaptureFixture[str]
):
    methods = ["--methods", "saboteur:Saboteur,instant:Instant", "--seeds", "1", "--threads", "1", "--name", "mine"]
    param = f"saboteur:Saboteur.folder={place}/results/mine-blobs"
    assert main(["run", *methods, "--dataset", "digits,./blobs,./spots", "--param", param]) == 1
    output = capsys.readouterr().out
    (warning,) = (line for line in output.splitlines() if line.startswith("warning: blobs: "))
    assert "is a symbolic link" in warning
    assert warning.endswith("; the other data sets go on.")
    assert len(fits(place)) == 4
    text = (place / "results/mine/sets.md").read_text()
    assert "instant:Instant is not ranked on blobs: 0 of 1 seeds, 1 missing." in text.replace("\\", "")
    assert "blobs: The results cannot be read:" in text
    (place / "results/mine-blobs/link").unlink()
    assert main(["run", *methods, "--dataset", "digits,./blobs,./spots", "--param", f"{param}-2"]) == 0


def test_a_method_that_fits_no_set_is_refused(capsys: pytest.CaptureFixture[str]):
    command = ["run", "--methods", "kmeans,ae-kmeans", "--dataset", "digits,./blobs", "--seeds", "1", "--dry-run"]
    assert main([*command, "--preset", "small", "--latent-dims", "64"]) == 0
    assert main([*command, "--preset", "small", "--latent-dims", "65"]) == 2
    assert "latent size 65 is larger than the 64 features" in capsys.readouterr().err


def test_a_dry_run_lists_the_cells_of_every_set_and_writes_nothing(place: Path, capsys: pytest.CaptureFixture[str]):
    assert main([*RUN, "--dataset", "digits,./blobs", "--dry-run"]) == 0
    output = capsys.readouterr().out
    assert output.count("to run  ") == 8
    assert "data set 2 of 2: blobs" in output
    assert not (place / "results").exists()


def test_a_folder_with_a_comma_is_one_data_set(place: Path, capsys: pytest.CaptureFixture[str]):
    (place / "blobs").rename(place / "red,green")
    assert main([*RUN, "--dataset", "./red,green", "--dry-run"]) == 0
    assert capsys.readouterr().out.count("to run  ") == 4


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_an_interrupted_run_keeps_the_finished_sets_and_the_same_command_continues(place: Path, ctrl_c: None):
    command = "run --dataset digits,mnist-5k --methods kmeans,saboteur:Saboteur --seeds 1 --jobs 1 --name x"
    driver = Driver(
        f"{command} --threads 1 --param saboteur:Saboteur.patience=2000 --param kmeans.n_init=1", place / "there"
    )
    until(lambda: list((place / "there/results/x-mnist-5k/cells").glob("kmeans-*.json")), seconds=240)
    outcome = driver.interrupt(Interrupt(0))
    expected = "data set n of n: mnist-nk: n of n cells are finished; the same command continues the run."
    assert (outcome.line, outcome.faults) == (expected, [])
    text = (place / "there/results/x/sets.md").read_text()
    assert "2 of 2 cells finished; results folder x-digits" in text
    assert "0 of 2 cells finished; results folder x-mnist-5k" in text
