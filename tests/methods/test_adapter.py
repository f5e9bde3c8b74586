"""Third-party clusterers with the interface of Clusterer."""

import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering

from methods.registry import MethodError, create, parse_parameter


def test_adapted_agglomerative_clustering_equals_the_original(digits: np.ndarray):
    ours = create("sklearn.cluster:AgglomerativeClustering", n_clusters=5, random_state=0).fit(digits)
    theirs = AgglomerativeClustering(5).fit(digits)
    np.testing.assert_array_equal(ours.labels_, theirs.labels_)
    np.testing.assert_allclose(ours.cluster_centers_[2], digits[ours.labels_ == 2].mean(0), rtol=1e-6)
    np.testing.assert_array_equal(ours.transform(digits), digits)
    assert not hasattr(ours, "predict")


def test_seed_and_clusters_reach_the_constructor(digits: np.ndarray):
    ours = create("sklearn.cluster:MiniBatchKMeans", n_clusters=4, random_state=5, n_init=2).fit(digits)
    again = create("sklearn.cluster:MiniBatchKMeans", n_clusters=4, random_state=5, n_init=2).fit(digits)
    assert len(ours.cluster_centers_) == 4
    np.testing.assert_array_equal(ours.labels_, again.labels_)
    np.testing.assert_array_equal(ours.labels_, ours.predict(digits))


def test_noise_stays_noise(digits: np.ndarray):
    labels = create("sklearn.cluster:DBSCAN", n_clusters=5, random_state=0, eps=1.0, min_samples=4).fit(digits).labels_
    assert -1 in labels
    assert sorted(set(labels) - {-1}) == list(range(labels.max() + 1))


def test_labels_that_are_all_noise_are_an_error(digits: np.ndarray):
    with pytest.raises(ValueError, match="labelled all 300 samples as noise"):
        create("sklearn.cluster:DBSCAN", n_clusters=5, random_state=0, eps=1e-6).fit(digits)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("sklearn.cluster:Brich", "did you mean 'sklearn.cluster:Birch'"),
        ("no_such_package:Thing", "cannot import 'no_such_package'"),
        ("json:JSONDecoder", "is not a scikit-learn clusterer"),
        ("decc", "did you mean 'dec'"),
        ("sklearn.cluster:", "unknown method"),
    ],
)
def test_a_wrong_name_is_an_error_of_one_line(name: str, message: str):
    with pytest.raises(MethodError, match=message) as error:
        create(name, n_clusters=2, random_state=0)
    assert "\n" not in str(error.value)


def test_a_wrong_argument_is_an_error_of_one_line():
    with pytest.raises(MethodError, match="bandwith"):
        create("sklearn.cluster:MeanShift", n_clusters=2, random_state=0, bandwith=3)


def test_values_of_third_party_parameters_become_numbers_booleans_none_or_text():
    values = [
        parse_parameter("sklearn.cluster:DBSCAN", "eps", text) for text in ("3", "0.5", "true", "none", "ball_tree")
    ]
    assert values == [3, 0.5, True, None, "ball_tree"]
