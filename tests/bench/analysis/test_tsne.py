"""Samples and their t-SNE."""

import numpy as np

from bench.analysis.tsne import stratified_rows, tsne
from bench.datasets.load import load


def test_a_sample_is_the_same_each_time_and_keeps_the_shares_of_the_classes():
    classes = np.repeat(np.arange(4), [1000, 500, 300, 200])
    rows = stratified_rows(2000, classes, 200)
    np.testing.assert_array_equal(rows, stratified_rows(2000, classes, 200))
    np.testing.assert_array_equal(np.bincount(classes[rows]), [100, 50, 30, 20])
    assert len(stratified_rows(50, None)) == 50
    assert len(stratified_rows(2000, None, 200)) == 200
    assert len(stratified_rows(5, np.array([0, 0, 0, 0, 1]), 3)) == 3


def test_tsne_keeps_neighbours_and_is_the_same_each_time():
    X = np.asarray(load("digits").features)[:300]
    once, again = tsne(X, 1), tsne(X, 1)
    np.testing.assert_array_equal(once, again)
    assert once.shape == (300, 2)
    from sklearn.manifold import trustworthiness

    assert trustworthiness(X, once, n_neighbors=10) > 0.95
