"""Running, failing, resuming, scoring and merging manifests, on real digits and in real results folders."""

import shutil
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import grids
import numpy as np
import pytest
from grids import CODE, job_of
from msgspec import structs
from observers import Log
from safetensors.numpy import load_file
from sklearn import metrics

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.errors import UsageError
from bench.report.outcomes import read
from bench.report.tables.caveats import OF_LOST_CLUSTERS
from bench.running.attempt import Result
from bench.running.executors import InProcess, Processes
from bench.running.manifest import merged_manifest
from bench.running.runner import Scheduler
from bench.running.score_finished import score_finished
from bench.store.locks import Locks
from bench.store.records import Cell, Record
from bench.store.store import Store
from methods.registry import ProgressCallback

DIVERGE = "wrongdoer:Wrongdoer.how=diverge"
QUICK = ["dec.pretrain_epochs=2", "dec.epochs=1", "ae-kmeans.pretrain_epochs=2", "som.n_steps=500", "kmeans.n_init=1"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> ImageData:
    return load("digits", cache_dir=tmp_path_factory.mktemp("cache"))


def cells_of(data: ImageData, methods: str, seeds: str = "1", params: list[str] | None = None) -> list[Cell]:
    names = methods.split(",")
    quick = [param for param in QUICK if param.split(".")[0] in names]
    return grids.cells_of(data, methods, *(quick if params is None else params), seeds=seeds)


def run(cells: list[Cell], data: ImageData, store: Store, jobs: int = 1) -> Log:
    log = Log()
    job = job_of(data, store)
    with Locks() as locks, InProcess(job) if jobs == 1 else Processes(job, jobs) as executor:
        Scheduler(job, log, locks).run([cell for cell in cells if store.finished(cell) is None], executor)
    score_finished(cells, data, store, 1, log.scoring)
    return log


def records(log: Log) -> list[Record]:
    """The records of a run without failures."""
    assert set(log.endings) == {"ok"}
    return [result.record for result in log.results if result.record is not None]


@pytest.fixture(scope="module")
def done(data: ImageData, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Cell], Store]:
    store = Store(tmp_path_factory.mktemp("results"), "digits")
    cells = cells_of(data, "dec,ae-kmeans,som,kmeans")
    run(cells, data, store)
    return cells, store


@pytest.mark.slow
def test_every_cell_has_a_record_and_scores(done: tuple[list[Cell], Store]):
    cells, store = done
    for cell in cells:
        record, scores = store.finished(cell), store.scores(store.finished(cell))
        assert record is not None
        assert scores is not None
        assert record.fit_seconds is not None
        assert record.fit_seconds > 0
        assert record.environment.threads == 1


@pytest.mark.slow
def test_scores_equal_the_scores_of_scikit_learn_on_the_stored_labels(done: tuple[list[Cell], Store], data: ImageData):
    cells, store = done
    for cell in cells:
        arrays, scores = store.arrays(cell.key), store.scores(store.finished(cell))
        assert scores is not None
        assert scores.values["ari"] == pytest.approx(metrics.adjusted_rand_score(data.labels, arrays["labels"]))
        own = arrays.get("embedding", data.features)
        assert scores.values["silhouette_own"] == pytest.approx(
            metrics.silhouette_score(own, arrays["labels"]), abs=1e-5
        )
        assert scores.values["silhouette_input"] == pytest.approx(
            metrics.silhouette_score(data.features, arrays["labels"]), abs=1e-5
        )


@pytest.mark.slow
def test_dec_and_ae_kmeans_share_one_pretraining(done: tuple[list[Cell], Store]):
    cells, store = done
    dec, ae_kmeans = (store.finished(cell) for cell in cells[:2])
    assert dec is not None
    assert ae_kmeans is not None
    assert len(list((store.results_dir / ".pretrained").iterdir())) == 1
    assert dec.history["pretrain/reconstruction"] == ae_kmeans.history["pretrain/reconstruction"]
    assert ae_kmeans.fit_seconds is not None
    assert ae_kmeans.fit_seconds >= ae_kmeans.phase_seconds["pretrain"] > 0


@pytest.mark.slow
def test_a_finished_cell_is_never_run_again(done: tuple[list[Cell], Store], data: ImageData):
    cells, store = done
    before = {path.name: path.stat().st_mtime_ns for path in store.path("cells").iterdir()}
    assert run(cells, data, store).started == []
    assert {path.name: path.stat().st_mtime_ns for path in store.path("cells").iterdir()} == before


