"""Cross-validation: methods learn from all folds but one, and everything recorded is of that one."""

import numpy as np
import pytest
from grids import run
from reporters import Log
from sklearn import metrics

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.experiments.folds import fold_of, measured_rows
from bench.machine.code import code_version
from bench.machine.environment import describe_environment
from bench.running.executors import Here, Job
from bench.running.fitting import Settings, pretraining_key
from bench.running.runner import score_cells
from bench.store.records import Cell
from bench.store.store import Store
from methods.dec.estimator import DEC

SETTINGS = Settings(environment=describe_environment(threads=1, device="cpu"), code=code_version())
PARAMS = {"pretrain_epochs": 3, "epochs": 2, "n_init": 2}


def cell(method: str, seed: int) -> Cell:
    learns = {"preset": "small", "latent_dim": 5, "params": PARAMS} if method == "dec" else {}
    return Cell(method=method, seed=seed, n_clusters=10, folds=3, **learns)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> ImageData:
    return load("digits", cache_dir=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def store(data: ImageData, tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("results"), "folds")
    cells = [cell(method, seed) for method in ("dec", "kmeans") for seed in range(3)]
    log = Log()
    job = Job(data, store, SETTINGS)
    run(cells, job, log, Here(job))
    assert log.endings == ["ok"] * 6
    score_cells(cells, data, store, 1, log)
    return store


def test_every_sample_is_held_out_once_and_never_learnt_from_then():
    for first in (0, 3, 30):
        splits = [fold_of(cell("kmeans", seed), 100) for seed in range(first, first + 3)]
        assert all(made is not None and not set(made.training) & set(made.measured) for made in splits)
        assert sorted(row for made in splits if made for row in made.measured) == list(range(100))
    assert not np.array_equal(measured_rows(cell("dec", 0), 100), measured_rows(cell("dec", 3), 100))
    np.testing.assert_array_equal(measured_rows(cell("dec", 1), 100), measured_rows(cell("kmeans", 1), 100))


def test_records_are_of_the_fold_held_out_by_a_fit_of_the_others(store: Store, data: ImageData):
    rows = fold_of(cell("dec", 1), len(data.features))
    assert rows is not None
    fitted = DEC(10, preset="small", latent_dim=5, device="cpu", random_state=1, **PARAMS).fit(
        data.features[rows.training]
    )
    held_out, truth = data.features[rows.measured], data.labels[rows.measured]
    record, arrays, scores = (
        store.finished(cell("dec", 1)),
        store.arrays(cell("dec", 1).key),
        store.scores(cell("dec", 1).key),
    )
    assert record is not None
    assert scores is not None
    np.testing.assert_array_equal(arrays["labels"], fitted.predict(held_out))
    np.testing.assert_array_equal(arrays["embedding"], fitted.transform(held_out))
    np.testing.assert_array_equal(arrays["soft_assignments"], fitted.soft_assign(held_out))
    error = np.square(fitted.reconstruct(held_out).astype(float) - held_out).mean()
    assert record.reconstruction_error == pytest.approx(error)
    assert scores.values["reconstruction_error"] == record.reconstruction_error
    assert scores.values["ari"] == pytest.approx(metrics.adjusted_rand_score(truth, arrays["labels"]))
    expected = metrics.silhouette_score(fitted.transform(held_out), arrays["labels"])
    assert scores.values["silhouette_own"] == pytest.approx(expected, abs=1e-5)


def test_methods_without_a_decoder_have_no_reconstruction_error(store: Store):
    scores = store.scores(cell("kmeans", 0).key)
    assert scores is not None
    assert scores.values["reconstruction_error"] is None
    assert scores.values["quantization_error"] is not None


def test_an_autoencoder_that_saw_a_fold_is_not_reused_for_it(data: ImageData):
    keys = {pretraining_key(cell("dec", seed), data, SETTINGS) for seed in range(3)}
    whole = Cell(method="dec", seed=0, n_clusters=10, preset="small", latent_dim=5, params=PARAMS)
    assert len(keys | {pretraining_key(whole, data, SETTINGS)}) == 4


def test_what_is_given_back_is_kept_of_some_samples(store: Store, data: ImageData):
    arrays = store.arrays(cell("dec", 0).key)
    assert arrays["reconstructions"].shape == (32, 64)
    assert "reconstructions" not in store.arrays(cell("kmeans", 0).key)
