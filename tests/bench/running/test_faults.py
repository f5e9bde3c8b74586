"""Faults of machines and users: no result is lost or doubled, and the tables equal the tables of an undisturbed run."""

import csv
import errno
import hashlib
import io
import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import psutil
import pytest
from chaos import chaos
from clusters import MODULES, Cluster
from commands import bench, start, tables, until
from in_process import here
from msgspec.structs import replace

from bench.cli.app import main
from bench.store.encoding import decode, encode
from bench.store.lock_files import read_lock
from bench.store.records import Attempt, Record
from bench.store.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="signals and process groups")]

GRID = (
    "run --dataset digits --seeds 1 --threads 1 --methods kmeans,som --param som.n_steps=80000 "
    "--param som.rows=5 --param som.columns=5"
)
"""A short fit, and a fit that takes two seconds in a process that loads in three: that of a network loads in eight."""
NETWORK = (
    "run --dataset digits --seeds 1 --threads 1 --methods dec,kmeans --param dec.pretrain_epochs=10 "
    "--param dec.epochs=10"
)
N_CELLS = 2
WRONG = "wrongdoer:Wrongdoer"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {**os.environ, "DEC_BENCH_CACHE": str(tmp_path_factory.mktemp("cache")), "PYTHONPATH": MODULES}


@dataclass(frozen=True)
class Undisturbed:
    """A run in one process, without a fault."""

    folder: Path
    tables: dict[str, str]


