"""`bench.run`: the same cells, folder and resume as the command, errors in one line, and warnings of Python."""

import re
import signal
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from instant import Instant
from sklearn.datasets import load_digits
from wrongdoer import Wrongdoer

import bench
from bench.cli.app import main
from bench.report.figures.declarations import FIGURES
from bench.store.store import Store
from methods import DEC, KMeans

pytestmark = pytest.mark.slow  # each call loads torch, or starts processes

RANDOM = np.random.default_rng(0)
X, Y = RANDOM.normal(size=(40, 5)), np.repeat(["x", "y"], 20)


def fits(folder: Path) -> dict[str, int]:
    """The time at which each record was written, by key."""
    return {path.stem: path.stat().st_mtime_ns for path in folder.glob("*/cells/*.json")}


def locks(folder: Path) -> list[Path]:
    """Locks that are not released."""
    return [path for path in folder.rglob("locks/*/*.json") if '"released": false' in path.read_text()]


def test_a_call_continues_a_command_and_a_command_a_call(folder: Path, capsys: pytest.CaptureFixture[str]):
    command = ["run", "--dataset", "digits", "--seeds", "2", "--results-dir", str(folder), "--threads", "1"]
    options = ["--methods", "instant:Instant,kmeans", "--param", "kmeans.n_init=1"]
    assert main([*command, *options]) == 0
    before = fits(folder)
    call: dict[str, Any] = {"dataset": "digits", "seeds": 2, "results_dir": folder, "threads": 1}
    results = bench.run([Instant(n_clusters=10), KMeans(n_init=1)], **call)
    assert "4 of 4 cells are finished already." in capsys.readouterr().out
    assert fits(folder) == before
    assert len(results.cells) == len(before) == 4

    bench.run("instant:Instant", name="mine", verbose=False, **call)
    before = fits(folder)
    assert main([*command, "--methods", "instant:Instant", "--name", "mine"]) == 0
    assert fits(folder) == before
    assert "2 of 2 cells are finished already." in capsys.readouterr().out
    manifest = Store(folder, "mine").manifest()
    assert manifest is not None
    assert manifest.commands[0] == "bench.run('instant:Instant', dataset='digits', seeds=2, name='mine', threads=1)"


def test_arrays_continue_in_another_session_and_in_other_processes(folder: Path):
    program = textwrap.dedent(
        f"""
        import bench, numpy as np
        from bench.report.figures import write
        from instant import Instant
        from methods import KMeans
        write.FIGURES = ()  # drawing would take seconds
        X, y = np.random.default_rng(0).normal(size=(40, 5)), np.repeat(["x", "y"], 20)
        for jobs in (2, 1):  # without `if __name__ == "__main__"`: no process imports this program
            methods = [Instant(), KMeans(n_clusters=2)]
            results = bench.run(methods, dataset=(X, y), results_dir={str(folder)!r}, jobs=jobs)
        print(results.labels("instant:Instant", seed=2)[:6].tolist(), results.labels("kmeans").shape)
        """
    )
    path = folder.parent / "program.py"
    path.write_text(program)
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("fitted in") == 6
    assert "6 of 6 cells are finished already." in done.stdout
    assert done.stdout.endswith("[0, 0, 0, 1, 1, 1] (40,)\n")
    before = fits(folder)
    bench.run([Instant(), KMeans(n_clusters=2)], dataset=(X, Y), results_dir=folder, verbose=False)
    assert fits(folder) == before
    call: dict[str, Any] = {"results_dir": folder, "seeds": 1, "verbose": False}
    others = [
        bench.run("instant:Instant", dataset=(X + 1, Y), **call),
        bench.run("instant:Instant", dataset=X, n_clusters=2, **call),
    ]
    names = [path.name for path in folder.iterdir() if path.is_dir()]
    assert all(re.fullmatch(r"arrays-[0-9a-f]{10}", name) for name in names)
    assert len(names) == 3
    with pytest.raises(bench.UsageError, match=r"are on data set 'arrays:\w+' .*; choose another name"):
        bench.run("instant:Instant", dataset=(X, Y), name=others[0].path.name, **call)


