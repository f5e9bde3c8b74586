"""The command line from end to end on real digits; where the process matters, in one of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from in_process import here

from bench.cli.app import main
from bench.commands.ending import STORED

QUICK = (
    "--dataset digits --seeds 2 --threads 1 --param dec.pretrain_epochs=2 --param dec.epochs=1 --param som.n_steps=500"
)
COLUMNS = [
    *("method", "dataset", "preset", "seed", "latent_dim", "status", "fit_seconds", "accuracy", "ari", "nmi"),
    *("silhouette_own", "silhouette_input", "davies_bouldin_own", "davies_bouldin_input"),
    *("calinski_harabasz_own", "calinski_harabasz_input", "quantization_error", "kl_divergence"),
]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {**os.environ, "DEC_BENCH_CACHE": str(tmp_path_factory.mktemp("cache"))}


TWO_CORES = {"LOKY_MAX_CPU_COUNT": "2"}
"""With them, the cells of a run are made side by side, in processes."""


def bench(arguments: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bench", *arguments.split()]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def ran(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("run")
    done = here(f"run {QUICK}", folder, {**environment, **TWO_CORES})
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return folder, done.stdout


@pytest.mark.slow
def test_run_prints_each_cell_then_the_answer_and_the_path_of_the_table(ran: tuple[Path, str]):
    folder, output = ran
    lines = output.splitlines()
    assert any(
        re.match(r"\[\d/6\] dec small d=10 pretrain_epochs=2 epochs=1 seed 0: fitted in ", line) for line in lines
    )
    assert "\x1b" not in output
    table = pd.read_csv(folder / "results/digits/table.csv").set_index("label")
    for label, row in table.iterrows():
        (line,) = (line for line in lines if re.match(rf"{re.escape(str(label))} +\d", line))
        assert line.split()[1:4] == [f"{row.accuracy_mean:.3f}", "±", f"{row.accuracy_sd:.3f}"]
        assert line.split()[-1] == "2"
    files = [path for path in (folder / "results/digits").rglob("*") if path.is_file()]
    others = [path for path in files if path.relative_to(folder / "results/digits").parts[0] not in STORED]
    assert lines[-2] == f"results/digits/table.md, and {len(others) - 1} more files in results/digits"
    assert lines[-1] == "results/digits/report.html"
    for name in ("table.md", "table.csv", "cells.csv", "improvements.csv"):
        assert (folder / "results/digits" / name).exists()


@pytest.mark.slow
def test_each_finished_cell_says_its_ari(ran: tuple[Path, str]):
    """The ARI beside the seconds is the one that the scoring computes later."""
    folder, output = ran
    cells = pd.read_csv(folder / "results/digits/cells.csv")
    said = re.findall(r"(\w+) (?:.* )?seed (\d): fitted in [\d.]+ s, ARI (\d\.\d{3})$", output, re.MULTILINE)
    assert sorted(said) == sorted((row.method, str(row.seed), f"{row.ari:.3f}") for row in cells.itertuples())


@pytest.mark.slow
def test_show_prints_the_answer_again(ran: tuple[Path, str], environment: dict[str, str]):
    folder, output = ran
    shown = here("show digits", folder, environment)
    assert shown.returncode == 0, shown.stderr
    assert output.endswith(f"\n\n{shown.stdout}")
    assert here("report digits", folder, environment).stdout == shown.stdout
    listed = here("show", folder, environment).stdout.splitlines()
    assert listed[2].split() == ["digits", "digits", "1,797", "dec,", "som,", "kmeans", "6", "of", "6"]


@pytest.mark.slow
def test_cells_csv_has_a_row_for_each_cell_and_the_documented_columns(ran: tuple[Path, str]):
    cells = pd.read_csv(ran[0] / "results/digits/cells.csv")
    assert list(cells.columns[: len(COLUMNS)]) == COLUMNS
    assert list(cells.method) == ["dec", "som", "kmeans"] * 2
    assert list(cells.seed) == [0, 0, 0, 1, 1, 1]
    assert set(cells.status) == {"ok"}
    assert cells.ari.between(0.2, 1).all()  # real digits, even for a hasty fit
    kmeans = cells[cells.method == "kmeans"]
    assert (kmeans.silhouette_own == kmeans.silhouette_input).all()


@pytest.mark.slow
def test_a_second_run_finds_all_cells_finished(ran: tuple[Path, str], environment: dict[str, str]):
    done = here(f"run {QUICK}", ran[0], environment)
    assert done.returncode == 0
    assert "6 of 6 cells are finished already." in done.stdout
    assert "fitted" not in done.stdout


@pytest.mark.slow
def test_dry_run_lists_the_cells_with_their_states(ran: tuple[Path, str], environment: dict[str, str]):
    done = here(f"run {QUICK} --methods kmeans,ae-kmeans --dry-run", ran[0], environment)
    assert done.returncode == 2, "--methods lacks dec, but a --param names it"
    listed = here("run --dataset digits --seeds 3 --methods kmeans --dry-run", ran[0], environment)
    *lines, total = listed.stdout.splitlines()
    assert [line.split("  ")[0] for line in lines] == ["done", "done", "to run"]
    assert re.fullmatch(r"1 of 3 cells to run; about \d+ s, from 2 finished cells of kmeans", total)


@pytest.mark.slow
def test_report_writes_the_same_tables_again(ran: tuple[Path, str], environment: dict[str, str]):
    table = ran[0] / "results/digits/table.md"
    before = table.read_text()
    table.unlink()
    assert here("report digits", ran[0], environment).returncode == 0
    assert table.read_text() == before


@pytest.mark.slow
def test_force_runs_again_and_gives_the_same_scores(ran: tuple[Path, str], environment: dict[str, str]):
    path = ran[0] / "results/digits/cells.csv"
    before = pd.read_csv(path)
    done = here(f"run {QUICK} --force", ran[0], environment)
    assert done.stdout.count("fitted in") == 6
    timed = [name for name in before.columns if "seconds" in name or name in ("attempts", "peak_bytes")]
    pd.testing.assert_frame_equal(before.drop(columns=timed), pd.read_csv(path).drop(columns=timed))


@pytest.mark.slow
def test_a_failed_cell_gives_exit_code_1_and_is_in_the_table(environment: dict[str, str], tmp_path: Path):
    done = here(
        "run --dataset digits --seeds 1 --methods kmeans,sklearn.cluster:Birch "
        "--param sklearn.cluster:Birch.threshold=-1",
        tmp_path,
        environment,
    )
    assert done.returncode == 1
    assert "1 of 2 cells failed; python -m bench show digits --errors shows the reasons." in done.stdout
    assert "The 'threshold' parameter of Birch must be a float in the range" in done.stdout
    (row,) = (line for line in done.stdout.splitlines() if line.startswith("sklearn.cluster:Birch "))
    assert row.split() == ["sklearn.cluster:Birch", *["n/a"] * 5, "0", "of", "1,", "1", "failed"]
    errors = here("show digits --errors", tmp_path, environment).stdout.splitlines()
    assert errors[0].startswith("sklearn.cluster:Birch threshold=-1 seed 0: failed on ")
    assert errors[1] == "Traceback (most recent call last):"
    assert any("InvalidParameterError: The 'threshold' parameter of Birch" in line for line in errors)
    table = (tmp_path / "results/digits/table.md").read_text()
    assert "1 of 2 cells finished" in table
    cells = pd.read_csv(tmp_path / "results/digits/cells.csv")
    assert list(cells.status) == ["ok", "failed"]
    assert pd.isna(cells.ari[1])


@pytest.mark.slow
def test_published_tables_are_not_overwritten(ran: tuple[Path, str], environment: dict[str, str], tmp_path: Path):
    published = tmp_path / "results/digits"
    published.mkdir(parents=True)
    for name in ("manifest.json", "cells.csv", "table.md"):
        (published / name).write_bytes((ran[0] / "results/digits" / name).read_bytes())
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = here(f"run {QUICK}", tmp_path, environment)
    assert done.returncode == 2
    assert "results 'digits' are published" in done.stderr
    assert "choose another --name" in done.stderr
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.slow
def test_an_encoding_without_greek_letters_does_not_end_a_command(ran: tuple[Path, str], environment: dict[str, str]):
    done = bench("list metrics", ran[0], {**environment, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0, done.stderr
    assert "Cali?ski" in done.stdout


@pytest.mark.slow
def test_an_error_in_a_third_party_module_is_one_line(environment: dict[str, str], tmp_path: Path):
    (tmp_path / "evil.py").write_text("raise RuntimeError('no\\nway')")
    done = bench("run --dataset digits --methods evil:Evil", tmp_path, environment)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "cannot import 'evil' (RuntimeError: no" in done.stderr


@pytest.mark.slow
def test_kill_and_resume(environment: dict[str, str], tmp_path: Path):
    """SIGKILL after the first finished cell; the same command finishes the rest and keeps the first."""
    command = "run --dataset digits --seeds 4 --methods kmeans,som --threads 1 --param som.n_steps=4000"
    process = subprocess.Popen([sys.executable, "-m", "bench", *command.split()], cwd=tmp_path, env=environment)
    cells = tmp_path / "results/digits/cells"
    deadline = time.monotonic() + 60
    while not list(cells.glob("*.json")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.kill()
    process.wait()
    kept = {path: path.stat().st_mtime_ns for path in cells.glob("*.json")}
    assert 1 <= len(kept) < 8
    done = here(command, tmp_path, environment)
    assert done.returncode == 0, done.stderr
    assert f"{len(kept)} of 8 cells are finished already." in done.stdout
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert (pd.read_csv(tmp_path / "results/digits/cells.csv").status == "ok").all()


@pytest.mark.slow
def test_ctrl_c_keeps_finished_cells_and_names_the_remedy(environment: dict[str, str], tmp_path: Path, ctrl_c: None):
    command = "run --dataset digits --seeds 1 --methods kmeans,som --threads 1 --param som.n_steps=10000000"
    process = subprocess.Popen(
        [sys.executable, "-m", "bench", *command.split()],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("kmeans, som on digits, seed 0; ")
    assert process.stdout.readline().startswith("warning: som: online training of the map takes about 4 minutes")
    assert "kmeans seed 0: fitted" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors == "interrupted: 1 of 2 cells are finished; the same command continues the run.\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("run --methods decc", "did you mean 'dec'?"),
        ("run --dataset mnist5k", "did you mean 'mnist-5k'?"),
        ("run --seed 3", "--seeds"),
        ("run --methods dec,,som", "--methods dec,,som has two commas without a value between them"),
        ("run --methods kmeans --dataset digits --results-dir /dev/null", "/dev/null is not valid: it is a file"),
        ("show --results-dir /dev/null", "--results-dir /dev/null is not valid: it is a file; expected a folder."),
        ("run --seeds three", "'three' is not valid"),
        ("run --param dec.epoch=3", "did you mean 'epochs'?"),
        ("run --preset sha", "did you mean 'sha12'?"),
        ("run --name ../../x", "must be a folder name"),
        ("run --threads 0", "--threads 0 is not valid; expected a number of at least 1."),
        ("run --device gpu", "unknown device 'gpu'; known: auto, cpu, cuda, mps"),
        ("run --threads 2000", "--threads 2000 is not valid; expected a number of at most 1024."),
        ("run --n-clusters ten", "--n-clusters ten is not valid; expected auto, or integers from 2, such as 5,10."),
        ("run --cell-memory -1", "'--cell-memory': expected a number above 0, at most 1e+06, got -1."),
        ("run --gpu-memory 0", "'--gpu-memory': expected a number above 0, at most 1e+06, got 0."),
        ("run --gpu-memory 2 --device cpu", "--gpu-memory limits the memory of a GPU with CUDA, and networks train on"),
        ("run --methods sklearn.cluster:KMean", "did you mean 'sklearn.cluster:KMeans'?"),
        ("run --method dec", "python -m bench run has no option '--method'; did you mean '--methods'? see: python"),
        ("run --dry_run", "did you mean '--dry-run'?"),
        ("run --data digits", "did you mean '--dataset'?"),
        ("run --lr 0.1", "'--param dec.lr=VALUE'"),
        ("run -k 3", "has no option '-k'; see: python -m bench run --help"),
        ("run dec som", "python -m bench run does not take 'dec som'; did you mean '--methods dec,som'?"),
        ("run --methods dec som", "did you mean '--methods dec,som'?"),
        ("run digits", "did you mean '--dataset digits'?"),
        ("run --seeds 0 1 2", "does not take '1 2'; the values of one option are separated by commas"),
        ("run help", "did you mean '--help'?"),
        ("help", "did you mean '--help'?"),
        ("--versoin", "did you mean '--version'?"),
        ("list", "python -m bench list needs methods|datasets|metrics|presets"),
        ("status", "python -m bench status needs NAME: Name of a results folder"),
        ("status results/mnist-5k", "such as 'mnist-5k'; --results-dir names the folder that contains it"),
        ("status nothing", "no experiment 'nothing': there is no folder results"),
        ("run --dataset ./nowhere", "no folder './nowhere'"),
        ("run --dataset digits --latent-dims 65", "larger than the 64 features"),
        ("rum", "did you mean 'run'?"),
        ("list method", "did you mean 'methods'?"),
        ("report nothing", "nothing"),
        ("report nothing --into nowhere.md", "--into nowhere.md: there is no such file"),
        ("describe dec --image-shape 4x4x1", "8"),
        ("describe dex", "did you mean 'dec'?"),
        ("describe dec --preset sha", "did you mean 'sha12'?"),
        ("describe flagship", "expected a method with it, such as: describe dec --preset flagship"),
        ("describe dec --image-shape 28", "expected HEIGHTxWIDTH or HEIGHTxWIDTHxCHANNELS"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2_and_writes_no_file(
    arguments: str,
    message: str,
    environment: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    assert main(arguments.split()) == 2
    error = capfd.readouterr().err
    assert message in error
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_describe_prints_the_layers_with_their_parameters(environment: dict[str, str], tmp_path: Path):
    output = here("describe dec --preset sha12", tmp_path, environment).stdout
    for count in ("320", "18,496", "73,856", "401,472", "995,009"):
        assert any(line.split()[-1:] == [count] for line in output.splitlines()), count


@pytest.mark.slow
def test_describe_analyses_a_data_set(environment: dict[str, str], tmp_path: Path):
    output = here("describe mnist-5k", tmp_path, environment).stdout
    assert "28 × 28 × 1" in output
    assert output.count(" 500") >= 10


@pytest.mark.parametrize(
    ("kind", "name"),
    [("methods", "ae-kmeans"), ("datasets", "fashion-mnist"), ("metrics", "silhouette_input"), ("presets", "mlp")],
)
def test_lists(kind: str, name: str, environment: dict[str, str], tmp_path: Path):
    done = here(f"list {kind}", tmp_path, environment)
    assert done.returncode == 0
    assert any(line.startswith(name) for line in done.stdout.splitlines())