@pytest.mark.slow
def test_same_seed_same_bits_in_another_store(done: tuple[list[Cell], Store], data: ImageData, tmp_path: Path):
    cells, store = done
    again = Store(tmp_path, "again")
    run(cells, data, again)
    for cell in cells:
        for name, array in store.arrays(cell.key).items():
            np.testing.assert_array_equal(array, again.arrays(cell.key)[name])
        assert store.scores(store.finished(cell)) == again.scores(again.finished(cell))


def test_a_cell_that_raises_is_a_failed_attempt_and_the_others_go_on(data: ImageData, tmp_path: Path):
    store = Store(tmp_path, "failing")
    cells = cells_of(data, "sklearn.cluster:DBSCAN,kmeans", params=["sklearn.cluster:DBSCAN.eps=-1"])
    log = run(cells, data, store)
    assert log.endings == ["failed", "ok"]
    assert store.finished(cells[0]) is None
    (failed,) = store.attempts(cells[0].key)
    assert failed.failure is not None
    assert failed.failure.message.startswith("The 'eps' parameter of DBSCAN must be a float")
    assert "Traceback" in failed.failure.traceback
    assert store.scores(store.finished(cells[0])) is None
    assert store.scores(store.finished(cells[1])) is not None


def test_a_loss_that_is_not_finite_is_a_failed_attempt(data: ImageData, tmp_path: Path):
    store = Store(tmp_path, "diverging")
    cells = cells_of(data, "dec", params=["dec.lr=1e30", "dec.pretrain_epochs=2"])
    (result,) = run(cells, data, store).results
    assert result.attempt.ending == "diverged"
    assert result.attempt.failure is not None
    assert "loss is nan" in result.attempt.failure.message


def test_an_interrupted_run_keeps_finished_cells_and_can_continue(data: ImageData, tmp_path: Path):
    store = Store(tmp_path, "interrupted")
    cells = cells_of(data, "kmeans", seeds="3")

    class Interrupting(Log):
        def cell_started(self, cell: Cell) -> None:
            if len(self.results) == 2:
                raise KeyboardInterrupt
            super().cell_started(cell)

    job = job_of(data, store)
    with pytest.raises(KeyboardInterrupt), Locks() as locks:
        Scheduler(job, Interrupting(), locks).run(cells, InProcess(job))
    assert [store.finished(cell) is not None for cell in cells] == [True, True, False]
    assert run(cells, data, store).started == cells[2:]
    assert all(store.scores(store.finished(cell)) for cell in cells)


@pytest.mark.parametrize("force", [False, True])
def test_the_late_result_of_a_driver_that_slept_is_superseded(data: ImageData, tmp_path: Path, force: bool):
    """While it slept, another driver took its lock over and finished the cell."""
    store, other_store = Store(tmp_path, "digits"), Store(tmp_path, "digits")
    (cell,) = cells_of(data, "kmeans")
    first: list[Record] = []

    class Sleeping(InProcess):
        def submit(self, cell: Cell, progress: ProgressCallback) -> Future[Result]:
            late = super().submit(cell, progress)
            shutil.rmtree(store.lock_path(cell.key))
            first.extend(records(run([cell], data, other_store)))
            return late

    log, job = Log(), job_of(data, store)
    with Locks(beat_seconds=100) as locks:  # it sleeps, so it has not noticed
        Scheduler(job, log, locks, force).run([cell], Sleeping(job))
    assert (log.results, log.ended_elsewhere) == ([], [cell])
    assert [attempt.ending for attempt in store.attempts(cell.key)] == ["ok", "superseded"]
    assert structs.replace(store.finished(cell), arrays_digest="", arrays_bytes=0, model_digest="") == first[0]
    store.write_manifest(merged_manifest(job, [cell], "command")[0])
    (outcome,) = read(store).all
    assert outcome.status == "ok"
    assert outcome.attempt == store.attempts(cell.key)[0]
    assert "second result is dropped" in store.warnings[0]


def test_old_scores_never_stand_beside_a_new_fit(data: ImageData, tmp_path: Path):
    """The arrays were damaged, and the new fit is another one because the method changed."""
    store = Store(tmp_path, "digits")
    cells = cells_of(data, "kmeans")
    run(cells, data, store)
    old = store.scores(store.finished(cells[0]))
    with store.path("cells", f"{cells[0].key}.npz").open("r+b") as file:
        file.truncate(5000)
    job = job_of(data, store)
    changed = replace(data, features=np.asarray(data.features)[:, ::-1] ** 2)
    with Locks() as locks, InProcess(replace(job, data=changed)) as executor:
        Scheduler(job, Log(), locks).run(cells, executor)
    new = store.finished(cells[0])
    assert store.scores(new) is None
    run(cells, data, store)
    scores = store.scores(new)
    assert scores.values["ari"] != old.values["ari"]
    assert scores.values["ari"] == metrics.adjusted_rand_score(data.labels, store.arrays(new.key)["labels"])


