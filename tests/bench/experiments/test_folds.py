"""Cross-validation: methods learn from all folds except one, and the record describes that fold."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from grids import job_of, run
from msgspec import structs
from observers import Log
from sklearn import metrics

from bench.datasets.images import ImageData
from bench.datasets.load import load
from bench.experiments.folds import fold_of
from bench.running.executors import InProcess
from bench.running.score_finished import score_finished
from bench.store.records import Cell
from bench.store.store import Store
from methods.dec.estimator import DEC

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
    job = job_of(data, store)
    run(cells, job, log, InProcess(job))
    assert log.endings == ["ok"] * 6
    score_finished(cells, data, store, 1, log.scoring)
    return store


def test_every_sample_is_held_out_once_and_is_not_in_the_training_rows_of_that_fold():
    for first in (0, 3, 30):
        folds = [fold_of(cell("kmeans", seed), 100) for seed in range(first, first + 3)]
        assert all(not set(made.training) & set(made.measured) for made in folds)
        assert sorted(row for made in folds for row in made.measured) == list(range(100))
    assert not np.array_equal(fold_of(cell("dec", 0), 100).measured, fold_of(cell("dec", 3), 100).measured)
    np.testing.assert_array_equal(fold_of(cell("dec", 1), 100).measured, fold_of(cell("kmeans", 1), 100).measured)


@pytest.mark.slow
def test_the_record_is_about_the_held_out_fold(store: Store, data: ImageData):
    rows = fold_of(cell("dec", 1), len(data.features))
    fitted = DEC(
        10, preset="small", latent_dim=5, image_shape=data.image_shape, device="cpu", random_state=1, **PARAMS
    ).fit(data.features[rows.training])
    held_out, truth = data.features[rows.measured], data.labels[rows.measured]
    record, arrays, scores = (
        store.finished(cell("dec", 1)),
        store.arrays(cell("dec", 1).key),
        store.scores(store.finished(cell("dec", 1))),
    )
    assert record is not None
    assert scores is not None
    np.testing.assert_array_equal(arrays["labels"], fitted.predict(held_out))
    np.testing.assert_array_equal(arrays["embedding"], fitted.transform(held_out))
    np.testing.assert_array_equal(arrays["soft_assignments"], fitted.predict_proba(held_out))
    error = np.square(fitted.inverse_transform(fitted.transform(held_out)).astype(float) - held_out).mean()
    assert record.reconstruction_error == pytest.approx(error)
    assert scores.values["reconstruction_error"] == record.reconstruction_error
    assert scores.values["ari"] == pytest.approx(metrics.adjusted_rand_score(truth, arrays["labels"]))
    expected = metrics.silhouette_score(fitted.transform(held_out), arrays["labels"])
    assert scores.values["silhouette_own"] == pytest.approx(expected, abs=1e-5)


@pytest.mark.slow
def test_methods_without_a_decoder_have_no_reconstruction_error(store: Store):
    scores = store.scores(store.finished(cell("kmeans", 0)))
    assert scores is not None
    assert scores.values["reconstruction_error"] is None
    assert scores.values["quantization_error"] is not None


def test_an_autoencoder_that_saw_a_fold_is_not_reused_for_it(data: ImageData, tmp_path: Path):
    job = job_of(data, Store(tmp_path, "x"))
    keys = {job.pretraining_key(cell("dec", seed)) for seed in range(3)}
    whole = Cell(method="dec", seed=0, n_clusters=10, preset="small", latent_dim=5, params=PARAMS)
    assert len(keys | {job.pretraining_key(whole)}) == 4


def test_the_key_of_pretrained_weights_has_what_decides_their_bits_on_the_device(data: ImageData, tmp_path: Path):
    """On CUDA: the card and cuDNN, not the number of the GPU, the processor or its threads."""

    def key(**changes: Any) -> str | None:
        job = job_of(data, Store(tmp_path, "x"))
        return replace(job, environment=structs.replace(job.environment, **changes)).pretraining_key(cell("dec", 0))

    assert len({key(), key(threads=99), key(processor="another processor")}) == 3
    card = {"device": "cuda", "accelerator": "A", "versions": {"torch": "2", "cudnn": "9"}, "precision": "float32"}
    assert key(**card) == key(**card | {"device": "cuda:1", "threads": 3, "processor": "another processor"})
    assert len({key(), key(**card), key(**card | {"accelerator": "B"}), key(**card | {"precision": "bfloat16"})}) == 4
    assert key(**card) != key(**card | {"versions": {"torch": "2", "cudnn": "10"}})


@pytest.mark.slow
def test_reconstructions_of_some_samples_are_stored(store: Store, data: ImageData):
    arrays = store.arrays(cell("dec", 0).key)
    assert arrays["reconstructions"].shape == (32, 64)
    assert "reconstructions" not in store.arrays(cell("kmeans", 0).key)
