"""Small data have more epochs, so that each phase has enough steps; large data have those that were asked for."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import load_digits

from methods import DEC
from methods.dec.least_steps import with_least_steps
from methods.dec.options import DECOptions

SETTINGS = DECOptions(
    batch_size=10, pretrain_epochs=2, pretrain_steps=0, warmup_epochs=3, epochs=4, vote_epochs=1, cluster_steps=0
)


@pytest.mark.parametrize(("steps", "factor"), [(0, 1), (40, 1), (41, 2), (80, 2), (81, 3)])
def test_the_epochs_of_clustering_have_one_factor(steps: int, factor: int):
    """100 samples are ten steps, so four epochs have forty."""
    found = with_least_steps(replace(SETTINGS, cluster_steps=steps), 100)
    assert (found.pretrain_epochs, found.rounds, found.cluster_steps) == (2, SETTINGS.rounds, steps)
    assert (found.warmup_epochs, found.epochs, found.vote_epochs) == (3 * factor, 4 * factor, factor)


def test_a_phase_without_epochs_gets_none():
    asked = replace(SETTINGS, pretrain_epochs=0, warmup_epochs=0, epochs=0, pretrain_steps=900, cluster_steps=900)
    found = with_least_steps(asked, 100)
    assert (found.pretrain_epochs, found.warmup_epochs, found.epochs) == (0, 0, 0)


def test_a_fit_has_the_steps():
    X = (load_digits().images[:100] / 16).astype(np.float32)
    few = {"preset": "small", "batch_size": 50, "pretrain_epochs": 1, "init": "gmm", "tol": 0.0, "random_state": 0}
    by_steps = DEC(5, **few, rounds=2, warmup_epochs=1, epochs=2, cluster_steps=12).fit(X)
    by_epochs = DEC(5, **few, rounds=2, warmup_epochs=3, epochs=6).fit(X)
    assert by_steps.history_["cluster/round"] == [1] * 3 + [2] * 6
    np.testing.assert_array_equal(by_steps.embedding_, by_epochs.embedding_)
