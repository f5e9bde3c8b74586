"""Labels with noise (−1): each metric by hand or against scikit-learn called directly."""

import numpy as np
import pytest
from sklearn.metrics import (
    adjusted_rand_score,
    calinski_harabasz_score,
    davies_bouldin_score,
    normalized_mutual_info_score,
    silhouette_score,
)

from bench.metrics.fit import Fit
from bench.metrics.scoring import score

TRUE = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2, 2])
LABELS = np.array([0, 0, 0, -1, 1, 1, 0, -1, -1, -1])
KEPT = LABELS >= 0
X = np.random.default_rng(0).normal(size=(10, 3)).astype(np.float32)
CODES = np.random.default_rng(1).normal(size=(10, 2)).astype(np.float32)


@pytest.fixture
def scores() -> dict[str, float | None]:
    return score([Fit(labels=LABELS, features=X, true_labels=TRUE, embedding=CODES)])[0]


def test_accuracy_counts_noise_as_wrong(scores) -> None:
    assert scores["accuracy"] == 5 / 10  # classes 0 and 1 are matched with 3 and 2 samples; noise is matched with none


def test_ari_and_nmi_take_noise_as_one_more_cluster_as_scikit_learn_does(scores) -> None:
    one_more = np.where(KEPT, LABELS, 2)
    for labels in (LABELS, one_more):
        assert scores["ari"] == pytest.approx(adjusted_rand_score(TRUE, labels), abs=1e-12)
        assert scores["nmi"] == pytest.approx(normalized_mutual_info_score(TRUE, labels), abs=1e-12)
    left_out, alone = (TRUE[KEPT], LABELS[KEPT]), (TRUE, np.where(KEPT, LABELS, 10 + np.arange(10)))
    for true, labels in (left_out, alone):
        assert abs(adjusted_rand_score(true, labels) - scores["ari"]) > 0.05
        assert abs(normalized_mutual_info_score(true, labels) - scores["nmi"]) > 0.05


def test_ari_with_noise_by_hand(scores) -> None:
    # Overlaps of the classes with the clusters 0, 1 and noise: (3, 0, 1), (1, 2, 1), (0, 0, 2). Pairs in one cluster
    # and one class: 3 + 1 + 1 = 5; in one class: 6 + 6 + 1 = 13; in one cluster: 6 + 1 + 6 = 13; all pairs: 45.
    expected = 13 * 13 / 45
    assert scores["ari"] == pytest.approx((5 - expected) / (13 - expected))


@pytest.mark.parametrize(("space", "points"), [("input", X), ("own", CODES)])
def test_internal_indices_are_those_of_scikit_learn_without_the_noise(scores, space: str, points) -> None:
    kept, labels = points[KEPT], LABELS[KEPT]
    assert scores[f"silhouette_{space}"] == pytest.approx(silhouette_score(kept, labels), abs=1e-6)
    assert scores[f"davies_bouldin_{space}"] == pytest.approx(davies_bouldin_score(kept, labels), rel=1e-5)
    assert scores[f"calinski_harabasz_{space}"] == pytest.approx(calinski_harabasz_score(kept, labels), rel=1e-5)


def test_noise_has_a_share_and_is_no_cluster(scores) -> None:
    assert (scores["noise_share"], scores["n_clusters_found"]) == (4 / 10, 2)
    assert (scores["largest_share"], scores["smallest_share"]) == (4 / 10, 2 / 10)