@pytest.mark.slow
def test_a_metric_added_later_needs_no_rerun(done: tuple[list[Cell], Store], data: ImageData):
    cells, store = done
    scores = store.scores(store.finished(cells[0]))
    assert scores is not None
    fewer = {name: value for name, value in scores.values.items() if name != "nmi"}
    store.write_scores(structs.replace(scores, values=fewer, metrics_version=""))
    assert run(cells, data, store).started == []
    assert store.scores(store.finished(cells[0])) == scores


@pytest.mark.slow
def test_scores_of_another_metrics_version_are_computed_again(done: tuple[list[Cell], Store], data: ImageData):
    cells, store = done
    scores = store.scores(store.finished(cells[0]))
    assert scores is not None
    store.write_scores(structs.replace(scores, values={**scores.values, "ari": 2.0}, metrics_version="old"))
    assert run(cells, data, store).started == []
    assert store.scores(store.finished(cells[0])) == scores


@pytest.mark.slow
def test_the_record_names_the_autoencoder_that_a_fit_started_from(data: ImageData, tmp_path: Path):
    store = Store(tmp_path, "pretraining")
    epochs = ["dec.pretrain_epochs=1", "dec.epochs=1", "ae-kmeans.pretrain_epochs=1,2"]
    dec, same, other = records(run(cells_of(data, "dec,ae-kmeans", params=epochs), data, store))
    assert dec.pretrained == same.pretrained
    assert dec.pretrained != other.pretrained
    (kmeans,) = records(run(cells_of(data, "kmeans"), data, store))
    assert kmeans.pretrained is None


@pytest.mark.slow
def test_damaged_weights_are_made_again(data: ImageData, tmp_path: Path):
    cells = cells_of(data, "dec,ae-kmeans")
    store = Store(tmp_path, "weights")
    (dec,) = records(run(cells[:1], data, store))
    assert dec.pretrained is not None
    path = store.pretrained_path(dec.pretrained)
    weights = load_file(path)
    path.write_bytes(path.read_bytes()[:100])
    assert run(cells[1:], data, store).endings == ["ok"]
    for name, array in load_file(path).items():
        np.testing.assert_array_equal(array, weights[name])


def test_the_warnings_of_a_fit_are_stored(data: ImageData, tmp_path: Path):
    few = replace(data, features=np.repeat(data.features[:3], 599, axis=0), digest="3" * 64)
    (record,) = records(run(cells_of(data, "kmeans"), few, Store(tmp_path, "x")))
    assert len(record.warnings) == 2
    assert record.warnings[1].startswith(f"{OF_LOST_CLUSTERS}3 of 10 clusters have samples")
    assert record.warnings[0].startswith("ConvergenceWarning: Number of distinct clusters (3) found smaller")