@pytest.fixture(scope="module")
def undisturbed(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return run_undisturbed(GRID, environment, tmp_path_factory.mktemp("undisturbed"))


@pytest.fixture(scope="module")
def undisturbed_network(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return run_undisturbed(NETWORK, environment, tmp_path_factory.mktemp("undisturbed_network"))


def run_undisturbed(arguments: str, environment: dict[str, str], folder: Path) -> Undisturbed:
    done = here(f"{arguments} --jobs 1", folder, environment)
    assert done.returncode == 0, done.stderr
    return Undisturbed(folder, tables(folder / "results/digits"))


@pytest.fixture
def cluster(tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    monkeypatch.setenv("DEC_BENCH_CACHE", environment["DEC_BENCH_CACHE"])
    (tmp_path / "dask").mkdir()
    made = Cluster(tmp_path / "dask")
    yield made
    made.close()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "results", "digits")


def attempts(store: Store) -> list[Attempt]:
    return [attempt for folder in store.path("attempts").glob("*") for attempt in store.attempts(folder.name)]


def endings(store: Store) -> Counter[str]:
    return Counter(attempt.ending for attempt in attempts(store))


def reports_progress(store: Store, method: str) -> bool:
    """Whether a cell of the method reports progress."""
    locks = map(read_lock, store.path("locks").glob(f"{method}-s*"))
    return any(lock is not None and lock.progress for lock in locks)


def cell_processes(driver: int) -> list[psutil.Process]:
    return descendants_named(driver, "bench.running.worker")


def test_the_process_of_a_network_is_killed(
    undisturbed_network: Undisturbed, environment: dict[str, str], store: Store, tmp_path: Path
):
    driver = start(f"{NETWORK} --jobs 2", tmp_path, environment, draws=False)
    until(lambda: reports_progress(store, "dec-small-d10"))
    for process in cell_processes(driver.pid):
        process.kill()
    output, errors = driver.communicate()
    assert (driver.returncode, errors) == (0, "")
    assert "the process was ended by signal 9 (SIGKILL); trying again." in output
    assert tables(store.path()) == undisturbed_network.tables
    assert endings(store)["ok"] == N_CELLS
    assert endings(store)["lost worker"] >= 1


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_processes_that_cells_started_end_with_the_driver(
    number: signal.Signals, environment: dict[str, str], tmp_path: Path, ctrl_c: None
):
    """They are in the process groups of the cells. No temporary folder is left."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    arguments = f"run --dataset digits --seeds 2 --threads 1 --methods {WRONG} --param {WRONG}.how=hang --jobs 2"
    driver = start(arguments, tmp_path, {**environment, "TMPDIR": str(temporary)})
    until(lambda: len(sleeping(driver.pid)) == 2, seconds=180)
    family = psutil.Process(driver.pid).children(recursive=True)
    assert len(family) >= 4
    driver.send_signal(number)
    driver.communicate(timeout=60)
    until(lambda: not any(process.is_running() for process in family))
    assert list(temporary.glob("tmp*")) == []


def sleeping(driver: int) -> list[psutil.Process]:
    """The child processes of hanging cells."""
    return descendants_named(driver, "time.sleep(600)")


def descendants_named(driver: int, text: str) -> list[psutil.Process]:
    """The processes that a driver process started, also indirectly, whose command line contains the text."""
    found = []
    for process in psutil.Process(driver).children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it has ended in the meantime
            if text in " ".join(process.cmdline()):
                found.append(process)
    return found


def test_the_driver_is_killed_and_the_clock_set_back(
    undisturbed: Undisturbed, environment: dict[str, str], store: Store, tmp_path: Path
):
    driver = start(f"{GRID} --jobs 2", tmp_path, environment, draws=False)
    until(lambda: reports_progress(store, "som"))
    processes = cell_processes(driver.pid)
    driver.kill()
    driver.communicate()
    until(lambda: not any(process.is_running() for process in processes))
    program = """if True:
        import datetime, runpy, sys, time
        import bench.store.locks, bench.running.attempt, bench.running.manifest, bench.report.figures.write

        class TenYearsBack:
            now = staticmethod(lambda zone: datetime.datetime.now(zone) - datetime.timedelta(days=3652))

        for module in (bench.store.locks, bench.running.attempt, bench.running.manifest):
            assert module.datetime
            module.datetime = TenYearsBack
        now = time.time
        time.time = lambda: now() - 3652 * 86400
        bench.report.figures.write.FIGURES = ()
        runpy.run_module("bench", run_name="__main__")
    """
    arguments = [sys.executable, "-c", program, *f"{GRID} --jobs 2".split()]
    done = subprocess.run(arguments, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert tables(store.path()) == undisturbed.tables
    assert endings(store)["ok"] == N_CELLS
    ten_years_ago = str(datetime.now(UTC).year - 10)
    assert any(attempt.started_at.startswith(ten_years_ago) for attempt in attempts(store))
    (lost, *_) = [attempt for attempt in attempts(store) if attempt.ending == "lost worker"]
    assert lost.failure is not None
    assert lost.failure.message == "the driver process exited unexpectedly"
    assert lost.pid == driver.pid


def test_the_driver_of_a_cluster_is_killed(
    undisturbed: Undisturbed, environment: dict[str, str], store: Store, cluster: Cluster, tmp_path: Path
):
    for _ in range(2):
        cluster.start_worker()
    driver = start(f"{GRID} --dask {cluster.address}", tmp_path, environment, draws=False)
    until(lambda: reports_progress(store, "som"))
    driver.kill()
    driver.communicate()
    done = here(f"{GRID} --dask {cluster.address}", tmp_path, environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert tables(store.path()) == undisturbed.tables
    assert endings(store)["ok"] == N_CELLS


def test_the_scheduler_is_killed(
    undisturbed: Undisturbed, environment: dict[str, str], store: Store, cluster: Cluster, tmp_path: Path
):
    cluster.start_worker()
    driver = start(f"{GRID} --dask {cluster.address}", tmp_path, environment, draws=False)
    until(lambda: endings(store)["ok"] == 1)
    cluster.scheduler.kill()
    output, errors = driver.communicate(timeout=120)
    assert (driver.returncode, errors) == (1, "")
    assert (
        f"error: the Dask scheduler at {cluster.address} does not answer any more; 1 of 2 cells are finished; the same"
        in output
    )
    cluster.start_scheduler()
    cluster.start_worker()
    done = here(f"{GRID} --dask {cluster.address}", tmp_path, environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 of 2 cells are finished already" in done.stdout
    assert tables(store.path()) == undisturbed.tables
    assert endings(store) == {"ok": N_CELLS}


def test_workers_of_a_cluster_are_killed_at_random(
    undisturbed_network: Undisturbed, environment: dict[str, str], store: Store, cluster: Cluster, tmp_path: Path
):
    for _ in range(2):
        cluster.start_worker()
    killed, _ = chaos(NETWORK, cluster, tmp_path, environment, pause=6, max_kills=2)
    assert killed >= 1
    assert tables(store.path()) == undisturbed_network.tables
    assert endings(store)["ok"] == N_CELLS
    assert endings(store)["lost worker"] <= killed


def test_workers_of_a_cluster_are_killed_by_a_cell(
    undisturbed: Undisturbed, environment: dict[str, str], store: Store, cluster: Cluster, tmp_path: Path
):
    for _ in range(5):
        cluster.start_worker()
    arguments = GRID.replace("kmeans,som ", f"kmeans,som,{WRONG} ") + f" --param {WRONG}.how=kill_parent"
    done = here(f"{arguments} --dask {cluster.address}", tmp_path, environment)
    assert (done.returncode, done.stderr) == (1, "")
    assert rows_of_others(tables(store.path())) == rows_of_others(undisturbed.tables)
    assert endings(store) == {"ok": N_CELLS, "lost worker": 3}
    assert "(in 3 attempts)" in store.path("table.md").read_text()


def test_cells_that_hang_or_use_all_memory_or_exit_or_return_no_numbers(
    undisturbed: Undisturbed, environment: dict[str, str], store: Store, tmp_path: Path
):
    arguments = (
        GRID.replace("kmeans,som ", f"kmeans,som,{WRONG} ")
        + f" --param {WRONG}.how=hang,use_memory,exit,return_nan,diverge"
    )
    done = here(f"{arguments} --jobs 2 --cell-timeout 20 --cell-memory 1.5", tmp_path, environment)
    assert (done.returncode, done.stderr) == (1, "")
    assert "5 of 7 cells failed; python -m bench show digits --errors shows the reasons." in done.stdout
    assert rows_of_others(tables(store.path())) == rows_of_others(undisturbed.tables)
    assert endings(store) == {
        **{"ok": N_CELLS, "timeout": 1, "out of memory": 3, "lost worker": 3, "failed": 1, "diverged": 1}
    }
    table = store.path("table.md").read_text()
    for message in (
        "CellTimeoutError: no result after 20 s, the time limit of a cell",
        "MemoryError: ",
        "WorkerLostError: the process ended without a result, exit code 3 (in 3 attempts)",
        "ValueError: fit_predict of Wrongdoer returned nan as a label; expected whole numbers, -1 for noise.",
        "FloatingPointError: loss is nan",
    ):
        assert message in table


def rows_of_others(contents: dict[str, str]) -> list[list[str]]:
    """The rows of table.csv and cells.csv of other methods than Wrongdoer, without columns that depend on it."""
    rows = []
    for name in ("cells.csv", "table.csv"):
        for row in csv.DictReader(io.StringIO(contents[name])):
            if WRONG not in (row["method"], row.get("label")):
                kept = {key: value for key, value in row.items() if key and not key.startswith(("param_", "how"))}
                rows.append([name, *(f"{key}={value}" for key, value in kept.items() if key != "error")])
    return rows


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_a_client_without_a_certificate_is_refused(environment: dict[str, str], tmp_path: Path):
    """The address begins with tls://, and Dask's configuration names the certificates, as in the README."""
    certificate, key = (str(tmp_path / name) for name in ("certificate.pem", "key.pem"))
    making = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*making, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    tls = ("--protocol", "tls", "--tls-ca-file", certificate, "--tls-cert", certificate, "--tls-key", key)
    (tmp_path / "dask").mkdir()
    cluster = Cluster(tmp_path / "dask", *tls)
    try:
        assert cluster.address.startswith("tls://")
        cluster.start_worker()
        arguments = f"run --dataset digits --methods kmeans --seeds 1 --threads 1 --dask {cluster.address}"
        refused = here(arguments, tmp_path, environment)
        assert refused.returncode == 2
        assert refused.stderr.startswith(f"error: --dask {cluster.address}: ")
        assert refused.stderr.count("\n") == 1
        names = {"CA_FILE": certificate, "CLIENT__CERT": certificate, "CLIENT__KEY": key}
        secrets = {f"DASK_DISTRIBUTED__COMM__TLS__{name}": value for name, value in names.items()}
        done = bench(arguments, tmp_path, {**environment, **secrets}, draws=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert "[1/1] kmeans seed 0: fitted in" in done.stdout
    finally:
        cluster.close()


def test_files_are_truncated(undisturbed: Undisturbed, environment: dict[str, str], store: Store, tmp_path: Path):
    shutil.copytree(undisturbed.folder, tmp_path, dirs_exist_ok=True)
    damaged = {
        path: length
        for pattern, length in (
            ("cells/kmeans-*.json", 100),
            ("cells/som-*.npz", 5000),
            ("scores/som-*.json", 50),
            ("attempts/som-*/*.json", 0),
            ("manifest.json", 300),
        )
        for path in store.path().glob(pattern)
    }
    assert len(damaged) == 5
    for path, length in damaged.items():
        os.truncate(path, length)
    done = here(f"{GRID} --jobs 1", tmp_path, environment)
    assert (done.returncode, done.stderr) == (0, "")
    for path in damaged:
        path = path.relative_to(tmp_path)
        lines = [line for line in done.stdout.splitlines() if line.startswith(f"warning: {path}")]
        assert len(lines) == 1, path
        assert "set aside" in lines[0]
    assert done.stdout.count("fitted in") == N_CELLS
    after = tables(store.path())
    note = re.compile(r"The manifest was lost and made again on [0-9-]+: [^.]*\.\s*")
    assert note.search(after["table.md"])
    assert {**after, "table.md": note.sub("", after["table.md"])} == undisturbed.tables


@pytest.mark.parametrize("damage", ["flipped", "pickled"])
def test_arrays_that_only_scoring_reads_are_damaged(
    damage: str, undisturbed: Undisturbed, environment: dict[str, str], tmp_path: Path
):
    """One line names the arrays, and the cell runs again at once."""
    shutil.copytree(undisturbed.folder, tmp_path, dirs_exist_ok=True)
    store = Store(tmp_path / "results", "digits")
    (path,) = store.path("cells").glob("kmeans-*.npz")
    shutil.rmtree(store.path("scores"))
    if damage == "flipped":
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    else:  # with the right checksum
        np.savez(path, labels=np.array([{}]), allow_pickle=True)
        content = path.read_bytes()
        record = decode(path.with_suffix(".json").read_bytes(), Record, "record")
        record = replace(record, arrays_digest=hashlib.sha256(content).hexdigest(), arrays_bytes=len(content))
        path.with_suffix(".json").write_bytes(encode(record))
    done = here(GRID, tmp_path, environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("warning: ") == 1
    assert f"{path.name}.corrupt" in done.stdout
    assert done.stdout.count("fitted in") == 1
    assert tables(store.path()) == undisturbed.tables


def test_the_code_changes_while_cells_run(environment: dict[str, str], tmp_path: Path):
    for name in ("bench", "methods"):
        shutil.copytree(Path(MODULES.split(os.pathsep)[0]) / name, tmp_path / "tree" / name)
    changed = {**environment, "PYTHONPATH": str(tmp_path / "tree")}
    arguments = "run --dataset digits --methods kmeans --seeds 6 --threads 1 --cell-timeout 100"
    driver = start(arguments, tmp_path / "tree", changed, draws=False)
    store = Store(tmp_path / "tree" / "results", "digits")
    until(lambda: endings(store)["ok"] >= 1)
    with (tmp_path / "tree/methods/kmeans.py").open("a") as file:
        file.write("\n# changed\n")
    output, errors = driver.communicate(timeout=120)
    assert (driver.returncode, errors) == (1, "")
    assert "of the methods, expected" in output
    assert endings(store)["failed"] >= 1
    assert {record.code_version for record in store.records()} == {attempts(store)[0].code_version}


def test_a_limit_that_the_libraries_alone_exceed(environment: dict[str, str], tmp_path: Path, store: Store):
    arguments = "run --dataset digits --methods kmeans --seeds 1 --threads 1 --cell-memory"
    done = here(f"{arguments} 0.1", tmp_path, environment, seconds=60)
    assert (done.returncode, done.stderr) == (1, "")
    assert "--cell-memory 0.1 GB is too low" in done.stdout
    assert set(endings(store)) == {"out of memory"}


def test_a_forced_run_that_fails(undisturbed: Undisturbed, environment: dict[str, str], tmp_path: Path, store: Store):
    shutil.copytree(undisturbed.folder, tmp_path, dirs_exist_ok=True)
    done = here(f"{GRID} --force --cell-timeout 0.01", tmp_path, environment)
    assert done.returncode == 1
    assert "2 of 2 cells failed" in done.stdout
    assert "Failed when run again: kmeans, seed 0" in store.path("table.md").read_text()
    assert "kmeans" in tables(store.path())["table.md"]


def test_a_worker_of_a_cluster_lacks_this_project(environment: dict[str, str], tmp_path: Path):
    """An interpreter that cannot find our modules replaces a machine where they are not installed."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text(
        "import sys\nsys.meta_path[:] = [f for f in sys.meta_path if 'editable' not in getattr(f, '__module__', '')"
        " and 'editable' not in getattr(f, '__name__', '').lower()]\n"
    )
    (tmp_path / "dask").mkdir()
    cluster = Cluster(tmp_path / "dask")
    try:
        command = [
            sys.executable,
            "-m",
            "distributed.cli.dask_worker",
            cluster.address,
            "--no-nanny",
            "--nthreads",
            "1",
        ]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        bare = {**os.environ, "PYTHONPATH": str(hidden)}
        worker = subprocess.Popen(command, cwd=hidden, env=bare, **quiet)  # type: ignore[call-overload]
        try:
            arguments = f"run --dataset digits --methods kmeans --seeds 1 --threads 1 --dask {cluster.address}"
            done = here(arguments, tmp_path, environment, seconds=60)
        finally:
            worker.kill()
            worker.wait()
        assert done.returncode == 2
        assert "dec-bench is not installed on a worker" in done.stderr
    finally:
        cluster.close()


def test_ctrl_c_twice(
    undisturbed: Undisturbed, environment: dict[str, str], store: Store, tmp_path: Path, ctrl_c: None
):
    driver = start(f"{GRID} --jobs 2", tmp_path, environment, draws=False)
    until(lambda: reports_progress(store, "som"))
    processes = cell_processes(driver.pid)
    for _ in range(2):
        driver.send_signal(signal.SIGINT)
    output, errors = driver.communicate(timeout=30)
    assert driver.returncode == 130
    assert "Traceback" not in output + errors
    assert len(errors.splitlines()) <= 1
    until(lambda: not any(process.is_running() for process in processes))
    done = here(f"{GRID} --jobs 2", tmp_path, environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert tables(store.path()) == undisturbed.tables
    assert endings(store)["ok"] == N_CELLS


def test_two_drivers(undisturbed: Undisturbed, environment: dict[str, str], store: Store, tmp_path: Path):
    drivers = [start(f"{GRID} --jobs 2", tmp_path, environment, draws=False) for _ in range(2)]
    for driver in drivers:
        _, errors = driver.communicate(timeout=120)
        assert (driver.returncode, errors) == (0, "")
    assert tables(store.path()) == undisturbed.tables
    assert endings(store) == {"ok": N_CELLS}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/sys is where even root may not write")
def test_the_results_folder_is_read_only(environment: dict[str, str], tmp_path: Path):
    done = here(f"{GRID} --results-dir /sys", tmp_path, environment)
    assert done.returncode == 2
    assert done.stdout == "kmeans, som on digits, seed 0; results in /sys/digits\n"
    assert len(done.stderr.splitlines()) == 1
    assert "/sys/digits" in done.stderr


@pytest.mark.parametrize("n_seeds", [1, pytest.param(2, marks=pytest.mark.nightly)])
def test_the_disk_is_full(
    n_seeds: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    """In turn, each write and all later writes fail; then the disk has space again. A seed has every kind of write."""
    (tmp_path / "points.csv").write_text(
        "x,label\n" + "".join(f"{row % 4 + row / 100},{row % 4}\n" for row in range(40))
    )
    arguments = ["run", "--dataset", str(tmp_path / "points.csv"), "--seeds", str(n_seeds), "--threads", "1"]
    arguments += ["--methods", "kmeans", "--param", "kmeans.n_init=1", "--name", "points", "--results-dir"]
    assert main([*arguments, str(tmp_path / "undisturbed")]) == 0
    expected = tables(tmp_path / "undisturbed/points")
    for n_writes in itertools.count():
        left = n_writes

        def write(real: Callable[..., object], *arguments: object) -> object:
            nonlocal left
            left -= 1
            if left < 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(*arguments)

        results = tmp_path / str(n_writes)
        capfd.readouterr()
        with monkeypatch.context() as patch:
            patch.setattr("os.fsync", partial(write, os.fsync))
            patch.setattr("os.link", partial(write, os.link))
            code = main([*arguments, str(results)])
        output, errors = capfd.readouterr()
        if code == 0:
            break
        assert code in (1, 2)
        assert "No space left on device" in output + errors
        assert "Traceback" not in output + errors
        assert main([*arguments, str(results)]) == 0
        assert tables(results / "points") == expected
        assert endings(Store(results, "points"))["lost worker"] == 0
    assert n_writes > 20