def test_figures_of_a_table_are_those_that_need_no_images(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bench.report.figures.write.FIGURES", FIGURES)
    quick = {"som.n_steps": 200}
    call: dict[str, Any] = {"seeds": 1, "params": quick, "name": "arrays", "jobs": "auto", "verbose": False}
    bench.run(["kmeans", "som"], dataset=(X, Y), results_dir=folder, **call)
    assert main(["figures", "arrays", "--results-dir", str(folder), "--threads", "1"]) == 0
    names = {path.stem for path in (folder / "arrays/figures").glob("*.png")}
    assert names == {"labels", "silhouettes", "classes", "agreement", "confusion-kmeans", "confusion-som"}


def test_an_estimator_with_the_default_preset_has_the_dense_network_on_a_table(folder: Path):
    call: dict[str, Any] = {"seeds": 1, "results_dir": folder, "verbose": False}
    with pytest.warns(UserWarning, match=r"DEC\(.*\): preset sha12 has convolutions, and the data are a table, so"):
        results = bench.run(DEC(n_clusters=2, pretrain_epochs=1, epochs=1), dataset=(X, Y), **call)
    assert set(results.cells["preset"]) == {"mlp"}
    with pytest.raises(bench.UsageError, match=r"preset convdec has convolutions, which need images, .*presets mlp"):
        bench.run(DEC(n_clusters=2, preset="convdec"), dataset=(X, Y), **call)


def test_figures_without_the_arrays_are_one_line(folder: Path, monkeypatch, capsys: pytest.CaptureFixture[str]):
    bench.run("kmeans", dataset=(X, Y), results_dir=folder, name="arrays", seeds=1, verbose=False)
    cache = folder.parent / "other-cache"
    monkeypatch.setenv("DEC_BENCH_CACHE", str(cache))
    capsys.readouterr()
    assert main(["figures", "arrays", "--results-dir", str(folder)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "was given as arrays in Python, and is not in the cache" in error


def test_pixels_of_images_reach_networks_as_images(folder: Path):
    digits = load_digits()
    images = (digits.images[:300] * 15.9375).astype(np.uint8)
    quick = {"n_clusters": 10, "preset": "small", "pretrain_epochs": 1, "epochs": 1, "n_init": 1}
    data = images, digits.target[:300]
    results = bench.run(DEC(image_shape=(8, 8, 1), **quick), dataset=data, seeds=1, results_dir=folder, verbose=False)
    assert results.embedding("dec").shape == (300, 10)
    assert results.cells["n_parameters"].item() > 0
    with pytest.raises(bench.UsageError, match=r"image_shape=\(8, 8, 1\) is not that of the data, None"):
        bench.run(
            DEC(image_shape=(8, 8, 1), **quick), dataset=images.reshape(300, 64) / 255, name="table", results_dir=folder
        )


def test_a_failed_cell_is_in_the_results_with_its_traceback(folder: Path):
    with pytest.warns(RuntimeWarning, match="1 of 2 cells failed; `failures` of the results has") as warned:
        results = bench.run(
            [Wrongdoer("diverge"), "kmeans"], dataset=(X, Y), seeds=1, results_dir=folder, verbose=False
        )
    assert warned[-1].filename == __file__
    assert results.failures[["label", "seed", "ending"]].values.tolist() == [["wrongdoer:Wrongdoer", 0, "diverged"]]
    assert "FloatingPointError: loss is nan" in results.failures["traceback"].item()
    with pytest.raises(
        bench.UsageError, match=r"no result of seed 0; seed 0: FloatingPointError.* --errors .*shows the tracebacks"
    ):
        results.labels("wrongdoer:Wrongdoer")


def test_lines_of_warning_are_warnings_and_nothing_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]):
    call: dict[str, Any] = {"dataset": (X, np.arange(40) % 3), "seeds": 1, "results_dir": folder, "verbose": False}
    methods = [Instant(random_state=5), KMeans()]
    with pytest.warns(UserWarning, match="n_clusters=10") as warned:
        bench.run(methods, **call)
    texts = [str(each.message) for each in warned]
    assert texts == [
        "Instant(random_state=5): its random_state is not used; every method gets the same seeds, from the argument "
        "seeds.",
        "Instant(random_state=5): it has n_clusters=2, the default of its class, and the data have 3 classes; write "
        "n_clusters=3 for as many clusters as classes.",
        "KMeans(): it has n_clusters=10, the default of its class, and the data have 3 classes; write n_clusters=3 for "
        "as many clusters as classes.",
    ]
    (path,) = folder.glob("arrays-*/cells/kmeans*.json")
    path.write_text("{")
    with pytest.warns(UserWarning, match="kmeans.*json.* damaged|kmeans.*json.*set aside") as warned:
        bench.run(methods, **call)
    assert {each.filename for each in warned} == {__file__}
    assert capsys.readouterr() == ("", "")


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a name": ({"dataset": "digit"}, "unknown data set 'digit'; did you mean 'digits'.*see `python -m bench list"),
    "a split of arrays": ({"dataset": X, "split": "train"}, "split='train' is for named data sets"),
    "no classes": ({"dataset": X}, r"data set 'arrays:\w+' has no labels; give .* with n_clusters\."),
    "too many clusters": ({"dataset": X, "n_clusters": 41}, "n_clusters 41 is not valid; expected 2 to 40"),
    "one sample": ({"dataset": X[:1], "n_clusters": 2}, "has too few samples, 1; expected 2 or more"),
    "jobs": ({"jobs": 0}, 'jobs=0 is not valid; expected an integer of at least 1 or "auto"'),
    "no data set": ({"dataset": None}, r"dataset is None; expected the name of a data set, X, or \(X, y\)"),
    "jobs and dask": ({"jobs": 2, "dask": "local:1"}, "jobs excludes dask"),
    "threads": ({"threads": 1025}, "threads 1025 is not valid; expected a number from 1 to 1024"),
    "time": ({"cell_timeout": 0}, "cell_timeout=0 is not valid; expected a number above 0"),
    "memory": ({"cell_memory": "1"}, "cell_memory='1' is not valid; expected a number above 0"),
    "memory of a GPU": ({"gpu_memory": 0}, "gpu_memory=0 is not valid; expected a number above 0"),
    "no GPU": ({"gpu_memory": 1, "device": "cpu"}, "gpu_memory limits the memory of a GPU .* device cpu; leave the"),
    "device": ({"device": "gpu"}, "device.*gpu"),
    "folder": ({"name": "a/b"}, "name 'a/b' must be a folder name"),
    "size of the code": (
        {"methods": "dec", "dataset": (X, Y), "latent_dims": 10},
        "larger than the 5 features .*: set latent_dims",
    ),
    "an estimator": ({"methods": "sklearn.cluster:Kmeans"}, "no such class; did you mean 'sklearn.cluster:KMeans'"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_argument_is_one_line_and_leaves_nothing(case: str, folder: Path):
    arguments, message = WRONG[case]
    with pytest.raises(bench.UsageError, match=message) as raised:
        bench.run(**{"methods": "kmeans", "dataset": "digits", "results_dir": folder, **arguments})
    assert "\n" not in str(raised.value)
    assert "--" not in str(raised.value)
    assert not list(folder.rglob("*.json"))


def test_a_call_from_a_thread(folder: Path):
    with ThreadPoolExecutor(1) as pool:
        results = pool.submit(bench.run, Instant(), dataset=(X, Y), results_dir=folder, verbose=False).result()
    assert len(results.cells) == 3


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("limits", [{"jobs": 1}, {"jobs": 2}])
def test_ctrl_c_ends_the_call_and_the_process_goes_on(folder: Path, limits: dict[str, int]):
    call: dict[str, Any] = {"dataset": (X, Y), "seeds": 2, "results_dir": folder, "verbose": False, **limits}

    def interrupt() -> None:
        while not list(folder.glob("arrays-*/cells/*.json")):  # the first cell has finished, the second one hangs
            stop.wait(0.05)
        stop.wait(0.5)
        if not stop.is_set():
            signal.pthread_kill(main_thread, signal.SIGINT)  # also ends a wait of the main thread

    stop, main_thread = threading.Event(), threading.get_ident()
    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        with pytest.raises(KeyboardInterrupt, match=r"\d of 4 cells are finished; the same"):
            bench.run([Instant(), Wrongdoer("hang")], **call)
    finally:
        stop.set()
        thread.join()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert locks(folder) == []
    assert len(fits(folder)) in (1, 2)
    assert len(bench.run(Instant(), **call).cells) == 4
    with pytest.raises(KeyboardInterrupt):  # Ctrl-C works as before
        signal.raise_signal(signal.SIGINT)


def test_the_program_of_a_run_that_lost_its_cluster_gets_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("bench.running.dask_connection._CONNECT_SECONDS", 1)
    with pytest.raises(bench.UsageError, match=re.escape("no Dask scheduler answers there")):
        bench.run(Instant(), dataset=(X, Y), results_dir=folder, dask="tcp://127.0.0.1:9")


def test_arrays_of_a_fit_that_cannot_be_read_are_not_damaged(folder: Path, monkeypatch: pytest.MonkeyPatch):
    call: dict[str, Any] = {"dataset": (X, Y), "seeds": 1, "results_dir": folder, "verbose": False}
    bench.run(KMeans(n_clusters=2), **call)
    (scores,) = folder.glob("arrays-*/scores/*.json")
    scores.unlink()
    before = fits(folder)

    def refuse(store: Store, key: str) -> None:
        raise bench.UsageError(f"cannot read {key}")

    monkeypatch.setattr(Store, "arrays", refuse)
    with pytest.raises(bench.UsageError, match="cannot read kmeans"):
        bench.run(KMeans(n_clusters=2), **call)
    assert fits(folder) == before


def test_a_class_that_is_no_clusterer_is_one_line_and_a_note_with_five_lines(tmp_path: Path):
    with pytest.raises(bench.UsageError, match="class PCA has no fit_predict") as raised:
        bench.run("sklearn.decomposition:PCA", dataset="digits", results_dir=tmp_path)
    assert "\n" not in str(raised.value)
    (note,) = raised.value.__notes__
    assert len(note.splitlines()) == 5
