"""K-Means beside scikit-learn's defaults."""

import pytest
from contenders import metrics
from contest import Scale, contest


def test_kmeans_on_pixels(benchmark, scale: Scale):
    ours, theirs = contest(
        benchmark,
        scale,
        what="K-Means on pixels, n_init 10, 70,000 images",
        peer="scikit-learn KMeans as users call it: float64, Lloyd",
        target=3,
        ours=metrics.our_kmeans,
        theirs=metrics.sklearns_kmeans,
        rounds=3,
        warm=False,
    )
    assert ours["inertia"] == pytest.approx(theirs["inertia"], rel=1e-3 if scale.full else 0.1)
