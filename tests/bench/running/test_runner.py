"""Running, failing, resuming, scoring: on real digits and through the real store."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from reporters import Log
from safetensors.numpy import load_file
from sklearn import metrics

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.errors import UsageError
from bench.experiments.experiment import parse_experiment
from bench.machine.code import code_version
from bench.machine.environment import describe_environment
from bench.running.executors import Here, Job, Processes
from bench.running.fitting import Settings
from bench.running.runner import Run, join_manifest, score_cells
from bench.store.locks import Locks
from bench.store.records import Cell, Record
from bench.store.store import Store

SETTINGS = Settings(environment=describe_environment(threads=1, device="cpu"), code=code_version())
QUICK = ["dec.pretrain_epochs=2", "dec.epochs=1", "ae-kmeans.pretrain_epochs=2", "som.n_steps=500", "kmeans.n_init=1"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> ImageData:
    return load("digits", cache_dir=tmp_path_factory.mktemp("cache"))


def cells_of(data: ImageData, methods: str, seeds: str = "1", params: list[str] | None = None) -> list[Cell]:
    names = methods.split(",")
    experiment = parse_experiment(
        methods=methods,
        dataset="digits",
        split="train+test",
        seeds=seeds,
        presets=None,
        latent_dims=None,
        n_clusters=None,
        params=[param for param in QUICK if param.split(".")[0] in names] if params is None else params,
    )
    return experiment.cells(data.summary())


def run(cells: list[Cell], data: ImageData, store: Store, jobs: int = 1) -> Log:
    log = Log()
    job = Job(data, store, SETTINGS)
    with Locks() as locks, Here(job) if jobs == 1 else Processes(job, jobs) as executor:
        todo = [cell for cell in cells if store.finished(cell) is None]
        Run(job, log, locks).cells(todo, executor)
    score_cells(cells, data, store, 1, log)
    return log


def records(log: Log) -> list[Record]:
    """Of cells that all were fitted."""
    assert set(log.endings) == {"ok"}
    return [result.record for result in log.results if result.record is not None]


@pytest.fixture(scope="module")
def done(data: ImageData, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Cell], Store]:
    store = Store(tmp_path_factory.mktemp("results"), "digits")
    cells = cells_of(data, "dec,ae-kmeans,som,kmeans")
    run(cells, data, store)
    return cells, store


def test_every_cell_has_a_record_and_scores(done: tuple[list[Cell], Store]):
    cells, store = done
    for cell in cells:
        record, scores = store.finished(cell), store.scores(cell.key)
        assert record is not None
        assert scores is not None
        assert record.fit_seconds is not None
        assert record.fit_seconds > 0
        assert record.environment.threads == 1


def test_scores_are_those_of_the_stored_labels(done: tuple[list[Cell], Store], data: ImageData):
    cells, store = done
    for cell in cells:
        arrays, scores = store.arrays(cell.key), store.scores(cell.key)
        assert scores is not None
        assert scores.values["ari"] == pytest.approx(metrics.adjusted_rand_score(data.labels, arrays["labels"]))
        own = arrays.get("embedding", data.features)
        assert scores.values["silhouette_own"] == pytest.approx(
            metrics.silhouette_score(own, arrays["labels"]), abs=1e-5
        )
        assert scores.values["silhouette_input"] == pytest.approx(
            metrics.silhouette_score(data.features, arrays["labels"]), abs=1e-5
        )


def test_dec_and_ae_kmeans_share_one_pretraining(done: tuple[list[Cell], Store]):
    cells, store = done
    dec, ae_kmeans = (store.finished(cell) for cell in cells[:2])
    assert dec is not None
    assert ae_kmeans is not None
    assert len(list((store.results_dir / ".pretrained").iterdir())) == 1
    assert dec.history["pretrain/reconstruction"] == ae_kmeans.history["pretrain/reconstruction"]
    assert ae_kmeans.fit_seconds is not None
    assert ae_kmeans.fit_seconds >= ae_kmeans.phase_seconds["pretrain"] > 0


def test_a_finished_cell_is_never_run_again(done: tuple[list[Cell], Store], data: ImageData):
    cells, store = done
    before = {path.name: path.stat().st_mtime_ns for path in store.path("cells").iterdir()}
    assert run(cells, data, store).started == []
    assert {path.name: path.stat().st_mtime_ns for path in store.path("cells").iterdir()} == before


def test_same_seed_same_bits_in_another_store(done: tuple[list[Cell], Store], data: ImageData, tmp_path: Path):
    cells, store = done
    again = Store(tmp_path, "again")
    run(cells, data, again)
    for cell in cells:
        for name, array in store.arrays(cell.key).items():
            np.testing.assert_array_equal(array, again.arrays(cell.key)[name])
        assert store.scores(cell.key) == again.scores(cell.key)


def test_a_cell_that_raises_is_a_record_and_the_others_go_on(data: ImageData, tmp_path: Path):
    store = Store(tmp_path, "failing")
    cells = cells_of(data, "sklearn.cluster:DBSCAN,kmeans", params=["sklearn.cluster:DBSCAN.eps=0.000001"])
    log = run(cells, data, store)
    assert log.endings == ["failed", "ok"]
    assert store.finished(cells[0]) is None
    (failed,) = store.attempts(cells[0].key)
    assert failed.failure is not None
    assert failed.failure.message == "DBSCAN labelled all 1797 samples as noise."
    assert "Traceback" in failed.failure.traceback
    assert store.scores(cells[0].key) is None
    assert store.scores(cells[1].key) is not None


def test_a_loss_that_is_not_finite_is_a_failed_record(data: ImageData, tmp_path: Path):
    store = Store(tmp_path, "diverging")
    cells = cells_of(data, "dec", params=["dec.lr=1e30", "dec.pretrain_epochs=2"])
    (result,) = run(cells, data, store).results
    assert result.attempt.ending == "diverged"
    assert result.attempt.failure is not None
    assert "loss is nan" in result.attempt.failure.message


def test_an_interrupted_run_keeps_what_is_finished_and_goes_on(data: ImageData, tmp_path: Path):
    store = Store(tmp_path, "interrupted")
    cells = cells_of(data, "kmeans", seeds="3")

    class Interrupting(Log):
        def cell_started(self, cell: Cell) -> None:
            if len(self.results) == 2:
                raise KeyboardInterrupt
            super().cell_started(cell)

    job = Job(data, store, SETTINGS)
    with pytest.raises(KeyboardInterrupt), Locks() as locks:
        Run(job, Interrupting(), locks).cells(cells, Here(job))
    assert [store.finished(cell) is not None for cell in cells] == [True, True, False]
    assert run(cells, data, store).started == cells[2:]
    assert all(store.scores(cell.key) for cell in cells)


def test_a_metric_added_later_needs_no_rerun(done: tuple[list[Cell], Store], data: ImageData):
    cells, store = done
    scores = store.scores(cells[0].key)
    assert scores is not None
    fewer = {name: value for name, value in scores.values.items() if name != "nmi"}
    store.write_scores(type(scores)(key=scores.key, values=fewer))
    assert run(cells, data, store).started == []
    assert store.scores(cells[0].key) == scores


def test_scores_of_other_metrics_are_computed_anew(done: tuple[list[Cell], Store], data: ImageData):
    cells, store = done
    scores = store.scores(cells[0].key)
    assert scores is not None
    store.write_scores(type(scores)(key=scores.key, values={**scores.values, "ari": 2.0}, metrics_version="old"))
    assert run(cells, data, store).started == []
    assert store.scores(cells[0].key) == scores


def test_the_record_tells_from_which_autoencoder_a_fit_started(data: ImageData, tmp_path: Path):
    store = Store(tmp_path, "pretraining")
    epochs = ["dec.pretrain_epochs=1", "dec.epochs=1", "ae-kmeans.pretrain_epochs=1,2"]
    dec, same, other = records(run(cells_of(data, "dec,ae-kmeans", params=epochs), data, store))
    assert dec.pretrained == same.pretrained
    assert dec.pretrained != other.pretrained
    (kmeans,) = records(run(cells_of(data, "kmeans"), data, store))
    assert kmeans.pretrained is None


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


def test_what_a_fit_warns_of_is_kept(data: ImageData, tmp_path: Path):
    few = replace(data, features=np.repeat(data.features[:3], 599, axis=0), digest="3" * 64)
    (record,) = records(run(cells_of(data, "kmeans"), few, Store(tmp_path, "x")))
    assert len(record.warnings) == 1
    assert record.warnings[0].startswith("ConvergenceWarning: Number of distinct clusters (3) found smaller")


def test_a_method_that_ends_the_program_is_a_failed_record(
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
    manifest, notes = join_manifest(store, cells, data, SETTINGS, "first")
    store.write_manifest(manifest)
    assert notes == []
    with pytest.raises(UsageError, match="choose another --name"):
        join_manifest(store, cells, replace(data, digest="0" * 64), SETTINGS, "second")


def test_other_code_is_named_and_other_flags_add_cells(data: ImageData, tmp_path: Path):
    store = Store(tmp_path, "one")
    cells = cells_of(data, "kmeans")
    store.write_manifest(join_manifest(store, cells, data, replace(SETTINGS, code="0123456789ab"), "first")[0])
    more = cells_of(data, "kmeans", seeds="2")
    manifest, notes = join_manifest(store, more, data, replace(SETTINGS, code="ba9876543210"), "second")
    assert [cell.seed for cell in manifest.cells] == [0, 1]
    assert manifest.commands == ["first", "second"]
    assert manifest.code_versions == ["0123456789ab", "ba9876543210"]
    assert len(notes) == 1
    assert "the methods have changed" in notes[0]


def test_a_lost_manifest_is_made_from_the_records(data: ImageData, tmp_path: Path):
    store = Store(tmp_path, "one")
    run(cells_of(data, "kmeans", seeds="2"), data, store)
    manifest, _ = join_manifest(store, cells_of(data, "som"), data, SETTINGS, "again")
    assert [(cell.method, cell.seed) for cell in manifest.cells] == [("som", 0), ("kmeans", 0), ("kmeans", 1)]
    assert manifest.code_versions == [SETTINGS.code]


def test_threads_are_limited_and_given_back():
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


def test_arrays_that_are_not_those_of_a_fit_are_set_aside_at_scoring(data: ImageData, tmp_path: Path):
    """Whole and with the right checksum, but of another length, of text, or without labels."""
    (cell,) = cells_of(data, "kmeans")
    (record,) = records(run([cell], data, Store(tmp_path, "whole")))
    store = Store(tmp_path, "odd")
    for arrays in ({"labels": np.zeros(5, np.int64)}, {"labels": np.array(["a"] * 1797)}, {"others": np.zeros(3)}):
        assert store.write(record, arrays)
        assert score_cells([cell], data, store, 1, Log()) == {cell.key}
        assert store.finished(cell) is None
        assert "does not hold the arrays of a fit" in store.warnings[-1]
