"""K-Means beside scikit-learn's, on the processor and on a GPU."""

import pytest
import torch
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


@pytest.mark.cuda
def test_kmeans_on_a_gpu(benchmark, scale: Scale):
    """From the same starts. The inertia is not that of the fits, because scikit-learn adds it up in float32."""
    ours, theirs = contest(
        benchmark,
        scale,
        what=f"K-Means on pixels, n_init 10, 70,000 images, on {torch.cuda.get_device_name()}",
        peer="scikit-learn KMeans on the processor: float32, Lloyd, the same starts",
        target=20,
        ours=metrics.our_kmeans_on_a_gpu,
        theirs=metrics.sklearns_kmeans_in_float32,
        rounds=3,
    )
    assert ours["inertia"] <= theirs["inertia"] * (1 + 1e-6)
