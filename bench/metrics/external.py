"""Agreement of clusters with true classes."""

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from bench.metrics.arrays import IntArray
from bench.metrics.fit import Fit


def hungarian_accuracy(true: IntArray, predicted: IntArray) -> float:
    """Share of samples that are correct under the best one-to-one matching of clusters to classes, in [0, 1].

    Both arrays have shape (n_samples,). The matching is computed by the Hungarian algorithm (Kuhn 1955; Xie et al.
    2016, Eq. 10). Samples of unmatched clusters or classes are wrong, and so are samples with the noise label −1.
    Raises ValueError if the lengths differ or are zero.

    >>> hungarian_accuracy(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 2]))
    0.75
    """
    if len(true) != len(predicted) or len(true) == 0:
        raise ValueError(f"expected two labelings of the same samples, got lengths {len(true)} and {len(predicted)}.")
    counts, _, _ = _contingency(true, predicted)
    return float(counts[linear_sum_assignment(counts, maximize=True)].sum() / len(true))


def match_clusters(true: IntArray, predicted: IntArray) -> dict[int, int]:
    """The class of each cluster in the matching of `hungarian_accuracy`, without the unmatched clusters.

    >>> match_clusters(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 2]))
    {1: 0, 0: 1}
    """
    counts, classes, clusters = _contingency(true, predicted)
    pairs = zip(*linear_sum_assignment(counts, maximize=True), strict=True)
    return {int(clusters[column]): int(classes[row]) for row, column in pairs}


def _contingency(true: IntArray, predicted: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Number of samples by class and cluster, (n_classes, n_clusters); the class of a row; the cluster of a column."""
    clustered = predicted >= 0
    classes, row = np.unique(true[clustered], return_inverse=True)
    clusters, column = np.unique(predicted[clustered], return_inverse=True)
    counts = np.bincount(row * len(clusters) + column, minlength=len(classes) * len(clusters))
    return counts.reshape(len(classes), len(clusters)), classes, clusters


def accuracy(fit: Fit) -> float | None:
    """`hungarian_accuracy` of a fit, None without true labels."""
    return None if fit.true_labels is None else hungarian_accuracy(fit.true_labels, fit.labels)


def ari(fit: Fit) -> float | None:
    """Adjusted Rand index in [−0.5, 1] (Hubert & Arabie 1985), None without true labels.

    All noise together counts as one more cluster.
    """
    return None if fit.true_labels is None else float(adjusted_rand_score(fit.true_labels, fit.labels))


def nmi(fit: Fit) -> float | None:
    """Normalised mutual information in [0, 1], None without true labels.

    Divided by the arithmetic mean of both entropies: NMI_sum of Vinh et al. 2010. All noise together counts as one
    more cluster.
    """
    if fit.true_labels is None:
        return None
    value = float(normalized_mutual_info_score(fit.true_labels, fit.labels, average_method="arithmetic"))
    return min(max(value, 0.0), 1.0)  # rounding can give a value that is slightly outside [0, 1]
