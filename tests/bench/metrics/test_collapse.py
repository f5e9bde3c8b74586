"""A collapsed latent space is distinguished from a dense one, and has no internal indices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import davies_bouldin_score

from bench.metrics.collapse import has_collapsed
from bench.metrics.fit import Fit
from bench.metrics.scoring import score
from bench.metrics.spread import effective_rank, is_one_point, live_share

OWN = ("silhouette_own", "davies_bouldin_own", "calinski_harabasz_own")
rng = np.random.default_rng(0)
LABELS = rng.integers(0, 10, 500)
CENTRES = rng.normal(size=(10, 64))
NOISE = rng.normal(size=(500, 64))
X = rng.normal(size=(500, 4)).astype(np.float32)

COLLAPSED = {
    "one point": np.full((500, 64), 0.3) + 1e-8 * NOISE,
    "all zero": np.zeros((500, 64)),
    "only centres": CENTRES[LABELS],
    "only centres, up to rounding": CENTRES[LABELS] + 1e-8 * NOISE,
    "one direction": np.outer(LABELS + 0.1 * NOISE[:, 0], CENTRES[0]),
    "one direction and very small others": np.outer(LABELS + 0.1 * NOISE[:, 0], CENTRES[0]) + 1e-4 * NOISE,
}
SOUND = {
    "dense around ten centres": CENTRES[LABELS] + 1e-3 * NOISE,
    "very dense around ten distant centres": 100 * CENTRES[LABELS] + 1e-2 * NOISE,
    "dense around ten centres in a plane": np.hstack([CENTRES[LABELS, :2] + 1e-3 * NOISE[:, :2], np.zeros((500, 62))]),
    "noise": NOISE,
    "tiny": 1e-9 * (CENTRES[LABELS] + 0.1 * NOISE),
    "far from the origin": 100 + CENTRES[LABELS] + 0.1 * NOISE,
}


@pytest.mark.parametrize("kind", COLLAPSED)
def test_a_collapsed_space_has_no_internal_indices(kind: str) -> None:
    scores = score([Fit(labels=LABELS, features=X, embedding=COLLAPSED[kind].astype(np.float32))])[0]
    assert scores["collapsed_own"] == 1.0
    assert [scores[name] for name in OWN] == [None, None, None]
    assert scores["silhouette_input"] is not None


@pytest.mark.parametrize("kind", SOUND)
def test_a_sound_space_has_internal_indices(kind: str) -> None:
    scores = score([Fit(labels=LABELS, features=X, embedding=SOUND[kind].astype(np.float32))])[0]
    assert scores["collapsed_own"] == 0.0
    assert all(scores[name] is not None for name in OWN)


def test_scikit_learn_returns_a_perfect_index_for_a_collapsed_space() -> None:
    assert davies_bouldin_score(COLLAPSED["all zero"], LABELS) == 0


def test_two_clusters_on_a_line_and_a_space_of_one_dimension_have_not_collapsed() -> None:
    line = np.outer(LABELS % 2 + 0.1 * NOISE[:, 0], CENTRES[0])
    assert not has_collapsed(line, LABELS % 2)
    assert has_collapsed(line, LABELS % 3)
    assert not has_collapsed(line[:, :1], LABELS % 3)


def test_a_cluster_for_every_sample_has_not_collapsed() -> None:
    assert not has_collapsed(NOISE, np.arange(500))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 9999), rank=st.integers(1, 5), constant=st.integers(0, 5))
def test_rank_and_live_share_count_dimensions(seed: int, rank: int, constant: int) -> None:
    """A cross of `rank` equally long axes uses `rank` directions; constant dimensions are not live and add nothing."""
    arms = np.vstack([np.eye(rank), -np.eye(rank)])
    codes = np.hstack([arms, np.full((2 * rank, constant), 0.7)])
    assert effective_rank(codes) == pytest.approx(rank, abs=1e-4)
    assert live_share(codes) == rank / (rank + constant)
    rotation = np.linalg.qr(np.random.default_rng(seed).normal(size=(rank + constant,) * 2))[0]
    assert effective_rank(codes @ rotation) == pytest.approx(rank, abs=1e-4)


def test_effective_rank_by_hand() -> None:
    codes = np.array([[3.0, 0.0], [-3.0, 0.0], [0.0, 1.0], [0.0, -1.0]])  # singular values 3 : 1
    assert effective_rank(codes) == pytest.approx(np.exp(0.75 * np.log(4 / 3) + 0.25 * np.log(4)))


def test_live_share_by_hand() -> None:
    assert live_share(np.array([[0.0, 0.0, 0.0, 0.0], [100.0, 2.0, 0.5, 0.0]])) == 0.5
    assert live_share(np.full((3, 4), 0.1)) == 0


def test_the_rank_of_one_point_is_an_error() -> None:
    assert is_one_point(np.full((3, 2), 0.1, np.float32))
    with pytest.raises(ValueError, match="one point is not defined"):
        effective_rank(np.full((3, 2), 0.1, np.float32))


def test_all_metrics_of_a_fit_share_one_check(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    monkeypatch.setattr("bench.metrics.fit.has_collapsed", lambda *args: calls.append(args) or has_collapsed(*args))
    scores = score([Fit(labels=LABELS, features=X, embedding=SOUND["dense around ten centres"])])[0]
    assert scores["collapsed_own"] == 0
    assert None not in [scores[name] for name in OWN]
    assert len(calls) == 1
