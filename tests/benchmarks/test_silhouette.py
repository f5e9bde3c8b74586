"""Exact silhouettes, and all metrics of the input space."""

import pytest
from contenders import metrics
from contest import Scale, Side, contest


def test_silhouette_of_codes(benchmark, scale: Scale):
    ours, theirs = contest(
        benchmark,
        scale,
        what="Exact silhouette, 70,000 × 64",
        peer="scikit-learn silhouette_score",
        target=15,
        ours=metrics.our_silhouette,
        theirs=metrics.sklearns_silhouette,
        rounds=3,
    )
    assert ours["silhouette"] == pytest.approx(theirs["silhouette"], abs=1e-6)


def test_nine_labelings(benchmark, scale: Scale):
    ours, theirs = contest(
        benchmark,
        scale,
        what="Nine labelings of 70,000 × 64 in one pass",
        peer="nine times one call of scikit-learn silhouette_score",
        target=60,
        ours=metrics.nine_silhouettes,
        theirs=metrics.sklearns_silhouette,
        times=9,
        peer_once=True,
    )
    assert ours["silhouette"] == pytest.approx(theirs["silhouette"], abs=1e-6)


def test_silhouette_of_pixels(benchmark, scale: Scale):
    ours, theirs = contest(
        benchmark,
        scale,
        what="Exact silhouette, 70,000 × 784 pixels",
        peer="scikit-learn silhouette_score",
        target=8,
        ours=metrics.our_pixel_silhouette,
        theirs=metrics.sklearns_pixel_silhouette,
        peer_once=True,
    )
    assert ours["silhouette"] == pytest.approx(theirs["silhouette"], abs=1e-6)


@pytest.mark.cuda
@pytest.mark.parametrize(
    ("what", "ours", "theirs"),
    [
        ("Exact silhouette, 70,000 × 64, on the GPU", metrics.gpus_silhouette, metrics.sklearns_silhouette),
        (
            "Exact silhouette, 70,000 × 784 pixels, on the GPU",
            metrics.gpus_pixel_silhouette,
            metrics.sklearns_pixel_silhouette,
        ),
    ],
    ids=["codes", "pixels"],
)
def test_silhouette_on_a_gpu(benchmark, scale: Scale, what: str, ours: Side, theirs: Side):
    """On a card with fast float64, such as an H100, the goal is 0.1 s for codes and 0.2 s for pixels."""
    found, expected = contest(
        benchmark,
        scale,
        what=what,
        peer="scikit-learn silhouette_score on the host",
        target=100,
        ours=ours,
        theirs=theirs,
        peer_once=True,
    )
    assert found["silhouette"] == pytest.approx(expected["silhouette"], abs=1e-6)


def test_input_space_of_nine_cells(benchmark, scale: Scale):
    ours, theirs = contest(
        benchmark,
        scale,
        what="Input-space scores of nine cells, 70,000 images",
        peer="the same, cell by cell",
        target=4,
        ours=metrics.nine_cells_at_once,
        theirs=metrics.nine_cells_one_by_one,
        rounds=3,
    )
    assert ours == pytest.approx(theirs, abs=1e-6)
