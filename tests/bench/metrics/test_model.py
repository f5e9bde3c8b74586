"""KL(P‖Q), by hand and by its properties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.metrics.model import kl_divergence


def test_by_hand() -> None:
    # Frequencies 1.5 and 0.5. In both rows .75²/1.5 = .375 and .25²/.5 = .125, so p = q and the divergence is 0.
    assert kl_divergence(np.array([[0.75, 0.25], [0.75, 0.25]])) == pytest.approx(0)
    # Frequencies 1 and 1. In both rows .64 : .04, so p = (16/17, 1/17), and q = (4/5, 1/5).
    expected = 16 / 17 * np.log(16 / 17 / 0.8) + 1 / 17 * np.log(1 / 17 / 0.2)
    assert kl_divergence(np.array([[0.8, 0.2], [0.2, 0.8]])) == pytest.approx(expected)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 9999), n=st.integers(2, 50), k=st.integers(2, 6), sharpness=st.sampled_from([0.1, 1.0, 9.0]))
def test_the_divergence_is_positive_unless_the_target_equals_the_assignments(
    seed: int, n: int, k: int, sharpness: float
) -> None:
    rng = np.random.default_rng(seed)
    q = rng.dirichlet(np.full(k, sharpness), n)
    divergence = kl_divergence(q)
    assert divergence > 0
    assert kl_divergence(q[:, rng.permutation(k)]) == pytest.approx(divergence)
    assert kl_divergence(np.hstack([q, np.zeros((n, 1))])) == pytest.approx(divergence)  # a cluster without samples
    assert kl_divergence(np.eye(k)[q.argmax(axis=1)]) == 0  # every row is certain
    assert kl_divergence(np.full((n, k), 1 / k)) == pytest.approx(0, abs=1e-12)  # every row is uniform
    assert kl_divergence(q.astype(np.float32)) == pytest.approx(divergence, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("q", [[[0.5, 0.6]], [[1.5, -0.5]], [[np.nan, 1.0]]])
def test_rows_that_are_not_distributions_are_an_error(q: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="sum to 1"):
        kl_divergence(np.array(q))