def test_a_method_that_ends_the_program_is_a_failed_attempt(
    data: ImageData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "quitter.py").write_text(
        "from sklearn.base import BaseEstimator, ClusterMixin\n"
        "class Quitter(ClusterMixin, BaseEstimator):\n"
        "    def fit(self, X, y=None):\n"
        "        raise SystemExit(7)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    log = run(cells_of(data, "quitter:Quitter,kmeans", params=[]), data, Store(tmp_path, "x"))
    assert log.endings == ["failed", "ok"]
    failure = log.results[0].attempt.failure
    assert failure is not None
    assert failure.type == "SystemExit"


@pytest.mark.slow
def test_true_labels_change_no_label_of_a_method(done: tuple[list[Cell], Store], data: ImageData, tmp_path: Path):
    cells, store = done
    shuffled = replace(data, labels=np.random.default_rng(0).permutation(data.labels))
    other = Store(tmp_path, "shuffled")
    run(cells, shuffled, other)
    for cell in cells:
        np.testing.assert_array_equal(store.arrays(cell.key)["labels"], other.arrays(cell.key)["labels"])


def test_other_data_under_one_name_are_refused(data: ImageData, tmp_path: Path):
    store = Store(tmp_path, "one")
    cells = cells_of(data, "kmeans")
    manifest, caveats = merged_manifest(job_of(data, store), cells, "first")
    store.write_manifest(manifest)
    assert caveats == []
    with pytest.raises(UsageError, match="choose another --name"):
        merged_manifest(job_of(replace(data, digest="0" * 64), store), cells, "second")


def test_another_code_version_is_named_and_other_options_add_cells(data: ImageData, tmp_path: Path):
    store = Store(tmp_path, "one")
    job = replace(job_of(data, store), code="0123456789ab")
    store.write_manifest(merged_manifest(job, cells_of(data, "kmeans"), "first")[0])
    more = cells_of(data, "kmeans", seeds="2")
    manifest, caveats = merged_manifest(replace(job, code="ba9876543210"), more, "second")
    assert [cell.seed for cell in manifest.cells] == [0, 1]
    assert manifest.commands == ["first", "second"]
    assert manifest.code_versions == ["0123456789ab", "ba9876543210"]
    assert len(caveats) == 1
    assert "the methods have changed" in caveats[0]


def test_a_lost_manifest_is_made_from_the_records(data: ImageData, tmp_path: Path):
    store = Store(tmp_path, "one")
    run(cells_of(data, "kmeans", seeds="2"), data, store)
    manifest, _ = merged_manifest(job_of(data, store), cells_of(data, "som"), "again")
    assert [(cell.method, cell.seed) for cell in manifest.cells] == [("som", 0), ("kmeans", 0), ("kmeans", 1)]
    assert manifest.code_versions == [CODE]
    assert "lost" in manifest.notes[0]


def test_a_lost_manifest_keeps_failed_cells(data: ImageData, tmp_path: Path):
    store = Store(tmp_path, "one")
    assert run(cells_of(data, "wrongdoer:Wrongdoer", params=[DIVERGE]), data, store).endings == ["diverged"]
    manifest, _ = merged_manifest(job_of(data, store), cells_of(data, "kmeans"), "again")
    assert [cell.method for cell in manifest.cells] == ["kmeans", "wrongdoer:Wrongdoer"]
    store.write_manifest(manifest)
    assert [outcome.status for outcome in read(store).all] == ["missing", "failed"]


def test_the_text_of_an_error_may_be_no_utf_8(data: ImageData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """As in the name of a file that is not UTF-8."""
    (tmp_path / "odd_text.py").write_text(
        "import warnings\n"
        "import numpy as np\n"
        "from sklearn.base import BaseEstimator, ClusterMixin\n"
        "class Odd(ClusterMixin, BaseEstimator):\n"
        "    def __init__(self, fails=True):\n"
        "        self.fails = fails\n"
        "    def fit(self, X, y=None):\n"
        "        warnings.warn('cannot read caf\\udce9.png')\n"
        "        if self.fails:\n"
        "            raise ValueError('cannot read caf\\udce9.png')\n"
        "        self.labels_ = np.arange(len(X)) % 2\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    store = Store(tmp_path / "results", "x")
    log = run(cells_of(data, "odd_text:Odd", params=["odd_text:Odd.fails=true,false"]), data, store)
    assert log.endings == ["failed", "ok"]
    assert log.results[0].attempt.failure.message == r"cannot read caf\udce9.png"
    assert log.results[1].record.warnings == [r"UserWarning: cannot read caf\udce9.png"]


def test_the_limit_of_threads_ends_with_its_block():
    import torch

    from bench.machine.threads import choose_threads, limited_threads

    before = torch.get_num_threads()
    with limited_threads(1):
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before
    assert choose_threads(3) == 3
    for wrong in (0, 1025):
        with pytest.raises(UsageError, match=f"--threads {wrong} is not valid; expected a number from 1 to 1024"):
            choose_threads(wrong)


def test_arrays_that_do_not_fit_the_data_are_set_aside_at_scoring(data: ImageData, tmp_path: Path):
    """The file is complete and has the right checksum, but its labels have another length, are text, or are missing."""
    (cell,) = cells_of(data, "kmeans")
    (record,) = records(run([cell], data, Store(tmp_path, "whole")))
    store = Store(tmp_path, "odd")
    for arrays in ({"labels": np.zeros(5, np.int64)}, {"labels": np.array(["a"] * 1797)}, {"others": np.zeros(3)}):
        assert store.write(record, arrays)
        assert score_finished([cell], data, store, 1, Log().scoring) == {cell.key}
        assert store.finished(cell) is None
        assert "set aside" in store.warnings[-1]
